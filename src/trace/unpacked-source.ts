// A compressed text as the source of its own text: unpacked piece by piece as it is read, from the beginning
// to the end, and no more kept than the reader has not taken. Who goes back has it unpacked once more.

import { Gunzip } from 'fflate';
import { Decompress } from 'fzstd';
import type { ByteSource } from './byte-source.ts';
import { startsWithBytes } from './byte-text.ts';
import type { TraceProblem } from './trace.ts';

export type Packing = 'gzip' | 'zstd';

/** By the magic numbers of RFC 1952 and RFC 8878; skippable frames of zstd are no beginning of a text. */
export function packingOf(head: Uint8Array): Packing | undefined {
	return startsWithBytes(head, [0x1f, 0x8b, 0x08])
		? 'gzip'
		: startsWithBytes(head, [0x28, 0xb5, 0x2f, 0xfd])
			? 'zstd'
			: undefined;
}

/** What is read of the file in one go. Small: a piece may unpack to a thousand times as much. */
const packedSlice = 0x4000;
/** Traces shrink to a thirtieth at best; what unpacks to more than this is made to fill memory. */
const mostTimes = 256;
const alwaysAllowed = 0x400_0000;
/** As the zstd program allows without being asked for more. */
const mostWindow = 0x800_0000;

export class UnpackedSource implements ByteSource {
	readonly name: string;
	/** what is wrong with the compressed data, once the text has been read up to there */
	damage: TraceProblem | undefined;
	readonly #packed: ByteSource;
	readonly #packing: Packing;
	#push: (bytes: Uint8Array, last: boolean) => void;
	#pieces: Uint8Array[] = [];
	/** where the first piece begins in the text, and how much has been unpacked */
	#from = 0;
	#unpacked = 0;
	#position = 0;
	#ended = false;
	/** of gzip, whose library does not always notice that the file ends too early: */
	#memberStart = 0;
	#lastBytes: readonly number[] = [];

	constructor(packed: ByteSource, packing: Packing) {
		this.name = packed.name;
		this.#packed = packed;
		this.#packing = packing;
		this.#push = this.#unpacker();
	}

	#unpacker(): (bytes: Uint8Array, last: boolean) => void {
		const take = (bytes: Uint8Array) => {
			if (bytes.length > 0) {
				// A copy, since the libraries go on using what they give.
				this.#pieces.push(bytes.slice());
				this.#unpacked += bytes.length;
			}
		};
		if (this.#packing === 'zstd') {
			const stream = new Decompress(take);
			return (bytes, last) => stream.push(bytes, last);
		}
		const stream = new Gunzip(take);
		stream.onmember = () => {
			this.#memberStart = this.#unpacked;
		};
		return (bytes, last) => {
			this.#lastBytes = [...this.#lastBytes, ...bytes.subarray(-4)].slice(-4);
			stream.push(bytes, last);
			if (last) this.#checkLength();
		};
	}

	/** A gzip member ends with the size of its text, modulo 2^32 (RFC 1952, 2.3.1). */
	#checkLength(): void {
		const [a = 0, b = 0, c = 0, d = 0] = this.#lastBytes;
		const stated = (a | (b << 8) | (c << 16) | (d << 24)) >>> 0;
		if (stated !== (this.#unpacked - this.#memberStart) % 0x1_0000_0000) {
			throw new Error('it ends too early');
		}
	}

	/** A guess from what has been unpacked so far. */
	get size(): number {
		const read = Math.max(1, this.#position);
		return this.#ended ? this.#unpacked : Math.ceil((this.#unpacked * this.#packed.size) / read);
	}

	/** What lies before `offset` is forgotten. */
	async read(offset: number, length: number): Promise<Uint8Array> {
		if (offset < this.#from) {
			this.#beginAgain();
		}
		while (this.#unpacked < offset + length && !this.#ended) {
			await this.#more();
		}
		while (this.#pieces[0] !== undefined && this.#from + this.#pieces[0].length <= offset) {
			this.#from += this.#pieces.shift()?.length ?? 0;
		}
		const bytes = new Uint8Array(Math.max(0, Math.min(length, this.#unpacked - offset)));
		let at = this.#from - offset;
		for (const piece of this.#pieces) {
			const begin = Math.max(0, -at);
			const part = piece.subarray(begin, Math.min(piece.length, bytes.length - at));
			if (part.length > 0) {
				bytes.set(part, at + begin);
			}
			at += piece.length;
			if (at >= bytes.length) {
				break;
			}
		}
		return bytes;
	}

	#beginAgain(): void {
		this.#pieces = [];
		this.#from = 0;
		this.#unpacked = 0;
		this.#position = 0;
		this.#ended = false;
		this.#memberStart = 0;
		this.#lastBytes = [];
		this.damage = undefined;
		this.#push = this.#unpacker();
	}

	async #more(): Promise<void> {
		const slice = (await this.#packed.read(this.#position, packedSlice)).slice();
		if (this.#position === 0 && this.#packing === 'zstd') {
			this.#checkWindow(slice);
		}
		this.#position += slice.length;
		if (this.#ended) {
			return;
		}
		try {
			this.#push(slice, slice.length === 0);
		} catch (error) {
			const why = error instanceof Error ? error.message : String(error);
			const cut = slice.length === 0;
			this.#stop(
				cut
					? `the end of the ${this.#packing} data`
					: `${this.#packing} data that cannot be unpacked (${why})`,
				cut ? 'more of them' : `whole ${this.#packing} data`,
			);
		}
		if (slice.length === 0) {
			this.#ended = true;
		}
		if (this.#unpacked > alwaysAllowed && this.#unpacked > this.#position * mostTimes) {
			this.#stop(`${this.#position} bytes that unpack to more than ${this.#unpacked}`, 'the text of a trace');
		}
	}

	/** The library takes as much memory as the first frame says that it needs. */
	#checkWindow(head: Uint8Array): void {
		const flags = head[4] ?? 0;
		const exponent = (head[5] ?? 0) >> 3;
		const single = (flags & 0x20) !== 0;
		const window = single
			? (zstdContentSize(head) ?? 0)
			: 2 ** (10 + exponent) * (1 + ((head[5] ?? 0) & 7) / 8);
		const most = single ? alwaysAllowed + mostTimes * this.#packed.size : mostWindow;
		if (window > most) {
			this.#stop(`zstd data that need ${window} bytes of memory`, `at most ${most}`);
		}
	}

	#stop(found: string, expected: string): void {
		this.#ended = true;
		this.damage = { offset: this.#position, found, expected, truncated: true };
	}
}

/** What is wrong with the compressed data of `source`, as far as it has been read. */
export function damageOf(source: ByteSource): TraceProblem | undefined {
	return source instanceof UnpackedSource ? source.damage : undefined;
}

/** What the header of a zstd frame says of its content (RFC 8878, 3.1.1.1); undefined where it does not. */
export function zstdContentSize(packed: Uint8Array): number | undefined {
	const flags = packed[4] ?? 0;
	const single = (flags >> 5) & 1;
	const dictionary = [0, 1, 2, 4][flags & 3] ?? 0;
	const sizeBytes = [single, 2, 4, 8][flags >> 6] ?? 0;
	const at = 6 - single + dictionary;
	if (sizeBytes === 0 || packed.length < at + sizeBytes) {
		return undefined;
	}
	let value = 0;
	for (let i = sizeBytes - 1; i >= 0; i--) {
		value = value * 256 + (packed[at + i] ?? 0);
	}
	return sizeBytes === 2 ? value + 256 : value;
}
