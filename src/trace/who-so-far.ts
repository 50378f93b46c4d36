// Who is who while a recording grows: takes the rows as they come, and says from which row on an answer that was
// given before is another now.

import { unknown } from './event-columns.ts';
import type { FtraceScanner } from './scan-ftrace.ts';
import { ThreadRuns } from './thread-runs.ts';
import { type Answers, answersOf } from './who-is-who.ts';

export class WhoSoFar {
	/** what is to be told of the rows so far */
	answers: Answers = { threads: [], vms: [] };
	readonly #scanner: FtraceScanner;
	#runs: ThreadRuns;
	#taken = 0;
	/** the first row that was given to a vCPU anew */
	#changed = Number.POSITIVE_INFINITY;
	#named = false;

	constructor(scanner: FtraceScanner) {
		this.#scanner = scanner;
		this.#runs = this.#newRuns();
	}

	/** Takes the rows that have come. `last`: nothing more comes. The first row whose answer is another now. */
	take(last: boolean): number {
		const { columns, loaded, anyNamed } = this.#scanner;
		if (anyNamed && !this.#named) {
			// The first that is named: only now waiting for it is worth it. Nothing has been given to anybody before.
			this.#named = true;
			this.#runs = this.#newRuns();
			this.#taken = 0;
		}
		for (; this.#taken < columns.length; this.#taken++) {
			for (let note = loaded.before(this.#taken); note !== undefined; note = loaded.before(this.#taken)) {
				this.#runs.load(note);
			}
			this.#runs.take(this.#taken, anyNamed);
		}
		if (last) {
			this.#runs.finish();
		}
		const before = this.answers;
		this.answers = answersOf(this.#runs, this.#scanner.threads.list(), this.#scanner.machines.addresses());
		const changed = Math.min(this.#changed, this.#firstOtherwise(before));
		this.#changed = Number.POSITIVE_INFINITY;
		return changed;
	}

	#newRuns(): ThreadRuns {
		return new ThreadRuns(this.#scanner.columns, (row) => {
			this.#changed = Math.min(this.#changed, row);
		});
	}

	/** The first row that is of a thread of which something else is known now. */
	#firstOtherwise(before: Answers): number {
		if ((before.vms.length === 1) !== (this.answers.vms.length === 1)) {
			return 0;
		}
		let first = Number.POSITIVE_INFINITY;
		before.threads.forEach((was, thread) => {
			const is = this.answers.threads[thread];
			if (was?.vm !== is?.vm || was?.vcpu !== is?.vcpu || was?.how !== is?.how) {
				const row = this.#runs.record(thread)?.firstRow ?? unknown;
				// Rows that say their vCPU and not its VM have the VM of their thread.
				first = row === unknown || was?.vm !== is?.vm ? 0 : Math.min(first, row);
			}
		});
		return first;
	}
}

/** Whether rows from `from` on come in order of time. */
export function inOrder({ columns }: FtraceScanner, from: number): boolean {
	for (let row = Math.max(1, from); row < columns.length; row++) {
		if (columns.later(row - 1, row)) {
			return false;
		}
	}
	return true;
}
