// Tokens by lines: blank lines are dropped, every other one ends with NL, and a deeper line after one that
// opens a block brings INDENT, DEDENT where the block ends. Indentation that opens nothing is reported and
// otherwise ignored, so that one bad line does not spoil the next.

import { createTokenInstance, type ILexingError, type IToken, type TokenType } from 'chevrotain';
import { DefaultLexer, type LangiumCoreServices, type LexerResult, type TokenizeOptions } from 'langium';

/** More tokens in a line than any statement has. */
const MOST_TOKENS = 300;
/** The parser goes one level deeper at each of these, and its stack has an end. */
const DEEPER: readonly string[] = ['(', '-', '~', 'not'];
const DEEPEST_EXPRESSION = 60;
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

	override tokenize(text: string, options?: TokenizeOptions): LexerResult {
		const result = super.tokenize(text);
		const lines = linesOf(result.tokens, this.#nl);
		const errors = [...result.errors];
		const tokens = this.#inBlocks(lines, text, errors, options?.mode === 'partial');
		return { ...result, tokens, errors };
	}

	#named(name: string): TokenType {
		const type = this.definition[name];
		if (!type) throw new Error(`the grammar has a terminal ${name}`);
		return type;
	}

	#inBlocks(lines: readonly IToken[][], text: string, errors: ILexingError[], partial: boolean): IToken[] {
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
				tokens.push(before(this.#indent, first));
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
					tokens.push(behind(this.#dedent, tokens.at(-1) ?? first));
				}
				if (width > (levels.at(-1) ?? 0))
					errors.push(lexingError(first, 'this line is indented like no line before it'));
			}
			const kept = line.slice(0, mostTokens(line));
			const surplus = line[kept.length];
			if (surplus)
				errors.push(
					lexingError(surplus, `a line has at most ${MOST_TOKENS} words and ${DEEPEST_EXPRESSION} levels`),
				);
			tokens.push(...kept, behind(this.#nl, kept.at(-1) ?? first));
			opened = OPENERS.includes(first.image);
		}
		const last = tokens.at(-1);
		if (partial) return this.#upTo(tokens, text, levels, opened);
		if (last) for (let n = 1; n < levels.length; n++) tokens.push(behind(this.#dedent, last));
		return tokens;
	}

	/** What a completion at the end of `text` continues: the last line is open, or a new one begins. */
	#upTo(tokens: IToken[], text: string, levels: number[], opened: boolean): IToken[] {
		const last = tokens.at(-1);
		if (!last || last.tokenType !== this.#nl) return tokens;
		const rest = text.slice(last.startOffset).replace(/#[^\r\n]*$/, '');
		if (!/[\r\n]/.test(rest)) return tokens.slice(0, -1);
		const width = indentation(text, text.length);
		if (opened && width > (levels.at(-1) ?? 0)) return [...tokens, before(this.#indent, last)];
		const closed = levels.filter((level) => level > width).map(() => behind(this.#dedent, last));
		return [...tokens, ...closed];
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

/** How much of a line is looked at. */
function mostTokens(line: readonly IToken[]): number {
	let depth = 0;
	const tooDeep = line.findIndex(({ image }) => DEEPER.includes(image) && ++depth > DEEPEST_EXPRESSION);
	return Math.min(MOST_TOKENS, tooDeep < 0 ? line.length : tooDeep);
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
function before(type: TokenType, at: IToken): IToken {
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
function behind(type: TokenType, last: IToken): IToken {
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
