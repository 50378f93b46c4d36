// Syntax errors in words that a reader of the language knows.

import type { IToken, TokenType } from 'chevrotain';
import { LangiumParserErrorMessageProvider } from 'langium';
import { nearestName } from '../../psci/nearest-name.ts';

const NAMES: Readonly<Record<string, string>> = {
	NL: 'the end of the line',
	INDENT: 'indented lines',
	DEDENT: 'the end of the block',
	ID: 'a name',
	NUMBER: 'a number',
	STRING: 'a text in quotes',
	VERSION: 'a version',
	EOF: 'the end of the file',
};
/** A message with more possibilities than these is no help. */
const MOST_TOLD = 6;

export class SyntaxMessages extends LangiumParserErrorMessageProvider {
	override buildMismatchTokenMessage({ expected, actual }: { expected: TokenType; actual: IToken }): string {
		return `expected ${typeName(expected)}, found ${found(actual)}`;
	}

	override buildNotAllInputParsedMessage({ firstRedundant }: { firstRedundant: IToken }): string {
		return `nothing that can stand here: ${found(firstRedundant)}`;
	}

	override buildNoViableAltMessage({
		expectedPathsPerAlt,
		actual,
	}: {
		expectedPathsPerAlt: TokenType[][][];
		actual: IToken[];
	}): string {
		const first = expectedPathsPerAlt.flatMap((paths) => paths.map(([type]) => type));
		return unexpected(first, actual[0]);
	}

	override buildEarlyExitMessage({
		expectedIterationPaths,
		actual,
	}: {
		expectedIterationPaths: TokenType[][];
		actual: IToken[];
	}): string {
		return unexpected(
			expectedIterationPaths.map(([type]) => type),
			actual[0],
		);
	}
}

function unexpected(types: readonly (TokenType | undefined)[], actual: IToken | undefined): string {
	const known = types.filter((type) => type !== undefined);
	const names = [...new Set(known.map(typeName))];
	const what = actual ? found(actual) : 'the end';
	if (actual?.tokenType.name === 'NL') return 'something is missing at the end of the line';
	const word = /^[a-z]{3,}$/i.exec(actual?.image ?? '')?.[0] ?? '';
	const near = nearestName(
		word,
		known.map(({ name }) => name).filter((name) => !(name in NAMES)),
	);
	if (near !== undefined) return `nothing that can stand here: ${what}. Did you mean '${near}'?`;
	if (names.length === 0 || names.length > MOST_TOLD) return `nothing that can stand here: ${what}`;
	return `expected ${names.join(' or ')}, found ${what}`;
}

function typeName(type: TokenType): string {
	return NAMES[type.name] ?? `'${type.name}'`;
}

function found(token: IToken): string {
	return token.image === '' ? (NAMES[token.tokenType.name] ?? 'the end') : `'${token.image.slice(0, 40)}'`;
}
