// The pages of the ring buffer, kept as the file has them: compressed pages stay compressed, and only the
// parts that hold a row of the table are kept at all. A part is unpacked again when a detail is looked at.

import type { Unpack } from './compression.ts';

interface Part {
	/** in the space of all pages, one part after the other */
	readonly start: number;
	readonly bytes: Uint8Array;
	/** when unpacked */
	readonly size: number;
	readonly unpack: Unpack | undefined;
	readonly place: number;
}

export interface StoredPages {
	readonly view: DataView;
	/** where the view begins in the space of all pages */
	readonly base: number;
}

/** Looking at the events around one place touches a part for each CPU. */
const mostUnpacked = 32;

export class DataStore {
	readonly #parts: Part[] = [];
	readonly #unpacked = new Map<number, StoredPages>();

	/** Parts come in the order of `start`. `bytes` belong to the store from here on. */
	keep(part: Part): void {
		this.#parts.push(part);
	}

	/** The pages around `position`. */
	at(position: number): StoredPages {
		const index = this.#indexOf(position);
		const held = this.#unpacked.get(index);
		if (held !== undefined) {
			return held;
		}
		const part = this.#parts[index];
		if (part === undefined) {
			throw new RangeError(`no page at ${position}`);
		}
		const bytes = part.unpack === undefined ? part.bytes : part.unpack(part.bytes, part.size, part.place);
		const pages = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), base: part.start };
		const oldest = this.#unpacked.keys().next();
		if (this.#unpacked.size >= mostUnpacked && oldest.done !== true) {
			this.#unpacked.delete(oldest.value);
		}
		this.#unpacked.set(index, pages);
		return pages;
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
