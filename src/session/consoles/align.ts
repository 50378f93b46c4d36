// Lines of a console put on the recording's clock. The guest's clock runs as the host's does, but began later, and
// stands still while the guest is asleep: it is the recording's less an offset, which every pair of a line and an
// event bounds, as a line is printed after what it tells of, or before what it announces. What the order of events
// and lines says always holds; the offset only fills in between.

import type { ConsoleEvent } from '../../trace/console/read-console.ts';
import type { EventTable, Trace } from '../../trace/trace.ts';
import type { Anchor } from './anchors.ts';

export interface PlacedLine {
	readonly event: ConsoleEvent;
	/** how many rows of the recording come before it */
	readonly position: number;
	/** on the recording's clock */
	readonly time: bigint;
}

/** Lines for which one offset holds. */
export interface Stretch {
	/** first and last index of its lines */
	readonly first: number;
	last: number;
	/** bounds of the offset in nanoseconds; undefined where no pair gives one */
	least: bigint | undefined;
	most: bigint | undefined;
	anchors: number;
}

/** No message takes so long from its event to the console: the guest's clock stood still, or began anew. */
const JUMP_NS = 1_000_000_000n;

/** The guest's clock has a time for this line: before it runs, the kernel prints zeros. */
function clockOf({ time }: ConsoleEvent, ticks: boolean): bigint | undefined {
	return ticks || time === 0n ? undefined : time;
}

export function stretchesOf(
	trace: Trace,
	lines: readonly ConsoleEvent[],
	anchors: readonly Anchor[],
): Stretch[] {
	const ticks = trace.clockUnit !== 'ns';
	const byLine = new Map(anchors.map((anchor) => [anchor.line, anchor]));
	const stretches: Stretch[] = [];
	let boot = -1;
	lines.forEach((line, index) => {
		const anchor = byLine.get(index);
		const clock = clockOf(line, ticks);
		const offset = anchor && clock !== undefined ? trace.events.time(anchor.row) - clock : undefined;
		let stretch = stretches.at(-1);
		if (!stretch || line.boot !== boot || (offset !== undefined && jumps(stretch, offset))) {
			stretch = { first: index, last: index, least: undefined, most: undefined, anchors: 0 };
			stretches.push(stretch);
		}
		boot = line.boot;
		stretch.last = index;
		if (anchor) stretch.anchors++;
		if (offset === undefined) return;
		if (anchor?.side === 'before') stretch.most = least(stretch.most, offset);
		else stretch.least = most(stretch.least, offset);
	});
	return stretches;
}

function jumps({ least: low, most: high }: Stretch, offset: bigint): boolean {
	const known = low ?? high;
	return known !== undefined && (offset > known + JUMP_NS || offset < known - JUMP_NS);
}

const least = (a: bigint | undefined, b: bigint) => (a === undefined || b < a ? b : a);
const most = (a: bigint | undefined, b: bigint) => (a === undefined || b > a ? b : a);

/** The offset taken: the middle of the bounds, or the one there is. */
export function offsetOf({ least: low, most: high }: Stretch): bigint | undefined {
	if (low === undefined || high === undefined) return low ?? high;
	return (low + high) / 2n;
}

export function placeLines(
	trace: Trace,
	lines: readonly ConsoleEvent[],
	anchors: readonly Anchor[],
	stretches: readonly Stretch[],
): PlacedLine[] {
	const { events } = trace;
	const placed: PlacedLine[] = [];
	let position = 0;
	let nextAnchor = 0;
	for (const stretch of stretches) {
		const offset = offsetOf(stretch);
		for (let index = stretch.first; index <= stretch.last; index++) {
			const event = lines[index];
			if (!event) continue;
			const clock = clockOf(event, trace.clockUnit !== 'ns');
			if (clock !== undefined && offset !== undefined)
				position = Math.max(position, rowsUpTo(events, clock + offset));
			// What the kernel says before its clock runs leads up to the first event that it tells of.
			const first = nextAnchor === 0 ? anchors[0] : undefined;
			if (clock === undefined && first) position = Math.max(position, first.row);
			const anchor = anchors[nextAnchor]?.line === index ? anchors[nextAnchor++] : undefined;
			if (anchor?.side === 'after') position = Math.max(position, anchor.row + 1);
			// Nothing of the console comes after what a later line announces.
			const limit =
				anchor?.side === 'before' ? anchor : anchors.slice(nextAnchor).find(({ side }) => side === 'before');
			if (limit) position = Math.min(position, limit.row);
			const wanted = clock !== undefined && offset !== undefined ? clock + offset : undefined;
			placed.push({ event, position, time: timeAt(events, position, wanted) });
		}
	}
	return placed;
}

/** How many rows are not later than `time`. */
function rowsUpTo(events: EventTable, time: bigint): number {
	let low = 0;
	let high = events.length;
	while (low < high) {
		const mid = (low + high) >>> 1;
		if (events.time(mid) <= time) low = mid + 1;
		else high = mid;
	}
	return low;
}

/** `wanted` as far as the rows around the position allow it; without one, the time of the row before. */
function timeAt(events: EventTable, position: number, wanted: bigint | undefined): bigint {
	const before = position > 0 ? events.time(position - 1) : undefined;
	const after = position < events.length ? events.time(position) : undefined;
	if (wanted === undefined) return before ?? after ?? 0n;
	if (before !== undefined && wanted < before) return before;
	return after !== undefined && wanted > after ? after : wanted;
}
