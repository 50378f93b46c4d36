// A range of a session's timeline, summed up for a page: states by column, calls and other marks gathered where
// they are too near to each other.

import { functionById } from '../../psci/functions.ts';
import { describeEvent } from '../describe.ts';
import { systemEventName } from '../kvm-names.ts';
import { callText, recordedCall, resultText } from '../recorded-call.ts';
import type { VcpuState } from '../state.ts';
import { indexAfter } from '../statements.ts';
import { systemEventAt } from '../system-event-at.ts';
import { vcpuName } from '../view.ts';
import { LANE_STATES, STATE_COUNT } from './lane-state.ts';
import type { Link } from './links.ts';
import {
	type RangeSummary,
	SHARE_STEPS,
	SHARE_ZERO,
	type TileLane,
	type TileLink,
	type TileMark,
	type TileMarks,
	type TileQuery,
	type TimelineTile,
} from './tile.ts';
import type { TimelineIndex } from './timeline-index.ts';

/** A wider screen than there is; bounds what one question may cost. */
const MOST_COLUMNS = 8192;
/** Columns within which marks are gathered into one. */
const MARK_COLUMNS = 12;
/** Arrows of one tile. */
const MOST_LINKS = 200;
/** Calls of one mark that are looked at one by one. */
const MOST_NAMED = 64;
const MOST_DECODED = 4;

/** Rows (ascending) that whoever asks wants marked. */
export interface MarkedRows {
	readonly breakpoints?: ArrayLike<number>;
	readonly found?: ArrayLike<number>;
	readonly findings?: readonly { readonly row: number; readonly text: string }[];
}

export function tileOf(index: TimelineIndex, query: TileQuery, marked: MarkedRows = {}): TimelineTile {
	const { session } = index;
	const { from, to, columns } = within(index, query);
	const sums = index.sumsAt(edges(from, to, columns));
	const groups = markGroups(index, from, to, columns);
	const vcpus = session.vcpus.length;
	const lanes = laneNames(index).map(
		(name, lane): TileLane => ({
			name,
			kind: lane < vcpus ? 'vCPU' : 'VMM',
			shares: sharesOf(sums, lane, (to - from) / columns),
			calls: lane < vcpus ? callMarks(index, session.vcpus[lane], groups) : [],
		}),
	);
	return {
		from,
		to,
		columns,
		begin: index.begin,
		end: index.end,
		unit: session.trace.clockUnit,
		origin: session.length > 0 ? `${session.trace.events.time(0)}` : '0',
		states: LANE_STATES,
		steps: SHARE_STEPS,
		lanes,
		exits: exitMarks(index, groups),
		links: linksAcross(index, from, to),
		events: index.rowAt(to) - index.rowAt(from),
		...marksOf(index, query, marked),
	};
}

/** Where they are too many, some from all over: those of one side alone would say that there are none on the other. */
function linksAcross(index: TimelineIndex, from: number, to: number): TileLink[] {
	const crossing = index.links.filter((link) => index.time(link.to) >= from && index.time(link.from) <= to);
	const each = Math.max(1, crossing.length / MOST_LINKS);
	return Array.from({ length: Math.min(crossing.length, MOST_LINKS) }, (_, n) => {
		const link = crossing[Math.floor(n * each)] as Link;
		const vm = index.session.vcpus[link.toLane]?.vm ?? 0;
		const fromLane = link.fromLane < 0 ? vmmLane(index, vm) : link.fromLane;
		const [start, end] = [index.time(link.from), index.time(link.to)];
		return { kind: link.kind, from: start, to: end, fromLane, toLane: link.toLane, row: link.to };
	});
}

/** The marks of a range: they change more often than what the lanes did. */
export function marksOf(index: TimelineIndex, query: TileQuery, marked: MarkedRows): TileMarks {
	const { from, to, columns } = within(index, query);
	const groups = markGroups(index, from, to, columns);
	const words = (row: number) => describeEvent(index.session, row);
	const findings = marked.findings ?? [];
	const gather = (rows: ArrayLike<number>, text: (row: number) => string) =>
		gatherRows(index, rows, groups, text);
	return {
		revision: index.revision,
		breakpoints: gather(marked.breakpoints ?? [], (row) => `breakpoint: ${words(row)}`),
		findings: gather(
			findings.map(({ row }) => row),
			(row) => findings.find((finding) => finding.row === row)?.text ?? '',
		),
		found: gather(marked.found ?? [], words),
	};
}

