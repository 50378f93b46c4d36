// Which rows a plain step (`next`, `stepBack`) stops at: the start of each guest call, and what changes
// the machine outside a call. Entries, exits, idling and the inner events of a call are not statements;
// stepping in, or the granularity `instruction`, visits those too.

import { EventKind } from '../trace/event.ts';
import { exitReason } from '../trace/event-code.ts';
import type { Trace } from '../trace/trace.ts';
import { KVM_EXIT_HYPERCALL, KVM_EXIT_SYSTEM_EVENT } from './calls.ts';

/** Whether a plain step stops at this row, besides the sites of calls. */
export function isStatement({ events }: Trace, row: number): boolean {
	switch (events.kind(row)) {
		case EventKind.reset:
		case EventKind.set_mp_state:
		case EventKind.lost:
			return true;
		case EventKind.set_fw_reg:
			// A VMM writes all of them in a row before the first run: one stop for the row of them.
			return (
				row === 0 ||
				events.kind(row - 1) !== EventKind.set_fw_reg ||
				events.vcpu(row - 1) !== events.vcpu(row)
			);
		case EventKind.kvm_userspace_exit: {
			const reason = exitReason(events, row);
			return reason === KVM_EXIT_SYSTEM_EVENT || reason === KVM_EXIT_HYPERCALL;
		}
		default:
			return false;
	}
}

/** Index of the first element of ascending `rows` that is greater than `row`. */
export function indexAfter(rows: ArrayLike<number>, row: number): number {
	let low = 0;
	let high = rows.length;
	while (low < high) {
		const mid = (low + high) >>> 1;
		if ((rows[mid] ?? 0) <= row) low = mid + 1;
		else high = mid;
	}
	return low;
}

/** The first element of ascending `rows` that is greater than `row`, or undefined. */
export function firstAfter(rows: ArrayLike<number>, row: number): number | undefined {
	return rows[indexAfter(rows, row)];
}

/** The last element of ascending `rows` that is less than `row`, or undefined. */
export function lastBefore(rows: ArrayLike<number>, row: number): number | undefined {
	return rows[indexAfter(rows, row - 1) - 1];
}
