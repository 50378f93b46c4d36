// The rows of a recording as others see them: the columns, and for what neither an event nor its run says whose
// it is, what is known of its thread. Where a detail is read from is the formats' own business.

import { type EventDetail, EventKind, type EventName } from './event.ts';
import { Attributed, attributions, Code, type EventColumns, unknown } from './event-columns.ts';
import { isOfTheThread } from './events-of-the-thread.ts';
import type { Attribution, EventTable } from './trace.ts';
import type { ThreadVcpu } from './unnamed-threads.ts';
import type { Answers } from './who-is-who.ts';

const names: ReadonlyMap<number, EventName> = new Map(
	(Object.entries(EventKind) as [EventName, EventKind][]).map(([name, kind]) => [kind, name]),
);

export abstract class RecordedRows implements EventTable {
	/** how many rows there are to be seen; a recording that grows may have read more */
	length: number;
	answers: Answers;
	protected readonly columns: EventColumns;

	constructor(columns: EventColumns, answers: Answers) {
		this.columns = columns;
		this.length = columns.length;
		this.answers = answers;
	}

	abstract line(row: number): number;
	abstract detail(row: number): EventDetail;
	abstract rowAtOrAfterLine(line: number): number;

	kind(row: number): EventKind {
		return this.at(this.columns.kind, row) as EventKind;
	}

	code(row: number): number | undefined {
		const code = this.at(this.columns.code, row);
		return code === Code.unread ? undefined : code === Code.none ? -1 : code;
	}

	time(row: number): bigint {
		this.at(this.columns.kind, row);
		return this.columns.time(row);
	}

	cpu(row: number): number {
		return this.at(this.columns.cpu, row);
	}

	thread(row: number): number {
		return this.at(this.columns.thread, row);
	}

	vm(row: number): number {
		const { columns, answers } = this;
		const vm = this.#ofThread(row)?.vm ?? this.at(columns.vm, row);
		if (vm !== unknown) {
			return vm;
		}
		// A probe without `kvm=`, or a loaded vCPU: the machine is that of the thread.
		const thread =
			columns.vcpu[row] === unknown ? undefined : answers.threads[columns.thread[row] ?? unknown];
		// With a single machine, whatever names none is about that one.
		const only = answers.vms.length === 1 && columns.kind[row] !== EventKind.lost ? 0 : unknown;
		return thread === undefined || thread.vm === unknown ? only : thread.vm;
	}

	vcpu(row: number): number {
		return this.#ofThread(row)?.vcpu ?? this.at(this.columns.vcpu, row);
	}

	attribution(row: number): Attribution {
		return attributions[this.#ofThread(row)?.how ?? this.at(this.columns.attribution, row)] ?? 'none';
	}

	/** What is known of the row's thread, where that is what says whose the row is. */
	#ofThread(row: number): ThreadVcpu | undefined {
		const { columns } = this;
		return columns.attribution[row] === Attributed.none && isOfTheThread(columns.kind[row] ?? 0)
			? this.answers.threads[columns.thread[row] ?? unknown]
			: undefined;
	}

	protected nameOf(row: number): EventName {
		return names.get(this.kind(row)) ?? 'lost';
	}

	protected at(column: { readonly [row: number]: number }, row: number): number {
		const value = row < this.length ? column[row] : undefined;
		if (value === undefined) {
			throw new RangeError(`no row ${row} in a table of ${this.length}`);
		}
		return value;
	}
}
