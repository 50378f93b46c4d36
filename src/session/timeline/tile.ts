// What a page draws of a range of time: plain data, ready to be sent. Times are nanoseconds (or what else the
// trace's clock counts) since the first event.

import type { ClockUnit } from '../../trace/trace.ts';

export interface TileQuery {
	readonly from: number;
	readonly to: number;
	/** pixels to draw into */
	readonly columns: number;
}

/** One thing, or several that are too near to each other to be told apart at this scale. */
export interface TileMark {
	/** of the first */
	readonly at: number;
	/** of the last */
	readonly until: number;
	/** where a click goes: row of the first */
	readonly row: number;
	readonly count: number;
	/** `CPU_ON target_cpu=0x1 …`, or `3 calls: CPU_ON 2, PSCI_VERSION` */
	readonly text: string;
	/** short, to be written beside the mark; empty for several */
	readonly label: string;
	/** one of them failed */
	readonly failed: boolean;
}

export interface TileLane {
	readonly name: string;
	readonly kind: 'vCPU' | 'VMM';
	/**
	 * For each column a character for each state of LANE_STATES: the state's share of the column's time, from `0`
	 * (none of it) to `o` (all of it; 63 steps).
	 */
	readonly shares: string;
	readonly calls: readonly TileMark[];
}

export interface TileLink {
	readonly kind: 'CPU_ON' | 'wake-up';
	readonly from: number;
	readonly to: number;
	/** indices into the tile's lanes */
	readonly fromLane: number;
	readonly toLane: number;
	/** of the arrival */
	readonly row: number;
}

/** What changes while the lanes stay: where breakpoints are, what was found. */
export interface TileMarks {
	/** of the timeline that they are of: another one has other lanes too */
	readonly revision: number;
	readonly breakpoints: readonly TileMark[];
	readonly findings: readonly TileMark[];
	/** what was searched for */
	readonly found: readonly TileMark[];
}

export interface TimelineTile extends TileQuery, TileMarks {
	/** of the whole session: time of the first event that any lane is about, and of the last event */
	readonly begin: number;
	readonly end: number;
	readonly unit: ClockUnit;
	/** time of the first event on the trace's clock, in ns (or ticks), as text: it may need 64 bits */
	readonly origin: string;
	/** LANE_STATES: what the characters of `shares` are about */
	readonly states: readonly string[];
	/** how many steps of `shares` are all of a column */
	readonly steps: number;
	readonly lanes: readonly TileLane[];
	/** system events, across all lanes */
	readonly exits: readonly TileMark[];
	/** all of them, or where they are too many some from all over the range */
	readonly links: readonly TileLink[];
	/** events in the range */
	readonly events: number;
}

/** What a lane did in a range: for the selection. */
export interface RangeLane {
	readonly name: string;
	/** time in each state of LANE_STATES */
	readonly times: readonly number[];
	readonly calls: number;
}

export interface RangeSummary {
	readonly from: number;
	readonly to: number;
	/** LANE_STATES: what `times` are about */
	readonly states: readonly string[];
	readonly lanes: readonly RangeLane[];
	readonly events: number;
	readonly calls: number;
	readonly exits: number;
}

/** The step of `shares` for a share between 0 and 1, and back. */
export const SHARE_STEPS = 63;
export const SHARE_ZERO = 48;
