// Codes of positions as a column that grows.

import { positionCode } from './position.ts';

export class PositionList {
	#codes = new Float64Array(64);
	#length = 0;

	add(row: number, decision: number): void {
		if (this.#length === this.#codes.length) {
			const more = new Float64Array(this.#length * 2);
			more.set(this.#codes);
			this.#codes = more;
		}
		this.#codes[this.#length++] = positionCode({ row, decision });
	}

	/** Those there are now, without a copy: good until the next one comes. */
	get codes(): Float64Array {
		return this.#codes.subarray(0, this.#length);
	}
}

/** All of several ascending lists, each once, ascending. */
export function* merged(lists: readonly Float64Array[]): Generator<number, Float64Array> {
	const [first = new Float64Array(), ...others] = lists.filter(({ length }) => length > 0);
	let all = first;
	for (const list of others) all = yield* mergedTwo(all, list);
	return all;
}

function* mergedTwo(one: Float64Array, other: Float64Array): Generator<number, Float64Array> {
	const all = new Float64Array(one.length + other.length);
	let [i, j, length] = [0, 0, 0];
	while (i < one.length || j < other.length) {
		if (length % 4096 === 4095) yield length;
		const [a, b] = [one[i] ?? Number.POSITIVE_INFINITY, other[j] ?? Number.POSITIVE_INFINITY];
		all[length++] = Math.min(a, b);
		if (a <= b) i++;
		if (b <= a) j++;
	}
	return all.subarray(0, length);
}
