// What a session knows of its events as a whole, found in one pass that can go on when there are more: the calls,
// which VMs ran a guest, and where plain steps stop.

import { EventKind } from '../trace/event.ts';
import type { LiveTrace } from '../trace/live-trace.ts';
import { CallFinder } from './call-finder.ts';
import type { CallTable } from './calls.ts';
import { RowList } from './row-list.ts';
import { isStatement } from './statements.ts';
import { shownVms, showsARun } from './vms-that-ran.ts';

export class Digest {
	/** how many events have been looked at */
	length = 0;
	/** what is digested: as far as it has come, whatever others see of it */
	readonly trace: LiveTrace;
	readonly #calls: CallFinder;
	readonly #ran = new Set<number>();
	/** statements of any VM */
	readonly #candidates = new RowList();
	#statements = new RowList();
	#filtered = 0;
	#shown: readonly number[] = [];

	constructor(trace: LiveTrace) {
		this.trace = trace;
		this.#calls = new CallFinder(trace.events);
	}

	get calls(): CallTable {
		return this.#calls.calls;
	}

	/** The first site of a call that what comes may still belong to. */
	get firstOpen(): number | undefined {
		return this.#calls.firstOpen;
	}

	/** Indices of the VMs that are shown. */
	get vms(): readonly number[] {
		return this.#shown;
	}

	/** Ascending rows, of the VMs that are shown. */
	get statements(): Uint32Array {
		return this.#statements.rows;
	}

	/** Takes the events that have come since. Yields now and then so that a long pass can be sliced. */
	*take(): Generator<number, void> {
		const { events } = this.trace;
		const finder = this.#calls;
		const end = events.length;
		for (; this.length < end; this.length++) {
			const row = this.length;
			if (row % 65536 === 65535) yield row;
			const calls = finder.calls.length;
			finder.take(row);
			if (finder.calls.length > calls || isStatement(this.trace, row)) this.#candidates.push(row);
			if (showsARun(events.kind(row))) this.#ran.add(events.vm(row));
		}
		this.#filter();
	}

	#filter(): void {
		const { events, vms } = this.trace;
		const shown = shownVms(vms.length, this.#ran);
		if (shown.length !== this.#shown.length || shown.some((vm, i) => this.#shown[i] !== vm)) {
			this.#shown = shown;
			this.#statements = new RowList();
			this.#filtered = 0;
		}
		const { rows } = this.#candidates;
		for (; this.#filtered < rows.length; this.#filtered++) {
			const row = rows[this.#filtered] ?? 0;
			if (shown.includes(events.vm(row)) || events.kind(row) === EventKind.lost) this.#statements.push(row);
		}
	}
}
