// C's printf, as far as the kernel's events use it. 64-bit values are exact.

export type PrintValue = bigint | string;

interface Conversion {
	readonly flags: string;
	readonly width: number;
	readonly precision: number | undefined;
	/** of the argument, in bits */
	readonly bits: 8 | 16 | 32 | 64;
	readonly letter: string;
}

/** Text and conversions by turns. */
export type PrintTemplate = readonly (string | Conversion)[];

const conversion = /%([-+ #0]*)(\d{0,3})(?:\.(\d{0,3}))?(hh|h|ll|l|L|q|j|z|t)?([diuxXosSpc%])([A-Za-z]*)/g;

/** Undefined where there is a conversion of another kind, or `*` for a width. */
export function parsePrintf(text: string, longBits: 32 | 64): PrintTemplate | undefined {
	const parts: (string | Conversion)[] = [];
	let from = 0;
	for (const match of text.matchAll(conversion)) {
		const [whole, flags = '', width = '', precision, length = '', letter = '', suffix = ''] = match;
		const before = text.slice(from, match.index);
		if (before.includes('%')) {
			return undefined;
		}
		// `%pS`, `%pK` and the like: the letters after the p say how; any other letter is text.
		from = match.index + whole.length - (letter === 'p' ? 0 : suffix.length);
		parts.push(before);
		if (letter === '%') {
			parts.push('%');
			continue;
		}
		const bits = letter === 'p' ? longBits : bitsOf(length, longBits);
		parts.push({
			flags,
			width: Number(width),
			precision: precision === undefined ? undefined : Number(precision),
			bits,
			letter,
		});
	}
	const rest = text.slice(from);
	return rest.includes('%') ? undefined : [...parts, rest];
}

function bitsOf(length: string, longBits: 32 | 64): 8 | 16 | 32 | 64 {
	switch (length) {
		case 'hh':
			return 8;
		case 'h':
			return 16;
		case '':
			return 32;
		case 'l':
		case 'z':
		case 't':
			return longBits;
		default:
			return 64;
	}
}

export function argumentsOf(template: PrintTemplate): number {
	return template.filter((part) => typeof part !== 'string').length;
}

export function printf(template: PrintTemplate, values: readonly PrintValue[]): string {
	let next = 0;
	return template
		.map((part) => (typeof part === 'string' ? part : convert(part, values[next++] ?? 0n)))
		.join('');
}

function convert({ flags, width, precision, bits, letter }: Conversion, value: PrintValue): string {
	const left = flags.includes('-');
	if (letter === 's' || letter === 'S' || typeof value === 'string') {
		const text = typeof value === 'string' ? value : `0x${BigInt.asUintN(64, value).toString(16)}`;
		return padded(precision === undefined ? text : text.slice(0, precision), width, left);
	}
	if (letter === 'c') {
		return padded(String.fromCharCode(Number(BigInt.asUintN(8, value))), width, left);
	}
	const signed = letter === 'd' || letter === 'i';
	const exact = signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
	const magnitude = exact < 0n ? -exact : exact;
	const hexadecimal = letter === 'x' || letter === 'X' || letter === 'p';
	let digits = magnitude.toString(hexadecimal ? 16 : letter === 'o' ? 8 : 10);
	digits = letter === 'X' ? digits.toUpperCase() : digits;
	digits = precision === undefined ? digits : digits.padStart(precision, '0');
	let prefix = exact < 0n ? '-' : signed && flags.includes('+') ? '+' : '';
	if (flags.includes('#') && hexadecimal && magnitude !== 0n) {
		prefix = letter === 'X' ? '0X' : '0x';
	}
	if (flags.includes('0') && !left && precision === undefined) {
		digits = digits.padStart(width - prefix.length, '0');
	}
	return padded(prefix + digits, width, left);
}

function padded(text: string, width: number, left: boolean): string {
	return left ? text.padEnd(width) : text.padStart(width);
}
