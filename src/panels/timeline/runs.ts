// The columns of a tile's lane, read, and gathered into runs that look the same.

import type { TileLane, TimelineTile } from '../../session/timeline/tile.ts';

export interface Part {
	/** name of the state */
	readonly state: string;
	/** of the column's time, 0 to 1 */
	readonly share: number;
}

export interface Run {
	/** columns, `end` excluded */
	readonly start: number;
	readonly end: number;
	/** largest first; empty: nothing is known to have happened */
	readonly parts: readonly Part[];
}

export function runsOf(tile: TimelineTile, lane: TileLane): Run[] {
	const { columns } = tile;
	const runs: Run[] = [];
	let start = 0;
	for (let column = 1; column <= columns; column++) {
		if (column < columns && isSame(tile, lane, column, start)) continue;
		runs.push({ start, end: column, parts: partsAt(tile, lane, start) });
		start = column;
	}
	return runs;
}

function isSame(tile: TimelineTile, { shares }: TileLane, a: number, b: number): boolean {
	const width = tile.states.length;
	for (let i = 0; i < width; i++)
		if (shares.charCodeAt(a * width + i) !== shares.charCodeAt(b * width + i)) return false;
	return true;
}

/** A state's share of a column's time, 0 to 1. */
export function shareAt(
	{ states, steps }: TimelineTile,
	{ shares }: TileLane,
	column: number,
	state: number,
): number {
	return (shares.charCodeAt(column * states.length + state) - ZERO) / steps;
}

/** What a lane did in a column. */
export function partsAt(tile: TimelineTile, lane: TileLane, column: number): Part[] {
	const parts: Part[] = [];
	tile.states.forEach((state, i) => {
		const share = shareAt(tile, lane, column, i);
		if (share > 0) parts.push({ state, share });
	});
	return parts.sort((a, b) => b.share - a.share);
}

/** What a lane did between two moments of the tile. */
export function partsBetween(tile: TimelineTile, lane: TileLane, from: number, to: number): Part[] {
	const columnOf = (time: number) => ((time - tile.from) / (tile.to - tile.from)) * tile.columns;
	const first = Math.max(0, Math.floor(columnOf(from)));
	const last = Math.min(tile.columns, Math.max(first + 1, Math.ceil(columnOf(to))));
	const shares = new Map<string, number>();
	for (let column = first; column < last; column++)
		for (const { state, share } of partsAt(tile, lane, column))
			shares.set(state, (shares.get(state) ?? 0) + share / (last - first));
	return [...shares].map(([state, share]) => ({ state, share })).sort((a, b) => b.share - a.share);
}

/** The character that stands for no share at all. */
const ZERO = 48;
