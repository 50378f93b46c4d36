// C's operators and casts on the values of a record, as a `print fmt:` uses them. A text counts as 0.

import type { PrintValue } from './printf.ts';

/** C's binary operators, the weakest first. */
export const levels: readonly (readonly string[])[] = [
	['||'],
	['&&'],
	['|'],
	['^'],
	['&'],
	['==', '!='],
	['<', '>', '<=', '>='],
	['<<', '>>'],
	['+', '-'],
	['*', '/', '%'],
];

export function numberOf(value: PrintValue): bigint {
	return typeof value === 'string' ? 0n : value;
}

export function isTrue(value: PrintValue): boolean {
	return value !== 0n;
}

export function unary(operator: '!' | '~' | '-' | '+', value: bigint): bigint {
	switch (operator) {
		case '!':
			return value === 0n ? 1n : 0n;
		case '~':
			return ~value;
		case '-':
			return -value;
		case '+':
			return value;
	}
}

export function calculate(operator: string, left: PrintValue, right: PrintValue): bigint {
	const a = numberOf(left);
	const b = numberOf(right);
	switch (operator) {
		case '||':
			return isTrue(left) || isTrue(right) ? 1n : 0n;
		case '&&':
			return isTrue(left) && isTrue(right) ? 1n : 0n;
		case '|':
			return a | b;
		case '^':
			return a ^ b;
		case '&':
			return a & b;
		case '==':
			return a === b ? 1n : 0n;
		case '!=':
			return a !== b ? 1n : 0n;
		case '<':
			return a < b ? 1n : 0n;
		case '>':
			return a > b ? 1n : 0n;
		case '<=':
			return a <= b ? 1n : 0n;
		case '>=':
			return a >= b ? 1n : 0n;
		case '<<':
			return BigInt.asUintN(64, a << (b & 63n));
		case '>>':
			return a >> (b & 63n);
		case '+':
			return a + b;
		case '-':
			return a - b;
		case '*':
			return BigInt.asIntN(64, a * b);
		case '/':
			return b === 0n ? 0n : a / b;
		default:
			return b === 0n ? 0n : a % b;
	}
}

export function castTo(words: readonly string[]): (value: bigint) => bigint {
	const named = words.map((word) => /^_?_?([us])(8|16|32|64)$/.exec(word)).find((match) => match !== null);
	const bits = named ? Number(named[2]) : bitsOfType(words);
	const unsigned = named ? named[1] === 'u' : words.includes('unsigned');
	return (value) => (unsigned ? BigInt.asUintN(bits, value) : BigInt.asIntN(bits, value));
}

function bitsOfType(words: readonly string[]): number {
	if (words.includes('char')) {
		return 8;
	}
	if (words.includes('short')) {
		return 16;
	}
	return words.includes('long') || !words.some((word) => word === 'int' || word === 'unsigned') ? 64 : 32;
}
