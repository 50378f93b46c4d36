// Pointing at a word: what it means where it stands.

import type { LangiumDocument } from 'langium';
import type { HoverProvider } from 'langium/lsp';
import type { Hover, HoverParams } from 'vscode-languageserver';
import { argumentNamed } from '../scenario/language/guest-calls.ts';
import { libraryDefinition } from '../scenario/language/library.ts';
import { wordsOfArgument, wordsOfResult } from '../scenario/language/vocabulary.ts';
import { wordText } from './word-text.ts';
import { calledOn } from './words-at.ts';

export class ScenarioHover implements HoverProvider {
	getHoverContent(document: LangiumDocument, { position }: HoverParams): Hover | undefined {
		const line = document.textDocument.getText({
			start: { line: position.line, character: 0 },
			end: { line: position.line + 1, character: 0 },
		});
		const word = wordAround(line, position.character);
		if (!word) return undefined;
		const value = meaning(line, word);
		if (value === undefined) return undefined;
		const range = {
			start: { line: position.line, character: word.start },
			end: { line: position.line, character: word.start + word.text.length },
		};
		return { contents: { kind: 'markdown', value }, range };
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
	const cst = found?.node.$cstNode;
	if (!cst) return undefined;
	const before = cst.root.fullText.slice(0, cst.offset).split('\n\n').at(-1) ?? '';
	return `\`\`\`psci\n${before}${cst.text.trimEnd()}\n\`\`\``;
}
