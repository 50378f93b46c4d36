// Numbers as scenarios write them: decimal, 0x… and 0b…, with _ between digits; versions of PSCI.

const HIGHEST = (1n << 64n) - 1n;

/** Undefined for a text that is no number, or one of more than 64 bits. */
export function numberOf(text: string): bigint | undefined {
	const digits = text.replaceAll('_', '');
	if (!/^(0[xX][0-9a-fA-F]+|0[bB][01]+|[0-9]+)$/.test(digits) || digits.length > 70) return undefined;
	const value = BigInt(digits);
	return value <= HIGHEST ? value : undefined;
}

/** `1.3` as PSCI_VERSION shows it; 0.1 counts as 1. */
export function versionOf(text: string): bigint | undefined {
	const parts = /^(\d{1,4})\.(\d{1,4})$/.exec(text);
	return parts ? (BigInt(parts[1] ?? 0) << 16n) | BigInt(parts[2] ?? 0) : undefined;
}

/** The text in a STRING token. */
export function unquoted(text: string): string {
	return text.replace(/^"|"$/g, '');
}

/** A constant as a small non-negative number; undefined where it is none. */
export function smallNumber(value: bigint | undefined, most: number): number | undefined {
	return value !== undefined && value >= 0n && value <= BigInt(most) ? Number(value) : undefined;
}

/** A result as the guest takes it: a small negative number, in 32 bits or in 64, is a status. */
export function signedResult(value: bigint): bigint {
	if (value >= 0xffffff00n && value <= 0xffffffffn) return BigInt.asIntN(32, value);
	return value >= 1n << 63n ? BigInt.asIntN(64, value) : value;
}
