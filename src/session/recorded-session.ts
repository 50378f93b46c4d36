// A recorded session: a trace and the machine state at each of its positions. State is a function of
// the position: checkpoints at intervals plus replay, so any position is reached in bounded time and
// it never matters how one got there.

import type { Decision, KernelProfile } from '../kvm/index.ts';
import type { Grown } from '../trace/growing-trace.ts';
import { LiveTrace } from '../trace/live-trace.ts';
import type { Trace } from '../trace/trace.ts';
import type { Cancellation } from '../trace/turn.ts';
import type { CallTable } from './calls.ts';
import { Checkpoints } from './checkpoints.ts';
import { sweepDecided } from './decided-sweep.ts';
import { Digest } from './digest.ts';
import { type ModelledCall, modelledCall } from './modelled-call.ts';
import { callAnchor } from './recorded-call.ts';
import { Replay } from './replay.ts';
import type { DecidedBy, Session } from './session.ts';
import { type ConfiguredMachine, type KernelSetting, kernelSetting } from './settings.ts';
import { Pace, sliced } from './sliced.ts';
import { type MachineState, unknownMachine, type VcpuState } from './state.ts';

/** Events that take a few milliseconds. */
const WARMED_AT_ONCE = 512;

export class RecordedSession implements Session {
	readonly kind = 'recorded';
	readonly trace: Trace;
	readonly kernel: KernelSetting;
	/** goes up whenever the session has grown or was corrected: what was made of it before is old */
	generation = 0;
	readonly configured: ConfiguredMachine;
	#digest: Digest;
	#start: MachineState;
	#checkpoints: Checkpoints;
	/** the last state asked for, so that a step forwards applies one event */
	#latest: { row: number; state: MachineState };
	/** the call asked for last, as panels and frames ask for the same one several times at each stop */
	#decided: { call: number; modelled: ModelledCall | undefined } = { call: -1, modelled: undefined };
	/** events applied so far; tests count on it to show that a step's cost does not depend on the position */
	applied = 0;

	private constructor(trace: Trace, digest: Digest, kernel: KernelSetting, configured: ConfiguredMachine) {
		this.kernel = kernel;
		this.configured = configured;
		this.trace = trace;
		this.#digest = digest;
		this.#start = startOf(digest, trace, undefined);
		this.#checkpoints = new Checkpoints(this.#start, trace.events.length);
		this.#latest = { row: 0, state: this.#start };
	}

	/** `kernel`: the profile to follow with the model; the newest where none is given. */
	static async open(
		trace: Trace,
		kernel?: KernelProfile,
		signal?: Cancellation,
		configured: ConfiguredMachine = {},
	): Promise<RecordedSession> {
		const digest = new Digest(new LiveTrace(trace instanceof LiveTrace ? trace.now : trace));
		await sliced(until(signal, digest.take()));
		return new RecordedSession(trace, digest, kernelSetting(kernel, trace.host), configured);
	}

