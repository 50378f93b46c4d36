// Numbers and strings read one after the other from a part of a file, in the file's byte order. Nothing is
// read, and no memory taken, beyond the end of that part: every size that the file states is checked first.

import type { ByteSource } from '../byte-source.ts';
import { latin1 } from '../byte-text.ts';
import { Damage } from './damage.ts';

const readAhead = 0x1_0000;

export interface Bounds {
	/** position of the first byte */
	readonly start: number;
	/** position after the last byte */
	readonly end: number;
	/** what to add to a position to name it in a message; for parts that were compressed, where they began */
	readonly place?: (position: number) => number;
}

export class FileCursor {
	position: number;
	readonly end: number;
	readonly little: boolean;
	readonly #source: ByteSource;
	readonly #place: (position: number) => number;
	#held = new Uint8Array();
	#heldAt = 0;

	constructor(source: ByteSource, little: boolean, { start, end, place }: Bounds) {
		this.#source = source;
		this.little = little;
		this.position = start;
		this.end = end;
		this.#place = place ?? ((position) => position);
	}

	/** Where the next byte is in the file, for messages. */
	get place(): number {
		return this.#place(this.position);
	}

	get left(): number {
		return this.end - this.position;
	}

	async bytes(length: number, what: string): Promise<Uint8Array> {
		this.#claim(length, what);
		const from = this.position - this.#heldAt;
		if (from >= 0 && from + length <= this.#held.length) {
			this.position += length;
			return this.#held.subarray(from, from + length);
		}
		const wanted = Math.min(Math.max(length, readAhead), this.end - this.position);
		// Copied, since a source may reuse its memory.
		const held = (await this.#source.read(this.position, wanted)).slice();
		if (held.length < length) {
			throw this.#tooShort(what, held.length);
		}
		this.#held = held;
		this.#heldAt = this.position;
		this.position += length;
		return held.subarray(0, length);
	}

	skip(length: number, what: string): void {
		this.#claim(length, what);
		this.position += length;
	}

	async u8(what: string): Promise<number> {
		return (await this.bytes(1, what))[0] ?? 0;
	}

	async u16(what: string): Promise<number> {
		return view(await this.bytes(2, what)).getUint16(0, this.little);
	}

	async u32(what: string): Promise<number> {
		return view(await this.bytes(4, what)).getUint32(0, this.little);
	}

	async u64(what: string): Promise<bigint> {
		return view(await this.bytes(8, what)).getBigUint64(0, this.little);
	}

	/** A 64-bit size or offset: one beyond 2^53 is a lie in any file. */
	async size(what: string): Promise<number> {
		const at = this.place;
		const value = await this.u64(what);
		if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
			throw new Damage(at, `${what} of ${value}`, 'a number that a file can have');
		}
		return Number(value);
	}

	/** A string up to its NUL, which is taken too. */
	async cstring(what: string, most = 4096): Promise<string> {
		const at = this.place;
		let text = '';
		for (let i = 0; i < most; i++) {
			const [byte] = await this.bytes(1, what);
			if (byte === 0) {
				return text;
			}
			text += String.fromCharCode(byte ?? 0);
		}
		throw new Damage(at, `${what} of more than ${most} bytes`, 'a NUL before that');
	}

	async word(expected: string, what: string): Promise<void> {
		const at = this.place;
		const bytes = await this.bytes(expected.length, what);
		const found = latin1(bytes, 0, bytes.length);
		if (found !== expected) {
			throw new Damage(at, JSON.stringify(found), `${JSON.stringify(expected)} (${what})`);
		}
	}

	#claim(length: number, what: string): void {
		if (length > this.end - this.position) {
			throw this.#tooShort(what, Math.max(0, this.end - this.position), length);
		}
	}

	#tooShort(what: string, there: number, wanted?: number): Damage {
		const size = wanted === undefined ? '' : ` of ${wanted} bytes`;
		return new Damage(this.place, `${there} bytes to the end`, `${what}${size}`, true);
	}
}

function view(bytes: Uint8Array): DataView {
	return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
