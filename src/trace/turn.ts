// Long work beside an event loop: whoever loops over a large file asks `over()` every few thousand
// steps, and gives the others their turn when it is due. Cancelling takes effect there and nowhere else.

import { breathe } from './breathe.ts';

/**
 * How long one may keep the event loop to oneself, in milliseconds. A rest costs next to nothing.
 */
const slice = 4;

/** An `AbortSignal`, or whatever else says that nobody wants the work any more. */
export type Cancellation = Pick<AbortSignal, 'aborted' | 'throwIfAborted'>;

export interface TurnOptions {
	readonly signal?: Cancellation | undefined;
	readonly progress?: ((fraction: number) => void) | undefined;
}

export class Turn {
	readonly #signal: Cancellation | undefined;
	readonly #progress: ((fraction: number) => void) | undefined;
	#since = Date.now();

	constructor(options: TurnOptions = {}) {
		this.#signal = options.signal;
		this.#progress = options.progress;
	}

	/** True when it is time to await `rest`. Cheap enough to ask after every slice of work. */
	over(): boolean {
		// A clock that was set back must not keep the loop for ever.
		return Math.abs(Date.now() - this.#since) >= slice;
	}

	/** Lets the others run; throws when the work was cancelled meanwhile. */
	async rest(fraction: number): Promise<void> {
		this.#progress?.(fraction);
		await breathe();
		this.#signal?.throwIfAborted();
		this.#since = Date.now();
	}
}
