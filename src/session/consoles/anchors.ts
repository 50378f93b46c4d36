// Where a console and a recording tell of the same: a CPU that boots is a vCPU that starts, one that is killed made
// a CPU_OFF, a power-off or restart ends in a system event. Such pairs tie the guest's clock to the host's.

import type { ConsoleEvent } from '../../trace/console/read-console.ts';
import { EventKind } from '../../trace/event.ts';
import { exitReason } from '../../trace/event-code.ts';
import type { Trace } from '../../trace/trace.ts';
import { type CallRows, type CallTable, CPU_OFF_IDS, KVM_EXIT_SYSTEM_EVENT } from '../calls.ts';
import { vcpuIdOfMpidr } from '../kvm-names.ts';

export interface Anchor {
	/** index of the console's line */
	readonly line: number;
	/** of the event in the recording */
	readonly row: number;
	/** the line was printed after the event, or before it */
	readonly side: 'after' | 'before';
	/** in words, for a note */
	readonly what: string;
}

const PSCI_VERSION = 0x84000000;
/** SYSTEM_OFF, SYSTEM_OFF2 and SYSTEM_RESET, SYSTEM_RESET2. */
const POWER_OFF: ReadonlySet<number> = new Set([0x84000008, 0x84000015, 0xc4000015]);
const RESTART: ReadonlySet<number> = new Set([0x84000009, 0x84000012, 0xc4000012]);

/**
 * The pairs of one VM, in the order of the console, their rows ascending. The one or the other may have begun late or
 * ended early: paired from the beginning and from the end, whichever has the clocks agree better.
 */
export function findAnchors(
	trace: Trace,
	calls: CallTable,
	vm: number,
	lines: readonly ConsoleEvent[],
): readonly Anchor[] {
	const happened = happenings(trace, calls, vm);
	const forwards = pair(happened, lines);
	const backwards = pairFromEnd(happened, lines);
	return spread(trace, lines, backwards) < spread(trace, lines, forwards) ? backwards : forwards;
}

type Happened = ReadonlyMap<string, readonly number[]>;

function pair(happened: Happened, lines: readonly ConsoleEvent[]): readonly Anchor[] {
	const anchors: Anchor[] = [];
	let last = -1;
	lines.forEach((line, index) => {
		const wanted = wantedBy(line);
		const row = wanted && happened.get(wanted.what)?.find((candidate) => candidate > last);
		if (!wanted || row === undefined) return;
		anchors.push({ line: index, row, ...wanted });
		last = row;
	});
	return anchors;
}

function pairFromEnd(happened: Happened, lines: readonly ConsoleEvent[]): readonly Anchor[] {
	const anchors: Anchor[] = [];
	let last = Number.POSITIVE_INFINITY;
	for (let index = lines.length - 1; index >= 0; index--) {
		const line = lines[index];
		const wanted = line && wantedBy(line);
		const row = wanted && happened.get(wanted.what)?.findLast((candidate) => candidate < last);
		if (!wanted || row === undefined) continue;
		anchors.push({ line: index, row, ...wanted });
		last = row;
	}
	return anchors.toReversed();
}

/** How far the clocks disagree over all pairs: those that have a time on both. */
function spread({ events }: Trace, lines: readonly ConsoleEvent[], anchors: readonly Anchor[]): number {
	const offsets = anchors.flatMap(({ line, row }) => {
		const time = lines[line]?.time;
		return time ? [Number(events.time(row) - time)] : [];
	});
	return offsets.length === 0 ? Number.POSITIVE_INFINITY : Math.max(...offsets) - Math.min(...offsets);
}

/** What a line tells of, by the name that `happenings` has for it. */
function wantedBy({ statement }: ConsoleEvent): { what: string; side: Anchor['side'] } | undefined {
	switch (statement.says) {
		case 'psci-version':
			return { what: 'PSCI_VERSION', side: 'after' };
		case 'cpu-booted':
			return { what: `start of vCPU ${vcpuIdOfMpidr(statement.mpidr)}`, side: 'after' };
		case 'cpu-off':
			return { what: `CPU_OFF of vCPU ${statement.cpu}`, side: 'after' };
		case 'power-off':
			return { what: 'power-off', side: 'before' };
		case 'restart':
			return { what: 'restart', side: 'before' };
		default:
			return undefined;
	}
}

/** Rows of what a console would tell of, ascending, by name. */
function happenings(trace: Trace, calls: CallTable, vm: number): ReadonlyMap<string, readonly number[]> {
	const { events } = trace;
	const found = new Map<string, number[]>();
	const add = (what: string, row: number) => {
		const rows = found.get(what);
		if (rows) rows.push(row);
		else found.set(what, [row]);
	};
	for (let index = 0; index < calls.length; index++) {
		const id = calls.functionId(index);
		const rows = interesting(id) ? calls.at(index) : undefined;
		if (rows?.vm !== vm) continue;
		if (id === PSCI_VERSION) add('PSCI_VERSION', rows.site);
		if (CPU_OFF_IDS.has(id)) add(`CPU_OFF of vCPU ${rows.vcpu}`, rows.site);
		// The line is printed before; where the call does not exit, the system goes on.
		if (!exits(trace, rows)) continue;
		if (POWER_OFF.has(id)) add('power-off', rows.site);
		if (RESTART.has(id)) add('restart', rows.site);
	}
	// Where a vCPU begins: its reset by the CPU_ON, else its first entry; another event of it may come after the line.
	for (let row = 0; row < events.length; row++) {
		if (events.kind(row) !== EventKind.reset || events.vm(row) !== vm) continue;
		const detail = events.detail(row);
		if (detail.kind === 'reset' && detail.pending) add(`start of vCPU ${events.vcpu(row)}`, row);
	}
	const reset = new Set(found.keys());
	for (const { row, vcpu } of calls.starts(vm))
		if (events.kind(row) === EventKind.kvm_entry && !reset.has(`start of vCPU ${vcpu}`))
			add(`start of vCPU ${vcpu}`, row);
	return found;
}

function interesting(id: number): boolean {
	return id === PSCI_VERSION || CPU_OFF_IDS.has(id) || POWER_OFF.has(id) || RESTART.has(id);
}

function exits({ events }: Trace, { end, next }: CallRows): boolean {
	if (events.kind(end) === EventKind.system_event) return true;
	return (
		next >= 0 &&
		events.kind(next) === EventKind.kvm_userspace_exit &&
		exitReason(events, next) === KVM_EXIT_SYSTEM_EVENT
	);
}
