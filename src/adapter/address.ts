// Guest addresses as clients name them: memory references.

/** `0x40080000`, moved by `offset` bytes; undefined where the text is no 64-bit address. */
export function addressOf(reference: string, offset = 0): bigint | undefined {
	if (!/^(0x[0-9a-f]{1,16}|\d{1,20})$/i.test(reference)) return undefined;
	const address = BigInt(reference) + BigInt(offset);
	return address >= 0n && address < 1n << 64n ? address : undefined;
}
