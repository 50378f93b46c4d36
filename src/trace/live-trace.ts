// A recording that becomes more: one object for all who look at it, whatever has been read behind it.

import type { EventDetail, EventKind } from './event.ts';
import type { Attribution, EventTable, Trace } from './trace.ts';

export class LiveTrace implements Trace {
	readonly events: EventTable;
	#now: Trace;

	constructor(trace: Trace) {
		this.#now = trace;
		this.events = new LiveEvents(() => this.#now.events);
	}

	/** The recording as it is now; it stays so. */
	get now(): Trace {
		return this.#now;
	}

	become(trace: Trace): void {
		this.#now = trace;
	}

	get name(): string {
		return this.#now.name;
	}

	get format(): Trace['format'] {
		return this.#now.format;
	}

	get lines(): Trace['lines'] {
		return this.#now.lines;
	}

	get threads(): Trace['threads'] {
		return this.#now.threads;
	}

	get vms(): Trace['vms'] {
		return this.#now.vms;
	}

	get skipped(): Trace['skipped'] {
		return this.#now.skipped;
	}

	get problems(): Trace['problems'] {
		return this.#now.problems;
	}

	get problemCount(): number {
		return this.#now.problemCount;
	}

	get clockUnit(): Trace['clockUnit'] {
		return this.#now.clockUnit;
	}

	get host(): string | undefined {
		return this.#now.host;
	}

	get notes(): readonly string[] {
		return this.#now.notes ?? [];
	}

	get lineCount(): number {
		return this.#now.lineCount;
	}

	lineText(line: number): string {
		return this.#now.lineText(line);
	}
}

class LiveEvents implements EventTable {
	readonly #now: () => EventTable;

	constructor(now: () => EventTable) {
		this.#now = now;
	}

	get length(): number {
		return this.#now().length;
	}

	kind(row: number): EventKind {
		return this.#now().kind(row);
	}

	time(row: number): bigint {
		return this.#now().time(row);
	}

	cpu(row: number): number {
		return this.#now().cpu(row);
	}

	thread(row: number): number {
		return this.#now().thread(row);
	}

	vm(row: number): number {
		return this.#now().vm(row);
	}

	vcpu(row: number): number {
		return this.#now().vcpu(row);
	}

	attribution(row: number): Attribution {
		return this.#now().attribution(row);
	}

	line(row: number): number {
		return this.#now().line(row);
	}

	code(row: number): number | undefined {
		return this.#now().code?.(row);
	}

	detail(row: number): EventDetail {
		return this.#now().detail(row);
	}

	rowAtOrAfterLine(line: number): number {
		return this.#now().rowAtOrAfterLine(line);
	}
}
