// One virtual machine of a recording: its events, and those that are nobody's. All numbers stay as they were.

import type { EventDetail, EventKind } from '../trace/event.ts';
import type { Attribution, EventTable, Trace } from '../trace/trace.ts';
import { RowList } from './row-list.ts';
import { vmName } from './vm-names.ts';

/** Yields now and then so that a long recording can be taken in slices. */
export function* oneVm(trace: Trace, vm: number): Generator<number, Trace> {
	const { events } = trace;
	const rows = new RowList();
	for (let row = 0; row < events.length; row++) {
		if (row % 16384 === 16383) yield row;
		if (isOf(events, row, vm)) rows.push(row);
	}
	return onlyVm(trace, vm, rows.rows.slice());
}

/** `rows`: those that are of the VM or nobody's, ascending. */
export function onlyVm(trace: Trace, vm: number, rows: Uint32Array): Trace {
	return {
		...trace,
		events: new EventsOf(trace.events, rows),
		notes: [
			...(trace.notes ?? []),
			`Of ${trace.vms.length} virtual machines, only ${vmName(trace, vm)} is shown.`,
		],
		vms: trace.vms.map((machine, index) => (index === vm ? machine : { ...machine, vcpus: [] })),
		lineText: (line) => trace.lineText(line),
	};
}

export function isOf(events: EventTable, row: number, vm: number): boolean {
	const whose = events.vm(row);
	return whose === vm || whose < 0;
}

class EventsOf implements EventTable {
	readonly #events: EventTable;
	/** rows of the whole recording, ascending */
	readonly #rows: Uint32Array;

	constructor(events: EventTable, rows: Uint32Array) {
		this.#events = events;
		this.#rows = rows;
	}

	get length(): number {
		return this.#rows.length;
	}

	kind(row: number): EventKind {
		return this.#events.kind(this.#at(row));
	}

	time(row: number): bigint {
		return this.#events.time(this.#at(row));
	}

	cpu(row: number): number {
		return this.#events.cpu(this.#at(row));
	}

	thread(row: number): number {
		return this.#events.thread(this.#at(row));
	}

	vm(row: number): number {
		return this.#events.vm(this.#at(row));
	}

	vcpu(row: number): number {
		return this.#events.vcpu(this.#at(row));
	}

	attribution(row: number): Attribution {
		return this.#events.attribution(this.#at(row));
	}

	line(row: number): number {
		return this.#events.line(this.#at(row));
	}

	code(row: number): number | undefined {
		return this.#events.code?.(this.#at(row));
	}

	detail(row: number): EventDetail {
		return this.#events.detail(this.#at(row));
	}

	rowAtOrAfterLine(line: number): number {
		const whole = this.#events.rowAtOrAfterLine(line);
		let low = 0;
		let high = this.#rows.length;
		while (low < high) {
			const mid = (low + high) >>> 1;
			if ((this.#rows[mid] ?? 0) < whole) low = mid + 1;
			else high = mid;
		}
		return low;
	}

	#at(row: number): number {
		const whole = this.#rows[row];
		if (whole === undefined) throw new RangeError(`no row ${row} in a table of ${this.#rows.length}`);
		return whole;
	}
}
