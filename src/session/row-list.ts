// Ascending rows as a column that grows.

export class RowList {
	#rows = new Uint32Array(64);
	#length = 0;

	get length(): number {
		return this.#length;
	}

	push(row: number): void {
		if (this.#length === this.#rows.length) {
			const more = new Uint32Array(this.#length * 2);
			more.set(this.#rows);
			this.#rows = more;
		}
		this.#rows[this.#length++] = row;
	}

	/** The rows there are now, without a copy: good until the next one comes. */
	get rows(): Uint32Array {
		return this.#rows.subarray(0, this.#length);
	}
}