	/**
	 * Goes on with what the recording has become; only for a session that was opened with a `LiveTrace`. vCPUs keep
	 * their places among `vcpus`, unless one turns out to be none.
	 */
	async grow({ trace, changedFrom, anew }: Grown, signal?: Cancellation): Promise<void> {
		const live = this.trace;
		if (!(live instanceof LiveTrace)) throw new Error('only a session of a LiveTrace can grow');
		const before = this.length;
		if (anew || changedFrom < before) {
			// Found out aside, so that nobody sees calls of one reading and rows of another.
			const digest = new Digest(new LiveTrace(trace));
			await sliced(until(signal, digest.take()));
			live.become(trace);
			this.#digest = digest;
		} else {
			live.become(trace);
			this.#digest.trace.become(trace);
			await sliced(until(signal, this.#digest.take()));
		}
		this.#settle(anew ? 0 : Math.min(before, changedFrom, this.#digest.firstOpen ?? before));
	}

	/** States after `row` may be others now. */
	#settle(row: number): void {
		const start = startOf(this.#digest, this.trace, this.#start);
		if (sameMachine(start, this.#start)) {
			this.#checkpoints.grown(this.length, row);
		} else {
			this.#start = start;
			this.#checkpoints = new Checkpoints(start, this.length);
		}
		this.#latest = { row: 0, state: this.#start };
		this.#decided = { call: -1, modelled: undefined };
		this.generation++;
	}

	get calls(): CallTable {
		return this.#digest.calls;
	}

	/** rows at which plain steps stop, ascending */
	get statements(): Uint32Array {
		return this.#digest.statements;
	}

	/** Number of events; also the position after the last one. */
	get length(): number {
		return this.#digest.length;
	}

	/** Events between two checkpoints: the most that is replayed to reach a position. */
	get interval(): number {
		return this.#checkpoints.interval;
	}

	/** The vCPUs of all VMs in the order of every state: thread ids count along it. Nothing is known of them yet. */
	get vcpus(): readonly VcpuState[] {
		return this.#start.vcpus;
	}

	/** How many of the recording's VMs ran a guest, and so are shown. */
	get shownVms(): number {
		return this.#start.vms.length;
	}

	/** The machine just before the event at `row`; at `length`, after all of them. */
	stateAt(row: number): MachineState {
		const target = Math.max(0, Math.min(row, this.length));
		const checkpoint = this.#checkpoints.before(target);
		const latest = this.#latest;
		const from = latest.row <= target && latest.row > checkpoint.row ? latest : checkpoint;
		const replay = new Replay(from.state, this.trace, this.calls);
		for (let at = from.row; at < target; ) {
			const next = Math.min(target, this.#checkpoints.nextAfter(at));
			replay.run(at, next);
			at = next;
			this.#checkpoints.keep(at, () => replay.state);
		}
		this.applied += replay.applied;
		const { state } = replay;
		this.#latest = { row: target, state };
		return state;
	}

	modelled(call: number): ModelledCall | undefined {
		if (this.#decided.call !== call) this.#decided = { call, modelled: modelledCall(this, call) };
		return this.#decided.modelled;
	}

	decisionsAt(row: number): readonly Decision[] {
		if (row >= this.length) return [];
		const { events } = this.trace;
		const call = this.calls.around(events.vm(row), events.vcpu(row), row);
		const rows = this.calls.at(call);
		return rows && callAnchor(rows) === row ? (this.modelled(call)?.decisions ?? []) : [];
	}

	decided(take: (row: number, by: DecidedBy) => void): Generator<number, void> {
		return sweepDecided(this, take);
	}

	/**
	 * Makes all checkpoints up to a row ahead of the first far jump there, in slices of some milliseconds. Stops
	 * when aborted; what is made by then stays.
	 */
	async warm(signal: AbortSignal, upTo = this.length): Promise<void> {
		const pace = new Pace();
		const pass = this.warming(upTo);
		while (!signal.aborted && !pass.next().done) if (pace.due) await pace.breathe();
	}

	/** The same as a pass. */
	*warming(upTo = this.length): Generator<number, void> {
		const end = Math.min(upTo, this.length);
		for (let row = this.#checkpoints.before(end).row; row < end; ) {
			row = Math.min(row + WARMED_AT_ONCE, end);
			this.stateAt(row);
			yield row;
		}
	}
}

/** `pass` for as long as it is wanted. */
function* until(signal: Cancellation | undefined, pass: Generator<number, void>): Generator<number, void> {
	for (const at of pass) {
		signal?.throwIfAborted();
		yield at;
	}
}

/** The vCPUs of the VMs that are shown; those that were known before keep their places. */
function startOf({ vms }: Digest, trace: Trace, before: MachineState | undefined): MachineState {
	const fresh = unknownMachine(vms.map((vm) => ({ vm, vcpus: trace.vms[vm]?.vcpus ?? [] })));
	const known = before?.vcpus ?? [];
	const kept = known.map((old) => fresh.vcpus.find((vcpu) => vcpu.vm === old.vm && vcpu.id === old.id));
	if (kept.some((vcpu) => vcpu === undefined)) return fresh;
	const places = new Set(kept);
	return {
		vms: fresh.vms,
		vcpus: [...kept.filter((vcpu) => vcpu !== undefined), ...fresh.vcpus.filter((vcpu) => !places.has(vcpu))],
	};
}

function sameMachine(a: MachineState, b: MachineState): boolean {
	return (
		a.vms.length === b.vms.length &&
		a.vcpus.length === b.vcpus.length &&
		a.vms.every(({ vm }, i) => b.vms[i]?.vm === vm) &&
		a.vcpus.every(({ vm, id }, i) => b.vcpus[i]?.vm === vm && b.vcpus[i]?.id === id)
	);
}
