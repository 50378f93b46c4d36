// Pointing at a word: what it means where it stands.

import { CstUtils, type LangiumDocument } from 'langium';
import type { HoverProvider, LangiumServices } from 'langium/lsp';
import type { Hover, HoverParams } from 'vscode-languageserver';
import { argumentNamed } from '../scenario/language/argument-names.ts';
import { libraryDefinition } from '../scenario/language/library.ts';
import { wordsOfArgument, wordsOfResult } from '../scenario/language/vocabulary.ts';
import type { Connected } from './connected.ts';
import { declarationText } from './declaration-text.ts';
import { wordText } from './word-text.ts';
import { calledOn } from './words-at.ts';

export class ScenarioHover implements HoverProvider {
	readonly #services: LangiumServices;
	readonly #connected: Connected;

	constructor(services: LangiumServices, connected: Connected) {
		this.#services = services;
		this.#connected = connected;
	}

	async getHoverContent(document: LangiumDocument, { position }: HoverParams): Promise<Hover | undefined> {
		const line = document.textDocument.getText({
			start: { line: position.line, character: 0 },
			end: { line: position.line + 1, character: 0 },
		});
		const word = wordAround(line, position.character);
		if (!word) return undefined;
		const value = (await this.#declared(document, position)) ?? meaning(line, word);
		if (value === undefined) return undefined;
		const range = {
			start: { line: position.line, character: word.start },
			end: { line: position.line, character: word.start + word.text.length },
		};
		return { contents: { kind: 'markdown', value }, range };
	}

	/** Of a name that the text declares, here or in a file that it includes. */
	async #declared(document: LangiumDocument, position: HoverParams['position']): Promise<string | undefined> {
		await this.#connected.readIncluded(document);
		const { parser, references } = this.#services;
		const root = document.parseResult.value.$cstNode;
		const offset = document.textDocument.offsetAt(position);
		const leaf = root && CstUtils.findDeclarationNodeAtOffset(root, offset, parser.GrammarConfig.nameRegexp);
		const [declared] = leaf ? references.References.findDeclarations(leaf) : [];
		return declared && declarationText(declared);
	}
}

interface WordInLine {
	readonly text: string;
	readonly start: number;
}

function wordAround(line: string, at: number): WordInLine | undefined {
	const comment = line.indexOf('#');
	for (const match of line.matchAll(/linux\.\w+|[A-Za-z_][\w-]*/g)) {
		if (comment >= 0 && match.index > comment) return undefined;
		if (match.index <= at && at <= match.index + match[0].length)
			return { text: match[0], start: match.index };
	}
	return undefined;
}

function meaning(line: string, { text, start }: WordInLine): string | undefined {
	const fn = calledOn(line);
	const before = line.slice(0, start);
	if (fn && line[start + text.length] === '=' && line[start + text.length + 1] !== '=') {
		const info = argumentNamed(fn.arguments, text);
		return info && `**${info.name}** of ${fn.name}: ${info.meaning}`;
	}
	const argument = /(\w+)=\s*$/.exec(before)?.[1];
	const info = fn && argument !== undefined ? argumentNamed(fn.arguments, argument) : undefined;
	if (text.startsWith('linux.')) return libraryText(text);
	const words = info ? wordsOfArgument(info.kind) : before.includes('=>') ? wordsOfResult(fn) : [];
	return wordText(text, words);
}

/** The program as it is written, whose comment names the source. */
function libraryText(name: string): string | undefined {
	const found = libraryDefinition(name);
	return found && declarationText(found.node);
}
