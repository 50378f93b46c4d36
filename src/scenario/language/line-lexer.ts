// Tokens by lines: blank lines are dropped, every other one ends with NL, and a deeper line after one that
// opens a block brings INDENT, DEDENT where the block ends. Indentation that opens nothing is reported and
// otherwise ignored, so that one bad line does not spoil the next.

import { createTokenInstance, type ILexingError, type IToken, type TokenType } from 'chevrotain';
import { DefaultLexer, type LangiumCoreServices, type LexerResult } from 'langium';

/** More tokens in a line than any statement has; the parser's depth follows from it. */
const MOST_TOKENS = 300;
const DEEPEST_BLOCK = 40;
/** Words that open a block where a line starts with them. */
const OPENERS: readonly string[] = ['machine', 'define', 'program', 'if', 'else', 'repeat', 'while', 'for'];
const TAB = 4;

export class LineLexer extends DefaultLexer {
	readonly #nl: TokenType;
	readonly #indent: TokenType;
	readonly #dedent: TokenType;

	constructor(services: LangiumCoreServices) {
		super(services);
		this.#nl = this.#named('NL');
		this.#indent = this.#named('INDENT');
		this.#dedent = this.#named('DEDENT');
	}

	override tokenize(text: string): LexerResult {
		const result = super.tokenize(text);
		const lines = linesOf(result.tokens, this.#nl);
		const errors = [...result.errors];
		return { ...result, tokens: this.#inBlocks(lines, text, errors), errors };
	}

	#named(name: string): TokenType {
		const type = this.definition[name];
		if (!type) throw new Error(`the grammar has a terminal ${name}`);
		return type;
	}

	#inBlocks(lines: readonly IToken[][], text: string, errors: ILexingError[]): IToken[] {
		const tokens: IToken[] = [];
		const levels = [0];
		let opened = false;
		for (const line of lines) {
			const [first] = line;
			if (!first) continue;
			const width = indentation(text, first.startOffset);
			const level = levels.at(-1) ?? 0;
			if (width > level && opened && levels.length <= DEEPEST_BLOCK) {
				levels.push(width);
				tokens.push(synthetic(this.#indent, first));
			} else if (width > level) {
				errors.push(
					lexingError(
						first,
						opened
							? 'blocks are nested too deeply'
							: 'this line is indented, but the line before opens no block',
					),
				);
			} else {
				while (width < (levels.at(-1) ?? 0)) {
					levels.pop();
					tokens.push(synthetic(this.#dedent, first));
				}
				if (width > (levels.at(-1) ?? 0))
					errors.push(lexingError(first, 'this line is indented like no line before it'));
			}
			const surplus = line[MOST_TOKENS];
			if (surplus) errors.push(lexingError(surplus, `a line has at most ${MOST_TOKENS} words`));
			const kept = surplus ? line.slice(0, MOST_TOKENS) : line;
			tokens.push(...kept, newline(this.#nl, kept.at(-1) ?? first));
			opened = OPENERS.includes(first.image);
		}
		const last = tokens.at(-1);
		if (last) for (let n = 1; n < levels.length; n++) tokens.push(synthetic(this.#dedent, last));
		return tokens;
	}
}

function linesOf(tokens: readonly IToken[], nl: TokenType): IToken[][] {
	const lines: IToken[][] = [[]];
	for (const token of tokens) {
		if (token.tokenType === nl) lines.push([]);
		else lines.at(-1)?.push(token);
	}
	return lines;
}

/** Columns before `offset`; a tab goes on to the next multiple of four. */
function indentation(text: string, offset: number): number {
	let start = offset;
	while (start > 0 && text[start - 1] !== '\n' && text[start - 1] !== '\r') start--;
	let width = 0;
	for (let at = start; at < offset; at++) width = text[at] === '\t' ? width + TAB - (width % TAB) : width + 1;
	return width;
}

/** Of no length, before `at`. */
function synthetic(type: TokenType, at: IToken): IToken {
	const { startOffset, startLine = 1, startColumn = 1 } = at;
	return createTokenInstance(
		type,
		'',
		startOffset,
		startOffset - 1,
		startLine,
		startLine,
		startColumn,
		startColumn - 1,
	);
}

/** Of no length, behind `last`: also where the text ends without one. */
function newline(type: TokenType, last: IToken): IToken {
	const { endOffset = last.startOffset, endLine = 1, endColumn = 1 } = last;
	return createTokenInstance(type, '', endOffset + 1, endOffset, endLine, endLine, endColumn + 1, endColumn);
}

function lexingError(token: IToken, message: string): ILexingError {
	return {
		offset: token.startOffset,
		line: token.startLine,
		column: token.startColumn,
		length: token.image.length,
		message,
	};
}
