// Rows in time order. A trace usually is; one put together from per-CPU files, or damaged, is not.

import type { EventColumns } from './event-columns.ts';
import type { Turn } from './turn.ts';

const batch = 0x8000;

/**
 * Sorts the rows by time, ties in file order. Undefined where they already were; otherwise the rows in
 * file order: element i is the row that was i-th in the file.
 */
export async function sortByTime(
	columns: EventColumns,
	turn: Turn,
	fraction: number,
): Promise<Uint32Array | undefined> {
	let sorted = true;
	for (let row = 1; row < columns.length && sorted; row++) {
		sorted = !columns.later(row - 1, row);
		if (row % batch === 0 && turn.over()) {
			await turn.rest(fraction);
		}
	}
	if (sorted) {
		return undefined;
	}
	const order = await mergeSort(columns, turn, fraction);
	await columns.reorder(order, turn, fraction);
	const byFile = new Uint32Array(order.length);
	for (let row = 0; row < order.length; row++) {
		byFile[order[row] ?? 0] = row;
		if (row % batch === 0 && turn.over()) {
			await turn.rest(fraction);
		}
	}
	return byFile;
}

/**
 * Merges the runs that are in order as they stand: one for each CPU of a trace.dat or each per-CPU file, few
 * in any real trace. Written out, so that it can rest anywhere: the sort of the language cannot.
 */
async function mergeSort(columns: EventColumns, turn: Turn, fraction: number): Promise<Uint32Array> {
	const { length, timeHigh, timeLow } = columns;
	let from = new Uint32Array(length);
	const starts: number[] = [];
	for (let i = 0; i < length; i++) {
		from[i] = i;
		if (i === 0 || columns.later(i - 1, i)) {
			starts.push(i);
		}
	}
	let to = new Uint32Array(length);
	let bounds = Uint32Array.from([...starts, length]);
	let written = 0;
	while (bounds.length > 2) {
		const merged: number[] = [];
		for (let run = 0; run + 1 < bounds.length; run += 2) {
			const start = bounds[run] ?? 0;
			const middle = bounds[run + 1] ?? length;
			const end = bounds[run + 2] ?? middle;
			merged.push(start);
			let left = start;
			let right = middle;
			for (let at = start; at < end; at++) {
				// Written out for speed: this is done for every row, log2 of the number of runs times.
				const a = from[left] as number;
				const b = from[right] as number;
				const high = right < end ? (timeHigh[a] as number) - (timeHigh[b] as number) : -1;
				const takeRight =
					left >= middle || high > 0 || (high === 0 && (timeLow[a] as number) > (timeLow[b] as number));
				to[at] = takeRight ? b : a;
				if (takeRight) {
					right++;
				} else {
					left++;
				}
				written++;
				if ((written & (batch - 1)) === 0 && turn.over()) {
					await turn.rest(fraction);
				}
			}
		}
		bounds = Uint32Array.from([...merged, length]);
		[from, to] = [to, from];
	}
	return from;
}
