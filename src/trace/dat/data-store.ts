// The pages of the ring buffer that hold a row of the table. Where the file stays open they are read from it when
// a detail is looked at; else they are kept as the file has them. Compressed pages are unpacked when looked at.

import type { ByteSource } from '../byte-source.ts';
import { RecentParts } from '../recent-parts.ts';
import type { Unpack } from './compression.ts';

interface Part {
	/** in the space of all pages, one part after the other */
	readonly start: number;
	/** where it is in the file, and how many bytes it has there */
	readonly place: number;
	readonly length: number;
	/** how many bytes it has when unpacked */
	readonly size: number;
	readonly unpack: Unpack | undefined;
	/** whole pages, of which so many bytes are looked at together */
	readonly window: number;
	/** undefined where the file stays open */
	readonly bytes: Uint8Array | undefined;
}

export interface StoredPages {
	readonly view: DataView;
	/** where the view begins in the space of all pages */
	readonly base: number;
}

const windowSize = 0x4000;

export class DataStore {
	readonly #source: ByteSource;
	readonly #parts: Part[] = [];
	readonly #recent = new RecentParts();
	#last: StoredPages = { view: new DataView(new ArrayBuffer(0)), base: 0 };

	constructor(source: ByteSource) {
		this.#source = source;
	}

	/** Parts come in the order of `start`. `bytes` are those at `place`; they are copied where they are kept. */
	keep(part: Omit<Part, 'bytes' | 'length' | 'window'>, bytes: Uint8Array, pageSize: number): void {
		this.#parts.push({
			...part,
			length: bytes.length,
			window: Math.max(1, Math.floor(windowSize / pageSize)) * pageSize,
			bytes: this.#source.readNow === undefined ? bytes.slice() : undefined,
		});
	}

	/** The pages around `position`. */
	at(position: number): StoredPages {
		const last = position - this.#last.base;
		if (last >= 0 && last < this.#last.view.byteLength) {
			return this.#last;
		}
		const part = this.#parts[this.#indexOf(position)];
		if (part === undefined) {
			throw new RangeError(`no page at ${position}`);
		}
		this.#last = part.unpack === undefined ? this.#window(part, position) : this.#unpacked(part, part.unpack);
		return this.#last;
	}

	#window({ start, place, length, window, bytes }: Part, position: number): StoredPages {
		const from = Math.floor((position - start) / window) * window;
		const size = Math.min(window, length - from);
		const base = start + from;
		return bytes === undefined
			? pagesOf(
					this.#recent.get(base, () => this.#read(place + from, size)),
					base,
				)
			: pagesOf(bytes, start);
	}

	#unpacked({ start, place, length, size, bytes }: Part, unpack: Unpack): StoredPages {
		const pages = this.#recent.get(start, () => unpack(bytes ?? this.#read(place, length), size, place));
		return pagesOf(pages, start);
	}

	#read(place: number, length: number): Uint8Array {
		const bytes = this.#source.readNow?.(place, length) ?? new Uint8Array();
		if (bytes.length < length) {
			const end = place + bytes.length;
			throw new Error(`${this.#source.name} has been cut at byte ${end} since it was opened`);
		}
		return bytes;
	}

	#indexOf(position: number): number {
		let low = 0;
		let high = this.#parts.length;
		while (high - low > 1) {
			const middle = (low + high) >>> 1;
			if ((this.#parts[middle]?.start ?? 0) <= position) {
				low = middle;
			} else {
				high = middle;
			}
		}
		return low;
	}
}

function pagesOf({ buffer, byteOffset, length }: Uint8Array, base: number): StoredPages {
	return { view: new DataView(buffer, byteOffset, length), base };
}
