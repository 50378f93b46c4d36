// A scenario's text as a tree. Total: any text gives a tree and what is wrong with the text. Lines with a
// syntax error are named, so that nothing is made of the pieces that were understood of them.

import type { Place } from '../place.ts';
import type { Diagnostics } from './diagnostic.ts';
import type { Scenario } from './generated/ast.ts';
import { scenarioServices } from './services.ts';
import { misspeltStart, syntaxHint } from './syntax-hints.ts';

/** Longest text that is looked at. The largest file of recorded vectors is below this as a scenario. */
const LONGEST_TEXT = 1_000_000;

/** A file's tree with what its compiler needs to know of the text. */
export interface Source {
	readonly file: string;
	readonly scenario: Scenario;
	/** 1-based lines that have a syntax error */
	readonly broken: ReadonlySet<number>;
}

export function parseSource(text: string, file: string, diagnostics: Diagnostics): Source {
	const broken = new Set<number>();
	const at = (line: number, column: number, length: number): Place => ({
		file,
		line,
		column,
		endLine: line,
		endColumn: column + Math.max(1, length),
	});
	if (text.length > LONGEST_TEXT)
		diagnostics.error(
			'too-much',
			at(1, 1, 1),
			`a scenario has at most ${LONGEST_TEXT} characters, this one has ${text.length}`,
		);
	const { value, lexerErrors, parserErrors } = scenarioServices().parser.LangiumParser.parse<Scenario>(
		text.length > LONGEST_TEXT ? '' : text,
	);
	for (const error of lexerErrors) {
		const line = error.line ?? 1;
		broken.add(line);
		diagnostics.error('syntax', at(line, error.column ?? 1, error.length), lexerMessage(error.message));
	}
	const lines = text.split(/\r\n?|\n/, parserErrors.length > 0 ? undefined : 0);
	for (const error of parserErrors) {
		const { token, message } = error;
		const previousToken = 'previousToken' in error ? (error.previousToken as typeof token) : undefined;
		// The end of the file has no position of its own.
		const where = Number.isNaN(token.startOffset) ? (previousToken ?? token) : token;
		const line = where.startLine || 1;
		// After the first mistake of a line, and where blocks come out wrong after one, the rest is guessing.
		const follows = broken.has(line) || (broken.size > 0 && token.image === '');
		broken.add(line);
		// What is missing was noticed behind the line that lacks it.
		if (previousToken?.startLine) broken.add(previousToken.startLine);
		if (follows) continue;
		const found = at(line, where.startColumn || 1, where.image.length);
		const written = lines[line - 1] ?? '';
		const first = misspeltStart(written);
		const near = first?.near ?? /Did you mean '(\S+)'\?$/.exec(message)?.[1];
		const range = first ? at(line, first.column, first.word.length) : found;
		const says = first ? `there is no '${first.word}'. Did you mean '${first.near}'?` : syntaxHint(written);
		const fixes = near === undefined ? [] : [{ title: `Change to '${near}'`, place: range, text: near }];
		diagnostics.error('syntax', range, says ?? message, fixes);
	}
	return { file, scenario: value, broken };
}

function lexerMessage(message: string): string {
	const character = /unexpected character: ->(.)<-/su.exec(message)?.[1];
	return character === undefined ? message : `the character '${character}' has no meaning here`;
}
