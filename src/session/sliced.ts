// A long pass in slices, so that requests are answered and a cancel is seen while it runs.

import { breathe } from '../trace/breathe.ts';
import type { Cancellation } from '../trace/turn.ts';

/** How long a pass may keep the event loop to itself, in milliseconds; a pause is answered within 50. */
const SLICE = 4;

/** When it is time to breathe: each breath is a turn of the event loop, so not at every chance. */
export class Pace {
	readonly #signal: Cancellation | undefined;
	readonly #slice: number;
	#since = Date.now();

	constructor(signal?: Cancellation, slice = SLICE) {
		this.#signal = signal;
		this.#slice = slice;
	}

	/** Cheap enough to ask after every few dozen steps. */
	get due(): boolean {
		// A clock that was set back must not keep the loop for ever.
		return Math.abs(Date.now() - this.#since) >= this.#slice;
	}

	/** Lets others run; throws the signal's reason when aborted meanwhile. */
	async breathe(): Promise<void> {
		await breathe();
		this.#signal?.throwIfAborted();
		this.#since = Date.now();
	}
}

/** Runs `pass` to its end, pausing where it yields and a pause is due. Throws the signal's reason when aborted. */
export async function sliced<T>(pass: Generator<number, T>, signal?: Cancellation): Promise<T> {
	const pace = new Pace(signal);
	signal?.throwIfAborted();
	for (;;) {
		const { done, value } = pass.next();
		if (done) return value;
		if (pace.due) await pace.breathe();
	}
}

/** The result of a pass that takes no longer than one slice; of another, undefined, and `sliced` goes on with it. */
export function begun<T>(pass: Generator<number, T>): T | undefined {
	const pace = new Pace();
	for (;;) {
		const { done, value } = pass.next();
		if (done) return value;
		if (pace.due) return undefined;
	}
}

/** Runs `pass` to its end at once: for what is known to be short, or has nobody to wait. */
export function drained<T>(pass: Generator<number, T>): T {
	for (;;) {
		const { done, value } = pass.next();
		if (done) return value;
	}
}
