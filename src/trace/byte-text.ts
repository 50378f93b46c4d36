// Numbers and words read straight from the bytes of a line, so that a line of no interest costs no string.

const space = 0x20;
const tab = 0x09;
export const lineFeed = 0x0a;
export const carriageReturn = 0x0d;

export function isDigit(byte: number | undefined): boolean {
	return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

/** Value of a hexadecimal digit, -1 for anything else. */
export function hexDigit(byte: number | undefined): number {
	if (byte === undefined) {
		return -1;
	}
	if (byte >= 0x30 && byte <= 0x39) {
		return byte - 0x30;
	}
	const letter = byte | 0x20;
	return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

export function isBlank(byte: number | undefined): boolean {
	return byte === space || byte === tab;
}

/** First position at or after `start` that holds no blank. */
export function skipBlanks(bytes: Uint8Array, start: number, end: number): number {
	let at = start;
	while (at < end && isBlank(bytes[at])) {
		at++;
	}
	return at;
}

/** Whether `word` (ASCII) stands at `start`, wholly before `end`. */
export function startsWith(bytes: Uint8Array, start: number, end: number, word: string): boolean {
	if (end - start < word.length) {
		return false;
	}
	for (let i = 0; i < word.length; i++) {
		if (bytes[start + i] !== word.charCodeAt(i)) {
			return false;
		}
	}
	return true;
}

/** Whether `word` is what stands from `start` to `end`. */
export function sameBytes(word: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
	if (word.length !== end - start) {
		return false;
	}
	for (let i = 0; i < word.length; i++) {
		if (word[i] !== bytes[start + i]) {
			return false;
		}
	}
	return true;
}

export function startsWithBytes(bytes: Uint8Array, start: readonly number[]): boolean {
	return start.every((byte, i) => bytes[i] === byte);
}

/** The bytes as Latin-1, which any bytes are; the payloads of events are ASCII. */
export function latin1(bytes: Uint8Array, start: number, end: number): string {
	let text = '';
	for (let at = start; at < end; at++) {
		text += String.fromCharCode(bytes[at] ?? 0);
	}
	return text;
}

/**
 * The number that the bytes spell, exactly: decimal with an optional sign, or hexadecimal after `0x`.
 * Undefined when they spell anything else, or more than 64 bits.
 */
export function integer(bytes: Uint8Array, start: number, end: number): bigint | undefined {
	if (startsWith(bytes, start, end, '0x')) {
		return hexadecimal(bytes, start + 2, end);
	}
	const negative = bytes[start] === 0x2d && start < end;
	const first = negative ? start + 1 : start;
	if (first >= end || end - first > 20) {
		return undefined;
	}
	let small = 0;
	for (let at = first; at < end; at++) {
		if (!isDigit(bytes[at])) {
			return undefined;
		}
		small = small * 10 + ((bytes[at] ?? 0) - 0x30);
	}
	const value = small <= Number.MAX_SAFE_INTEGER ? BigInt(small) : BigInt(latin1(bytes, first, end));
	return value > 0xffff_ffff_ffff_ffffn ? undefined : negative ? -value : value;
}

/** The number that hexadecimal digits (no `0x`) spell, at most 16 of them after leading zeros. */
export function hexadecimal(bytes: Uint8Array, start: number, end: number): bigint | undefined {
	let high = 0;
	let low = 0;
	let digits = 0;
	for (let at = start; at < end; at++) {
		const digit = hexDigit(bytes[at]);
		if (digit < 0) {
			return undefined;
		}
		digits += digits > 0 || digit > 0 ? 1 : 0;
		if (digits > 16) {
			return undefined;
		}
		high = ((high << 4) | (low >>> 28)) >>> 0;
		low = ((low << 4) | digit) >>> 0;
	}
	if (start >= end) {
		return undefined;
	}
	return high === 0 ? BigInt(low) : (BigInt(high) << 32n) | BigInt(low);
}