/** Durations and counts between two moments. */
export function rangeOf(index: TimelineIndex, range: Pick<TileQuery, 'from' | 'to'>): RangeSummary {
	const { session } = index;
	const { from, to } = within(index, { ...range, columns: 1 });
	const [start, end] = index.sumsAt([from, to]);
	const [first, last] = [index.rowAt(from), index.rowAt(to)];
	const lanes = laneNames(index).map((name, lane) => {
		const vcpu = session.vcpus[lane];
		return {
			name,
			times: Array.from({ length: STATE_COUNT }, (_, state) => {
				const cell = lane * STATE_COUNT + state;
				return (end?.[cell] ?? 0) - (start?.[cell] ?? 0);
			}),
			calls: vcpu ? callsBefore(index, vcpu, last) - callsBefore(index, vcpu, first) : 0,
		};
	});
	return {
		from,
		to,
		states: LANE_STATES,
		lanes,
		events: last - first,
		calls: lanes.reduce((sum, { calls }) => sum + calls, 0),
		exits: indexAfter(index.exits, last - 1) - indexAfter(index.exits, first - 1),
	};
}

/** The event that a click means: the nearest of the lane, where there is one, else the next of any. */
export function rowNear(index: TimelineIndex, time: number, lane: number): number {
	const { session } = index;
	const { events } = session.trace;
	const row = index.rowAt(time);
	const vcpu = session.vcpus[lane];
	if (!vcpu) return row;
	const own = (at: number) => at >= 0 && events.vm(at) === vcpu.vm && events.vcpu(at) === vcpu.id;
	for (let distance = 0; distance < NEAR; distance++) {
		const [before, after] = [row - 1 - distance, row + distance];
		const isAfter = after < session.length && own(after);
		if (own(before) && !(isAfter && index.time(after) - time < time - index.time(before))) return before;
		if (isAfter) return after;
	}
	return row;
}

/** Rows looked at on each side. */
const NEAR = 4096;

function within(index: TimelineIndex, query: TileQuery): TileQuery {
	const finite = (value: number, otherwise: number) => (Number.isFinite(value) ? value : otherwise);
	const end = Math.max(1, index.end);
	const from = Math.max(-end, Math.min(finite(query.from, 0), end));
	return {
		from,
		to: Math.max(from + 1, Math.min(finite(query.to, end), 2 * end)),
		columns: Math.max(1, Math.min(Math.floor(finite(query.columns, 1)), MOST_COLUMNS)),
	};
}

function edges(from: number, to: number, count: number): Float64Array {
	return Float64Array.from({ length: count + 1 }, (_, i) => from + ((to - from) * i) / count);
}

function laneNames({ session, lanes }: TimelineIndex): string[] {
	const vms = [...new Set(session.vcpus.map(({ vm }) => vm))];
	const names = session.vcpus.map((vcpu) => vcpuName(session, vcpu));
	return [...names, ...vms.map((vm) => (vms.length > 1 ? `VM ${vm} VMM` : 'VMM'))].slice(0, lanes);
}

/** Whose a lane is: those of the vCPUs come first, then one for the VMM of each VM. */
export function vmOfLane({ session: { vcpus } }: TimelineIndex, lane: number): number | undefined {
	return vcpus[lane]?.vm ?? [...new Set(vcpus.map(({ vm }) => vm))][lane - vcpus.length];
}

function vmmLane({ session }: TimelineIndex, vm: number): number {
	return session.vcpus.length + [...new Set(session.vcpus.map((vcpu) => vcpu.vm))].indexOf(vm);
}

function sharesOf(sums: readonly Float64Array[], lane: number, width: number): string {
	const codes = new Uint8Array((sums.length - 1) * STATE_COUNT);
	for (let column = 0; column + 1 < sums.length; column++) {
		for (let state = 0; state < STATE_COUNT; state++) {
			const cell = lane * STATE_COUNT + state;
			const share = ((sums[column + 1]?.[cell] ?? 0) - (sums[column]?.[cell] ?? 0)) / width;
			// What is there at all is shown: a moment's exit to the VMM is what one looks for.
			const step = share <= 0 ? 0 : Math.max(1, Math.min(SHARE_STEPS, Math.round(share * SHARE_STEPS)));
			codes[column * STATE_COUNT + state] = SHARE_ZERO + step;
		}
	}
	return new TextDecoder('latin1').decode(codes);
}

