// One virtual machine of a recording that grows.

import type { Grown } from '../trace/growing-trace.ts';
import type { Trace } from '../trace/trace.ts';
import { isOf, onlyVm } from './one-vm.ts';
import { RowList } from './row-list.ts';
import { Pace } from './sliced.ts';

/** Which VM is meant; undefined while the recording does not show it. */
export type ChooseVm = (trace: Trace) => number | undefined;

/** Begins when there is that machine. */
export async function* growingVm(steps: AsyncIterable<Grown>, choose: ChooseVm): AsyncGenerator<Grown, void> {
	let rows = new RowList();
	let vm: number | undefined;
	let machines = -1;
	/** rows of the whole recording that were looked at */
	let seen = 0;
	for await (const grown of steps) {
		const { trace } = grown;
		const { events, vms } = trace;
		const before = vm;
		// To look for it costs a walk through the recording, and only another machine can make it another one.
		if (vm === undefined || grown.anew || vms.length !== machines) vm = choose(trace);
		machines = vms.length;
		if (vm === undefined) continue;
		const from = before === vm ? Math.min(seen, grown.changedFrom) : 0;
		rows = rowsBefore(rows, from);
		const changedFrom = rows.length;
		const pace = new Pace();
		for (let row = from; row < events.length; row++) {
			if (row % 16384 === 16383 && pace.due) await pace.breathe();
			if (isOf(events, row, vm)) rows.push(row);
		}
		seen = events.length;
		yield { ...grown, trace: onlyVm(trace, vm, rows.rows), changedFrom };
	}
}

/** A copy where rows are left out: the others may still be looked at. */
function rowsBefore(all: RowList, end: number): RowList {
	const last = all.rows.at(-1);
	if (last === undefined || last < end) return all;
	const kept = new RowList();
	for (const row of all.rows) if (row < end) kept.push(row);
	return kept;
}
