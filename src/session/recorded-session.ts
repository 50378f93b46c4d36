// A recorded session: a trace and the machine state at each of its positions. State is a function of
// the position: checkpoints at intervals plus replay, so any position is reached in bounded time and
// it never matters how one got there.

import type { Decision, KernelProfile } from '../kvm/index.ts';
import type { Trace } from '../trace/trace.ts';
import { type CallTable, findCalls } from './calls.ts';
import { applyEvent } from './fold.ts';
import { type ModelledCall, modelledCall } from './modelled-call.ts';
import { callAnchor } from './recorded-call.ts';
import type { Session } from './session.ts';
import { type ConfiguredMachine, type KernelSetting, kernelSetting } from './settings.ts';
import { breathe, sliced } from './sliced.ts';
import { type MachineState, unknownMachine, type VcpuState } from './state.ts';
import { findStatements } from './statements.ts';
import { vmsThatRan } from './vms-that-ran.ts';

/** Events between two checkpoints: the most that is replayed to reach a position. */
export const CHECKPOINT_INTERVAL = 256;

export class RecordedSession implements Session {
	readonly kind = 'recorded';
	readonly trace: Trace;
	readonly calls: CallTable;
	/** rows at which plain steps stop, ascending */
	readonly statements: Uint32Array;
	readonly kernel: KernelSetting;
	readonly configured: ConfiguredMachine;
	/** checkpoint k is the state before row k * CHECKPOINT_INTERVAL; made as they are first needed */
	readonly #checkpoints: MachineState[];
	readonly #start: MachineState;
	/** the last state asked for, so that a step forwards applies one event */
	#latest: { row: number; state: MachineState };
	/** the call asked for last, as panels and frames ask for the same one several times at each stop */
	#decided: { call: number; modelled: ModelledCall | undefined } = { call: -1, modelled: undefined };
	/** events applied so far; tests count on it to show that a step's cost does not depend on the position */
	applied = 0;

	private constructor(
		trace: Trace,
		calls: CallTable,
		statements: Uint32Array,
		vms: readonly number[],
		kernel: KernelSetting,
		configured: ConfiguredMachine,
	) {
		this.kernel = kernel;
		this.configured = configured;
		this.trace = trace;
		this.calls = calls;
		this.statements = statements;
		const start = unknownMachine(vms.map((vm) => ({ vm, vcpus: trace.vms[vm]?.vcpus ?? [] })));
		this.#start = start;
		this.#checkpoints = [start];
		this.#latest = { row: 0, state: start };
	}

	/** `kernel`: the profile to follow with the model; the newest where none is given. */
	static async open(
		trace: Trace,
		kernel?: KernelProfile,
		signal?: AbortSignal,
		configured: ConfiguredMachine = {},
	): Promise<RecordedSession> {
		const calls = await sliced(findCalls(trace), signal);
		const vms = await sliced(vmsThatRan(trace), signal);
		const statements = await sliced(findStatements(trace, calls, new Set(vms)), signal);
		return new RecordedSession(trace, calls, statements, vms, kernelSetting(kernel, trace.host), configured);
	}

	/** Number of events; also the position after the last one. */
	get length(): number {
		return this.trace.events.length;
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
		let from = this.#nearestCheckpoint(target);
		if (this.#latest.row <= target && this.#latest.row > from.row) from = this.#latest;
		let { state } = from;
		for (let at = from.row; at < target; at++) {
			if (at % CHECKPOINT_INTERVAL === 0) this.#checkpoints[at / CHECKPOINT_INTERVAL] ??= state;
			state = applyEvent(state, this.trace, this.calls, at);
			this.applied++;
		}
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
		for (let row = CHECKPOINT_INTERVAL; row < this.length && !signal.aborted; row += CHECKPOINT_INTERVAL) {
			this.stateAt(row);
			if (row % (8 * CHECKPOINT_INTERVAL) === 0) await breathe();
		}
	}

	#nearestCheckpoint(row: number): { row: number; state: MachineState } {
		let k = Math.min(Math.floor(row / CHECKPOINT_INTERVAL), this.#checkpoints.length - 1);
		let state = this.#checkpoints[k];
		while (state === undefined && k > 0) state = this.#checkpoints[--k];
		if (state === undefined) throw new Error('the checkpoint before the first event is always there');
		return { row: k * CHECKPOINT_INTERVAL, state };
	}
}