/** Rows at which the groups of marks begin. Groups keep their place when the range moves. */
function markGroups(index: TimelineIndex, from: number, to: number, columns: number): Uint32Array {
	const width = ((to - from) / columns) * MARK_COLUMNS;
	const first = Math.floor(from / width);
	const count = Math.ceil(to / width) - first;
	return Uint32Array.from({ length: count + 1 }, (_, i) => index.rowAt((first + i) * width));
}

function callsBefore({ session }: TimelineIndex, vcpu: VcpuState, row: number): number {
	const { calls } = session;
	const own = calls.of(vcpu.vm, vcpu.id);
	let low = 0;
	let high = own.length;
	while (low < high) {
		const middle = (low + high) >>> 1;
		if (calls.site(own[middle] ?? -1) < row) low = middle + 1;
		else high = middle;
	}
	return low;
}

function callMarks(index: TimelineIndex, vcpu: VcpuState | undefined, groups: Uint32Array): TileMark[] {
	if (!vcpu) return [];
	const { session } = index;
	const own = session.calls.of(vcpu.vm, vcpu.id);
	const marks: TileMark[] = [];
	let start = callsBefore(index, vcpu, groups[0] ?? 0);
	for (const edge of groups.subarray(1)) {
		const end = callsBefore(index, vcpu, edge);
		const first = own[start];
		const last = own[end - 1];
		if (end > start && first !== undefined && last !== undefined)
			marks.push({
				at: index.time(session.calls.site(first)),
				until: index.time(session.calls.site(last)),
				row: session.calls.site(first),
				count: end - start,
				...callWords(index, own, start, end),
			});
		start = end;
	}
	return marks;
}

function callWords(
	{ session }: TimelineIndex,
	own: Uint32Array,
	start: number,
	end: number,
): Pick<TileMark, 'text' | 'label' | 'failed'> {
	const some = own.subarray(start, Math.min(end, start + MOST_DECODED));
	const decoded = Array.from(some, (call) => recordedCall(session, call)).filter(
		(call) => call !== undefined,
	);
	const failed = decoded.some((call) => call.goesOn !== 0 && (call.result?.isError ?? false));
	const [only] = decoded;
	if (end - start === 1 && only)
		return {
			text: `${callText(only)} → ${resultText(only)}`,
			label: only.call?.name ?? only.conduit,
			failed,
		};
	const names = new Map<string, number>();
	for (const call of own.subarray(start, Math.min(end, start + MOST_NAMED))) {
		const id = session.calls.functionId(call);
		const name = functionById(id)?.fn.name ?? (id < 0 ? 'SMC' : `0x${id.toString(16)}`);
		names.set(name, (names.get(name) ?? 0) + 1);
	}
	const parts = [...names].map(([name, n]) => (n > 1 ? `${name} (${n})` : name));
	const more = end - start > MOST_NAMED ? ', …' : '';
	return { text: `${end - start} calls: ${parts.join(', ')}${more}`, label: '', failed };
}

/** More of them are not told apart by their names. */
const MOST_NAMED_EXITS = 40;

function exitMarks(index: TimelineIndex, groups: Uint32Array): TileMark[] {
	const { session } = index;
	const { events } = session.trace;
	const marks = gatherRows(index, index.exits, groups, (row) => describeEvent(session, row));
	if (marks.length > MOST_NAMED_EXITS) return marks;
	return marks.map((mark) => {
		const type = mark.count === 1 ? systemEventAt(session, mark.row)?.type : undefined;
		if (type === undefined) return mark;
		const label = systemEventName(type);
		const by = vcpuName(session, { vm: events.vm(mark.row), id: events.vcpu(mark.row) });
		return { ...mark, label, text: `system event ${label} by ${by}` };
	});
}

function gatherRows(
	index: TimelineIndex,
	rows: ArrayLike<number>,
	groups: Uint32Array,
	text: (row: number) => string,
): TileMark[] {
	const marks: TileMark[] = [];
	let start = indexAfter(rows, (groups[0] ?? 0) - 1);
	for (const edge of groups.subarray(1)) {
		const end = indexAfter(rows, edge - 1);
		const first = rows[start];
		const last = rows[end - 1];
		if (end > start && first !== undefined && last !== undefined)
			marks.push({
				at: index.time(first),
				until: index.time(last),
				row: first,
				count: end - start,
				text: end - start === 1 ? text(first) : `${end - start}: ${text(first)}, …`,
				label: '',
				failed: false,
			});
		start = end;
	}
	return marks;
}
