// Parts of a file that were looked at last, so that the events around one place cost one reading. Bounded by
// their size in all, whatever the size of the file.

const mostBytes = 0x40_0000;

export class RecentParts {
	readonly #parts = new Map<number, Uint8Array>();
	#bytes = 0;

	/** The part called `key`, which `read` gives where it is not at hand. */
	get(key: number, read: () => Uint8Array): Uint8Array {
		const held = this.#parts.get(key);
		if (held !== undefined) {
			return held;
		}
		const part = read();
		for (const [oldest, { length }] of this.#parts) {
			if (this.#bytes + part.length <= mostBytes) {
				break;
			}
			this.#parts.delete(oldest);
			this.#bytes -= length;
		}
		this.#parts.set(key, part);
		this.#bytes += part.length;
		return part;
	}
}
