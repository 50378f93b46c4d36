// Scenarios that include each other, directly or not: a name of one is known in all of them. What is not open in the
// editor is read when a question needs it.

import { type LangiumDocument, URI, UriUtils, WorkspaceCache } from 'langium';
import type { LangiumSharedServices } from 'langium/lsp';
import type { Scenario } from '../scenario/language/generated/ast.ts';
import { resolved } from '../scenario/language/includes.ts';
import { unquoted } from '../scenario/language/literals.ts';
import { IncludeReader, LARGEST } from './includes.ts';

/** A workspace with more scenarios is asked about the first ones. */
const MOST_FILES = 2000;

export class Connected {
	readonly #shared: LangiumSharedServices;
	readonly #includes: IncludeReader;
	readonly #groups: WorkspaceCache<string, ReadonlySet<string>>;
	/** documents that are here because of another one */
	readonly #read = new Set<string>();

	constructor(shared: LangiumSharedServices) {
		this.#shared = shared;
		const { workspace } = shared;
		this.#includes = new IncludeReader(workspace.FileSystemProvider, workspace.LangiumDocuments);
		this.#groups = new WorkspaceCache(shared);
	}

	/** URIs of the documents that belong together with this one, itself among them, as far as they were read. */
	with({ uri }: LangiumDocument): ReadonlySet<string> {
		return this.#groups.get(uri.toString(), () => this.#group(uri.toString()));
	}

	documents(document: LangiumDocument): LangiumDocument[] {
		const { LangiumDocuments } = this.#shared.workspace;
		return [...this.with(document)].flatMap((uri) => LangiumDocuments.getDocument(URI.parse(uri)) ?? []);
	}

	/** Not open: nobody is told what is wrong with it. */
	isOnlyRead({ uri }: LangiumDocument): boolean {
		return this.#read.has(uri.toString()) && !this.#shared.workspace.TextDocuments.get(uri.toString());
	}

	/** Reads what the document includes. */
	async readIncluded(document: LangiumDocument): Promise<void> {
		const { LangiumDocuments } = this.#shared.workspace;
		const texts = await this.#includes.read(document.uri.toString(), document.textDocument.getText());
		const missing = [...texts].filter(([uri]) => !LangiumDocuments.hasDocument(URI.parse(uri)));
		await this.#add(missing);
	}

	/** Reads every scenario of the workspace anew, one of which may include the document. */
	async readAll(document: LangiumDocument): Promise<void> {
		const { DocumentBuilder, FileSystemProvider, WorkspaceManager } = this.#shared.workspace;
		const { LangiumDocuments, TextDocuments } = this.#shared.workspace;
		const stale = [...this.#read].filter((uri) => !TextDocuments.get(uri)).map((uri) => URI.parse(uri));
		this.#read.clear();
		await DocumentBuilder.update([], stale);
		// A client may open files without a folder.
		const folders = WorkspaceManager.workspaceFolders?.map(({ uri }) => URI.parse(uri));
		const searched = folders ?? [UriUtils.dirname(document.uri)];
		const found = await Promise.all(searched.map((folder) => WorkspaceManager.searchFolder(folder)));
		const texts: [string, string][] = [];
		for (const uri of found.flat().slice(0, MOST_FILES)) {
			if (LangiumDocuments.hasDocument(uri)) continue;
			const text = await FileSystemProvider.readFile(uri).catch(() => undefined);
			if (text !== undefined && text.length <= LARGEST) texts.push([uri.toString(), text]);
		}
		await this.#add(texts);
		await this.readIncluded(document);
	}

	async #add(texts: readonly (readonly [string, string])[]): Promise<void> {
		const { DocumentBuilder, LangiumDocumentFactory, LangiumDocuments } = this.#shared.workspace;
		if (texts.length === 0) return;
		for (const [uri, text] of texts) {
			LangiumDocuments.addDocument(LangiumDocumentFactory.fromString(text, URI.parse(uri)));
			this.#read.add(uri);
		}
		await DocumentBuilder.update([], []);
	}

	#group(start: string): ReadonlySet<string> {
		const next = new Map<string, Set<string>>();
		const connect = (a: string, b: string) => next.set(a, (next.get(a) ?? new Set()).add(b));
		for (const document of this.#shared.workspace.LangiumDocuments.all) {
			const uri = document.uri.toString();
			for (const included of includedBy(document)) {
				connect(uri, included);
				connect(included, uri);
			}
		}
		const group = new Set([start]);
		for (const uri of group) for (const other of next.get(uri) ?? []) group.add(other);
		return group;
	}
}

function includedBy({ uri, parseResult }: LangiumDocument): string[] {
	const { items = [] } = parseResult.value as Partial<Scenario>;
	return items.flatMap((item) =>
		item.$type === 'Include' ? (resolved(uri.toString(), unquoted(item.path ?? '')) ?? []) : [],
	);
}
