// States kept at regular intervals, so that any position is a short replay away. The longer the recording and the
// more vCPUs it has, the wider the intervals: what they cost in all is bounded.

import type { MachineState } from './state.ts';

/** Events between two checkpoints of a short recording. */
export const CHECKPOINT_INTERVAL = 256;
/** States of one vCPU that all checkpoints together may hold: some 30 MB. */
const MOST_STATES = 0x1_0000;

/** Events between two checkpoints: the most that is replayed to reach a position. */
export function intervalFor(length: number, vcpus: number): number {
	let interval = CHECKPOINT_INTERVAL;
	while ((length / interval) * Math.max(1, vcpus) > MOST_STATES) interval *= 2;
	return interval;
}

export class Checkpoints {
	/** checkpoint k is the state before row k * interval; made as they are first needed */
	#states: MachineState[];
	#interval: number;

	constructor(start: MachineState, length: number) {
		this.#states = [start];
		this.#interval = intervalFor(length, start.vcpus.length);
	}

	get interval(): number {
		return this.#interval;
	}

	/** The last one at or before `row`. */
	before(row: number): { row: number; state: MachineState } {
		let k = Math.min(Math.floor(row / this.#interval), this.#states.length - 1);
		let state = this.#states[k];
		while (state === undefined && k > 0) state = this.#states[--k];
		if (state === undefined) throw new Error('the checkpoint before the first event is always there');
		return { row: k * this.#interval, state };
	}

	/** The first place for one after `row`. */
	nextAfter(row: number): number {
		return (Math.floor(row / this.#interval) + 1) * this.#interval;
	}

	/** Keeps the state before `row` where a checkpoint belongs there. */
	keep(row: number, state: () => MachineState): void {
		if (row % this.#interval === 0) this.#states[row / this.#interval] ??= state();
	}

	/** The recording is so long now, and what was known of the states after `row` may have changed. */
	grown(length: number, row: number): void {
		const start = this.#states[0];
		this.#states.length = Math.min(this.#states.length, Math.floor(row / this.#interval) + 1);
		const interval = intervalFor(length, start?.vcpus.length ?? 0);
		if (interval > this.#interval) {
			const step = interval / this.#interval;
			this.#states = this.#states.filter((_, k) => k % step === 0);
			this.#interval = interval;
		}
	}
}
