// Progress of what takes long, and the means to cancel it. Nothing is shown of what is over at once: a progress
// starts when there is something to report, or when a person would begin to wonder.

/** Sends an event of the protocol. */
export type Emit = (event: string, body?: unknown) => void;

/** After so many milliseconds a person begins to wonder. */
const PATIENCE = 400;

export class Progress {
	readonly #emit: Emit;
	readonly #open = new Map<string, AbortController>();
	#next = 1;
	/** the client shows progress */
	enabled = false;

	constructor(emit: Emit) {
		this.#emit = emit;
	}

	/** Aborts what the client sees under this id; nothing where that is over. */
	cancel(id: string): void {
		this.#open.get(id)?.abort('cancel');
	}

	/** Aborts everything. */
	abandon(): void {
		for (const controller of this.#open.values()) controller.abort('abandon');
	}

	/** Does `work`, which reports fractions from 0 to 1 and is to end when the controller aborts it. */
	async during<T>(
		title: string,
		controller: AbortController,
		work: (report: (fraction: number) => void) => Promise<T>,
	): Promise<T> {
		const progressId = `psci-${this.#next++}`;
		this.#open.set(progressId, controller);
		let started = false;
		let shown = -1;
		const start = (percentage: object) => {
			if (started || !this.enabled) return;
			started = true;
			this.#emit('progressStart', { progressId, title, cancellable: true, ...percentage });
		};
		const report = (fraction: number) => {
			const percentage = Math.floor(fraction * 100);
			if (!this.enabled || percentage <= shown || percentage >= 100 || !this.#open.has(progressId)) return;
			if (started) this.#emit('progressUpdate', { progressId, percentage });
			else start({ percentage });
			shown = percentage;
		};
		const wondering = setTimeout(() => start({}), PATIENCE);
		try {
			return await work(report);
		} finally {
			clearTimeout(wondering);
			this.#open.delete(progressId);
			if (started) this.#emit('progressEnd', { progressId });
		}
	}
}

/** A controller that aborts with a signal, too. */
export function following(signal: AbortSignal): AbortController {
	const controller = new AbortController();
	if (signal.aborted) controller.abort(signal.reason);
	signal.addEventListener('abort', () => controller.abort(signal.reason), { once: true });
	return controller;
}
