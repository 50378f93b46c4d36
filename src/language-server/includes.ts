// Included files for a document that is checked: read before the check, none from outside of the folder that the
// document is in.

import { type FileSystemProvider, type LangiumDocuments, URI, UriUtils } from 'langium';
import { isBehindLink } from '../scenario/included.ts';
import { Diagnostics } from '../scenario/language/diagnostic.ts';
import { resolved } from '../scenario/language/includes.ts';
import { parseSource } from '../scenario/language/parse.ts';

const MOST_FILES = 64;
/** Longer is no scenario. */
export const LARGEST = 1_000_000;

/** Files as Langium wants them, which can tell that one is a link. */
export interface ScenarioFiles extends FileSystemProvider {
	isLink?(uri: URI): Promise<boolean>;
}

export class IncludeReader {
	readonly #files: ScenarioFiles;
	readonly #documents: LangiumDocuments;

	constructor(files: ScenarioFiles, documents: LangiumDocuments) {
		this.#files = files;
		this.#documents = documents;
	}

	/** Texts of all that `text` includes, directly or not, by name. */
	async read(file: string, text: string): Promise<ReadonlyMap<string, string>> {
		const root = `${UriUtils.dirname(URI.parse(file)).toString()}/`;
		const texts = new Map<string, string>();
		const open = includedBy(file, text);
		for (let name = open.shift(); name !== undefined && texts.size < MOST_FILES; name = open.shift()) {
			if (texts.has(name) || !name.startsWith(root)) continue;
			const found = await this.#text(name, root);
			if (found === undefined) continue;
			texts.set(name, found);
			open.push(...includedBy(name, found));
		}
		return texts;
	}

	/** As the editor has it open, else as it is stored. */
	async #text(name: string, root: string): Promise<string | undefined> {
		const uri = URI.parse(name);
		const open = this.#documents.getDocument(uri)?.textDocument.getText();
		if (open !== undefined) return open;
		try {
			const isLink = async (file: string) => (await this.#files.isLink?.(URI.parse(file))) === true;
			if (await isBehindLink(root, name.slice(root.length), isLink)) return undefined;
			const text = await this.#files.readFile(uri);
			return text.length <= LARGEST ? text : undefined;
		} catch {
			return undefined;
		}
	}
}

function includedBy(file: string, text: string): string[] {
	if (!/^\s*include\b/m.test(text)) return [];
	const { scenario } = parseSource(text, file, new Diagnostics());
	return scenario.items.flatMap((item) =>
		item.$type === 'Include' ? (resolved(file, (item.path ?? '').replaceAll('"', '')) ?? []) : [],
	);
}
