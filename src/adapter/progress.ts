// Progress of what takes long, and the means to cancel it. Nothing is shown of what is over at once: a progress
// starts when there is something to report.

export class Progress {
	readonly #emit: (event: string, body: unknown) => void;
	readonly #open = new Map<string, AbortController>();
	#next = 1;
	/** the client shows progress */
	enabled = false;

	constructor(emit: (event: string, body: unknown) => void) {
		this.#emit = emit;
	}

	/** Aborts what the client sees under this id; nothing where that is over. */
	cancel(id: string): void {
		this.#open.get(id)?.abort();
	}

	/** Aborts everything. */
	abandon(): void {
		for (const controller of this.#open.values()) controller.abort();
	}

	/**
	 * Does `work`, which reports fractions from 0 to 1 and is to end when the signal says so: because of `cancel`,
	 * or because of `outer`.
	 */
	async during<T>(
		title: string,
		work: (signal: AbortSignal, report: (fraction: number) => void) => Promise<T>,
		outer?: AbortSignal,
	): Promise<T> {
		const progressId = `psci-${this.#next++}`;
		const controller = new AbortController();
		const abort = () => controller.abort();
		outer?.addEventListener('abort', abort);
		this.#open.set(progressId, controller);
		let shown = -1;
		const report = (fraction: number) => {
			const percentage = Math.floor(fraction * 100);
			if (!this.enabled || percentage <= shown || percentage >= 100) return;
			if (shown < 0) this.#emit('progressStart', { progressId, title, cancellable: true, percentage });
			else this.#emit('progressUpdate', { progressId, percentage });
			shown = percentage;
		};
		try {
			return await work(controller.signal, report);
		} finally {
			outer?.removeEventListener('abort', abort);
			this.#open.delete(progressId);
			if (shown >= 0) this.#emit('progressEnd', { progressId });
		}
	}
}
