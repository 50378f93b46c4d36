// Progress of loading a trace, and the means to cancel it. Nothing is shown for a load that is over at
// once: the progress starts when the reader first reports.

export class LoadProgress {
	/** there is one load at a time */
	static readonly id = 'load';
	readonly #controller = new AbortController();
	readonly #emit: (event: string, body: unknown) => void;
	readonly #title: string;
	#enabled: boolean;
	#started = false;
	#percent = -1;

	constructor(emit: (event: string, body: unknown) => void, enabled: boolean, file: string) {
		this.#emit = emit;
		this.#enabled = enabled;
		this.#title = `Loading ${file}`;
	}

	get signal(): AbortSignal {
		return this.#controller.signal;
	}

	cancel(): void {
		this.#controller.abort();
	}

	/** `fraction` of the file read, 0 to 1. */
	report(fraction: number): void {
		const percent = Math.floor(fraction * 100);
		if (!this.#enabled || percent === this.#percent || percent >= 100) return;
		this.#percent = percent;
		if (this.#started) this.#emit('progressUpdate', { progressId: LoadProgress.id, percentage: percent });
		else
			this.#emit('progressStart', {
				progressId: LoadProgress.id,
				title: this.#title,
				cancellable: true,
				percentage: percent,
			});
		this.#started = true;
	}

	end(): void {
		if (this.#started) this.#emit('progressEnd', { progressId: LoadProgress.id });
		this.#enabled = false;
	}
}
