// What an expression's parts stand for, and what operators make of them. Logic has three values: what nothing
// shows yet is unknown, and so is whatever depends on it; unknown never counts as true.

/** A number, a name, or both (STOPPED is 5); or a truth. All absent: unknown. */
export interface Operand {
	readonly number?: bigint;
	readonly name?: string;
	readonly truth?: boolean;
}

export const UNKNOWN: Operand = {};

export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=';
export type Arithmetic = '+' | '-' | '&' | '|' | '^' | '<<' | '>>';

const WIDTH = 64n;
const unsigned = (value: bigint) => BigInt.asUintN(64, value);

/** Whether it counts as true: a number other than 0, a name that is not empty. Undefined: unknown. */
export function truthOf({ truth, number, name }: Operand): boolean | undefined {
	if (truth !== undefined) return truth;
	if (number !== undefined) return number !== 0n;
	return name === undefined ? undefined : name !== '';
}

export function truth(value: boolean | undefined): Operand {
	return value === undefined ? UNKNOWN : { truth: value };
}

/** Names count before numbers where both sides have one, as the same number may stand for several. */
export function compare(operator: Comparison, a: Operand, b: Operand): boolean | undefined {
	if (operator === '==') return equal(a, b);
	if (operator === '!=') return not(equal(a, b));
	const [left, right] = [numberOf(a), numberOf(b)];
	if (left === undefined || right === undefined) return undefined;
	if (operator === '<') return left < right;
	if (operator === '<=') return left <= right;
	return operator === '>' ? left > right : left >= right;
}

export function equal(a: Operand, b: Operand): boolean | undefined {
	if (isUnknown(a) || isUnknown(b)) return undefined;
	if (a.truth !== undefined || b.truth !== undefined) {
		const [left, right] = [truthOf(a), truthOf(b)];
		return left === undefined || right === undefined ? undefined : left === right;
	}
	if (a.name !== undefined && b.name !== undefined) return a.name.toUpperCase() === b.name.toUpperCase();
	if (a.number === undefined || b.number === undefined) return false;
	// A register holds -4 as 0xfffffffffffffffc.
	return unsigned(a.number) === unsigned(b.number);
}

function isUnknown({ number, name, truth }: Operand): boolean {
	return number === undefined && name === undefined && truth === undefined;
}

export function not(value: boolean | undefined): boolean | undefined {
	return value === undefined ? undefined : !value;
}

function numberOf({ number, truth }: Operand): bigint | undefined {
	return number ?? (truth === undefined ? undefined : BigInt(truth));
}

/** Sums and differences are exact; bit operations are those of a 64-bit register. */
export function calculate(operator: Arithmetic, a: Operand, b: Operand): Operand {
	const [left, right] = [numberOf(a), numberOf(b)];
	if (left === undefined || right === undefined) return UNKNOWN;
	switch (operator) {
		case '+':
			return { number: left + right };
		case '-':
			return { number: left - right };
		case '&':
			return { number: unsigned(left) & unsigned(right) };
		case '|':
			return { number: unsigned(left) | unsigned(right) };
		case '^':
			return { number: unsigned(left) ^ unsigned(right) };
		case '<<':
			return right < 0n ? UNKNOWN : { number: right >= WIDTH ? 0n : unsigned(left << right) };
		case '>>':
			return right < 0n ? UNKNOWN : { number: right >= WIDTH ? 0n : unsigned(left) >> right };
	}
}

export function negative(a: Operand): Operand {
	const number = numberOf(a);
	return number === undefined ? UNKNOWN : { number: -number };
}

export function complement(a: Operand): Operand {
	const number = numberOf(a);
	return number === undefined ? UNKNOWN : { number: unsigned(~number) };
}

/** `call ~ "SYSTEM_*"`: whether the name has the form of the pattern, whatever the case. */
export function matches({ name, number }: Operand, pattern: string): boolean | undefined {
	if (name !== undefined) return globMatches(pattern.toUpperCase(), name.toUpperCase());
	return number === undefined ? undefined : false;
}

/** `*` stands for any run of characters. Linear: no regular expression is built from what a user wrote. */
export function globMatches(pattern: string, name: string): boolean {
	const parts = pattern.split('*');
	const [first = ''] = parts;
	if (parts.length === 1) return pattern === name;
	const last = parts.at(-1) ?? '';
	if (!name.startsWith(first)) return false;
	let at = first.length;
	for (const part of parts.slice(1, -1)) {
		const found = name.indexOf(part, at);
		if (found < 0) return false;
		at = found + part.length;
	}
	return name.length - last.length >= at && name.endsWith(last);
}
