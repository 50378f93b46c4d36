// A session that one can step through while its recording is still being read, or still being made: it is there
// with the first events, and grows in place.

import type { KernelProfile } from '../kvm/index.ts';
import type { ByteSource } from '../trace/byte-source.ts';
import { type Grown, type GrowthOptions, growingTrace } from '../trace/growing-trace.ts';
import { LiveTrace } from '../trace/live-trace.ts';
import type { Cancellation } from '../trace/turn.ts';
import { type ChooseVm, growingVm } from './growing-vm.ts';
import { RecordedSession } from './recorded-session.ts';
import type { ConfiguredMachine } from './settings.ts';

export interface GrowingOptions extends Omit<GrowthOptions, 'signal'> {
	/** Cancels the opening, and what is still being read after it. */
	readonly signal?: Cancellation;
	readonly kernel?: KernelProfile;
	/** what the launch configuration says of the machine besides */
	readonly configured?: ConfiguredMachine;
	/** shows one virtual machine of several */
	readonly vm?: ChooseVm;
}

/** What has become of a session. */
export interface SessionGrowth {
	/** number of events before and now */
	readonly from: number;
	readonly to: number;
	/**
	 * Rows from here on are not what they were: an event has come that is earlier than some before it, or that shows
	 * whose those were. `from` where nothing was corrected.
	 */
	readonly changedFrom: number;
	/** vCPUs that are new among `session.vcpus`; all of them where `vcpusRenumbered` */
	readonly newVcpus: readonly number[];
	/** vCPUs have other places among `session.vcpus` than before */
	readonly vcpusRenumbered: boolean;
	/** the end of the file has been reached (one that is followed may go on) */
	readonly atEnd: boolean;
}

export interface Growth {
	readonly session: RecordedSession;
	/** all of the file has been read; with `follow`, stopped. Rejects with what ended it before. */
	readonly finished: Promise<void>;
	/** no more will come */
	readonly isFinished: boolean;
	/** though there is more */
	readonly isCutShort: boolean;
	/** the end of the file is not the end: it is still being written */
	readonly follows: boolean;
	/** told now and then how much of the file has been read since the session is there, from 0 to 1 */
	onProgress: ((fraction: number) => void) | undefined;
	/** Told after each growth, when the session has grown. Gives back how to stop being told. */
	onGrow(listener: (growth: SessionGrowth) => void): () => void;
	/** No more is read; what is there stays. The source may be closed when this has resolved. */
	stop(): Promise<void>;
}

/**
 * Resolves when there are events to show. The source has to stay open until `stop`. Rejects with a `TraceError`
 * where there is nothing to debug, and with the signal's reason.
 */
export async function openGrowing(source: ByteSource, options: GrowingOptions = {}): Promise<Growth> {
	const ending = new Ending(options.signal);
	let report = options.progress;
	const all = growingTrace(source, {
		...options,
		signal: ending,
		progress: (fraction) => report?.(fraction),
	});
	const steps = options.vm ? growingVm(all, options.vm) : all;
	const first = await steps.next();
	if (first.done === true) throw new Error('a recording without a beginning');
	const session = await RecordedSession.open(
		new LiveTrace(first.value.trace),
		options.kernel,
		ending,
		options.configured,
	);
	const follows = options.follow === true;
	const growing = new GrowingSession(session, steps, ending, follows, first.value.atEnd && !follows);
	report = (fraction) => growing.onProgress?.(fraction);
	return growing;
}

/** Aborted by the caller's signal or by `stop`. */
class Ending implements Cancellation {
	readonly #outer: Cancellation | undefined;
	stopped = false;

	constructor(outer: Cancellation | undefined) {
		this.#outer = outer;
	}

	get aborted(): boolean {
		return this.stopped || this.#outer?.aborted === true;
	}

	throwIfAborted(): void {
		this.#outer?.throwIfAborted();
		if (this.stopped) throw new Stopped();
	}
}

class Stopped extends Error {}

class GrowingSession implements Growth {
	readonly session: RecordedSession;
	readonly finished: Promise<void>;
	isFinished: boolean;
	isCutShort = false;
	readonly follows: boolean;
	onProgress: ((fraction: number) => void) | undefined;
	readonly #steps: AsyncGenerator<Grown, void>;
	readonly #ending: Ending;
	readonly #listeners = new Set<(growth: SessionGrowth) => void>();

	constructor(
		session: RecordedSession,
		steps: AsyncGenerator<Grown, void>,
		ending: Ending,
		follows: boolean,
		isFinished: boolean,
	) {
		this.session = session;
		this.follows = follows;
		this.isFinished = isFinished;
		this.#steps = steps;
		this.#ending = ending;
		this.finished = this.#run();
		// Whoever wants to know asks `finished`; nobody has to.
		this.finished.catch(() => undefined);
	}

	onGrow(listener: (growth: SessionGrowth) => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	async stop(): Promise<void> {
		this.#ending.stopped = true;
		await this.finished.catch(() => undefined);
	}

	async #run(): Promise<void> {
		try {
			for await (const grown of this.#steps) await this.#grow(grown);
		} catch (error) {
			if (!(error instanceof Stopped)) throw error;
			this.isCutShort = !this.follows;
		} finally {
			this.isFinished = true;
		}
	}

	async #grow(grown: Grown): Promise<void> {
		const { session } = this;
		const from = session.length;
		const before = session.vcpus;
		await session.grow(grown, this.#ending);
		const same = (i: number) =>
			before[i]?.vm === session.vcpus[i]?.vm && before[i]?.id === session.vcpus[i]?.id;
		const vcpusRenumbered = before.some((_, i) => !same(i));
		const all = session.vcpus.map((_, i) => i);
		const growth: SessionGrowth = {
			from,
			to: session.length,
			changedFrom: Math.min(from, grown.changedFrom),
			newVcpus: vcpusRenumbered ? all : all.slice(before.length),
			vcpusRenumbered,
			atEnd: grown.atEnd,
		};
		for (const listener of [...this.#listeners]) listener(growth);
	}
}
