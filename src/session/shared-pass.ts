// A long pass whose result several may wait for: it goes on for as long as one of them does.

import { sliced } from './sliced.ts';

export class SharedPass<T> {
	readonly #stop = new AbortController();
	readonly #result: Promise<T>;
	#waiting = 0;
	#isOver = false;

	constructor(pass: Generator<number, T>) {
		this.#result = sliced(pass, this.#stop.signal);
		this.#result.catch(() => {
			this.#isOver = true;
		});
	}

	/** It was given up, or has failed: whoever wants the result begins anew. */
	get isOver(): boolean {
		return this.#isOver || this.#stop.signal.aborted;
	}

	/** Rejects with the signal's reason when aborted. */
	wait(signal?: AbortSignal): Promise<T> {
		if (!signal) {
			this.#waiting++;
			return this.#result;
		}
		if (signal.aborted) return Promise.reject(signal.reason);
		this.#waiting++;
		return new Promise((resolve, reject) => {
			const leave = () => {
				reject(signal.reason);
				if (--this.#waiting === 0) this.#stop.abort(signal.reason);
			};
			signal.addEventListener('abort', leave, { once: true });
			const stay = () => signal.removeEventListener('abort', leave);
			this.#result.then(resolve, reject).finally(stay);
		});
	}
}
