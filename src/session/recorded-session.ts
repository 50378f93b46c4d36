// A recorded session: a trace and the machine state at each of its positions. State is a function of
// the position: checkpoints at intervals plus replay, so any position is reached in bounded time and
// it never matters how one got there.

import type { Decision, KernelProfile } from '../kvm/index.ts';
import type { Trace } from '../trace/trace.ts';
import type { CallTable } from './calls.ts';
import { Checkpoints } from './checkpoints.ts';
import { Digest } from './digest.ts';
import { type ModelledCall, modelledCall } from './modelled-call.ts';
import { callAnchor } from './recorded-call.ts';
import { Replay } from './replay.ts';
import type { Session } from './session.ts';
import { type ConfiguredMachine, type KernelSetting, kernelSetting } from './settings.ts';
import { breathe, sliced } from './sliced.ts';
import { type MachineState, unknownMachine, type VcpuState } from './state.ts';

export class RecordedSession implements Session {
	readonly kind = 'recorded';
	readonly trace: Trace;
	readonly kernel: KernelSetting;
	readonly configured: ConfiguredMachine;
	readonly #digest: Digest;
	readonly #start: MachineState;
	readonly #checkpoints: Checkpoints;
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
		this.#start = unknownMachine(digest.vms.map((vm) => ({ vm, vcpus: trace.vms[vm]?.vcpus ?? [] })));
		this.#checkpoints = new Checkpoints(this.#start, trace.events.length);
		this.#latest = { row: 0, state: this.#start };
	}

	/** `kernel`: the profile to follow with the model; the newest where none is given. */
	static async open(
		trace: Trace,
		kernel?: KernelProfile,
		signal?: AbortSignal,
		configured: ConfiguredMachine = {},
	): Promise<RecordedSession> {
		const digest = new Digest(trace);
		await sliced(digest.take(), signal);
		return new RecordedSession(trace, digest, kernelSetting(kernel, trace.host), configured);
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
			this.#checkpoints.keep(at, replay.state);
		}
		this.applied += replay.applied;
		this.#latest = { row: target, state: replay.state };
		return replay.state;
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

	*decidedRows(): Generator<number> {
		for (let call = 0; call < this.calls.length; call++) {
			const rows = this.calls.at(call);
			if (rows) yield callAnchor(rows);
		}
	}

	/**
	 * Makes all checkpoints ahead of the first far jump, in slices of some milliseconds. Stops when aborted; what
	 * is made by then stays.
	 */
	async warm(signal: AbortSignal): Promise<void> {
		const { interval } = this;
		for (let row = interval; row < this.length && !signal.aborted; row += interval) {
			this.stateAt(row);
			if (row % (8 * interval) === 0) await breathe();
		}
	}
}
