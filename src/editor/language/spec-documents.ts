// The pages of spec/ as documents of the editor: their text and index, read when first needed, and how one
// gets to a line of them.

import * as vscode from 'vscode';
import {
	type NamedPlace,
	type PageText,
	pageNames,
	parsePage,
	placeOfName,
	type SpecIndex,
	specIndex,
} from '../../spec/index.ts';
import { uriOf } from '../files.ts';
import { extensionSpec } from '../spec-files.ts';

/** Opens a page at a line: for lenses and for links in hovers. */
export const OPEN_PAGE = 'psci.openSpecification';

export interface Spec {
	readonly index: SpecIndex;
	/** Where the documents tell of a name; `near` is the page to look at first. */
	find(word: string, near?: string): NamedPlace | undefined;
}

export class SpecDocuments {
	readonly #files: ReturnType<typeof extensionSpec>;
	/** uri -> name of the page */
	readonly #pages: ReadonlyMap<string, string>;
	#spec: Promise<Spec> | undefined;

	constructor(extension: vscode.Uri) {
		this.#files = extensionSpec(extension);
		this.#pages = new Map(pageNames.map((name) => [this.uri(name).toString(), name]));
	}

	/** All pages that can be read. */
	load(): Promise<Spec> {
		this.#spec ??= this.#load();
		return this.#spec;
	}

	uri(page: string): vscode.Uri {
		return uriOf(this.#files.pathOf(page));
	}

	/** The name of the page that a document shows; undefined for any other Markdown. */
	pageOf(document: vscode.TextDocument): string | undefined {
		return this.#pages.get(document.uri.toString());
	}

	location({ page, line }: NamedPlace): vscode.Location {
		return new vscode.Location(this.uri(page), new vscode.Position(line - 1, 0));
	}

	/** Arguments come from a link, so they may be anything. */
	async open(page: unknown, line: unknown): Promise<void> {
		if (typeof page !== 'string' || !pageNames.includes(page)) return;
		const at = new vscode.Position(typeof line === 'number' && line > 0 ? line - 1 : 0, 0);
		await vscode.window.showTextDocument(this.uri(page), { selection: new vscode.Range(at, at) });
	}

	async #load(): Promise<Spec> {
		const texts = await Promise.all(pageNames.map((name) => this.#read(name)));
		const pages = texts.filter((page) => page !== undefined);
		const index = specIndex(pages.map(({ page }) => page));
		return { index, find: (word, near) => placeOfName(pages, index, word, near) };
	}

	async #read(name: string): Promise<PageText | undefined> {
		const text = await this.#files.read(name).catch(() => undefined);
		return text === undefined ? undefined : { page: parsePage(name, text), lines: text.split(/\r\n|\n|\r/) };
	}
}

/** Markdown whose only commands are links to pages. */
export function markdownWithPages(text: string): vscode.MarkdownString {
	const markdown = new vscode.MarkdownString(text);
	markdown.isTrusted = { enabledCommands: [OPEN_PAGE] };
	return markdown;
}

/** A link to where a name stands; the label alone where the documents do not tell of it. */
export function linkTo(spec: Spec): (name: string, label: string) => string {
	return (name, label) => {
		const place = spec.find(name);
		if (!place) return label;
		const args = encodeURIComponent(JSON.stringify([place.page, place.line]));
		return `[${label}](command:${OPEN_PAGE}?${args})`;
	};
}
