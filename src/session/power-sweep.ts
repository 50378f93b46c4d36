// What the rules of a call depend on besides the call itself, carried from event to event: the mp_state of each vCPU and
// the PSCI version of each VM. The fold does what it does everywhere; events that leave these alone are not even
// decoded, which a test holds against the full state at every row.

import { MP_STATE } from '../kvm/index.ts';
import { EventKind } from '../trace/event.ts';
import { exitReason } from '../trace/event-code.ts';
import type { Trace } from '../trace/trace.ts';
import { type CallTable, CPU_OFF_IDS, KVM_EXIT_SYSTEM_EVENT } from './calls.ts';
import { Fold, PSCI_VERSION_ID } from './fold/fold.ts';
import type { MachineState } from './state.ts';

/** What an event of a kind may do: nothing; show that its vCPU runs; or more, to any vCPU. */
const NOTHING = 0;
const RUNS = 1;
const MORE = 2;

const EFFECTS = new Uint8Array(256);
for (const kind of [EventKind.kvm_entry, EventKind.kvm_hvc_arm64, EventKind.call]) EFFECTS[kind] = RUNS;
for (const kind of [
	EventKind.kvm_userspace_exit,
	EventKind.ret,
	EventKind.cpu_on_ret,
	EventKind.power_off,
	EventKind.system_event,
	EventKind.reset,
	EventKind.set_mp_state,
	EventKind.set_fw_reg,
])
	EFFECTS[kind] = MORE;

export class PowerSweep {
	/** events applied; tests count how few they are */
	applied = 0;
	/** goes up whenever the state may have become another */
	version = 0;
	readonly #trace: Trace;
	readonly #calls: CallTable;
	readonly #fold: Fold;
	/** places in the state of the vCPUs of each VM, by vcpu_id */
	readonly #places: number[][] = [];
	/** vCPUs of which an event that they run would change something */
	readonly #open: Uint8Array;
	#opens: number;
	/** the next call to begin, and where */
	#call = 0;
	#site: number;
	/** the last row of any PSCI_VERSION that has begun */
	#versionEnds = -1;

	/** Begins before the first event. */
	constructor(start: MachineState, trace: Trace, calls: CallTable) {
		this.#trace = trace;
		this.#calls = calls;
		this.#fold = new Fold(start, trace, calls);
		this.#open = new Uint8Array(start.vcpus.length).fill(1);
		this.#opens = start.vcpus.length;
		this.#site = calls.site(0);
		start.vcpus.forEach(({ vm, id }, place) => {
			const ids = this.#places[vm] ?? [];
			this.#places[vm] = ids;
			ids[id] = place;
		});
	}

	/** Of its values only mp_states, owed resets, PSCI versions and exits are those of the row after the last one taken. */
	get state(): MachineState {
		return this.#fold.state;
	}

	/** Rows in order, all of them; `kind`: of the event there. */
	take(row: number, kind: EventKind): void {
		const without = row === this.#site && this.#beginCall(kind);
		const effect = EFFECTS[kind];
		if (effect === MORE ? this.#isIdle(row, kind) : effect === NOTHING || !(without || this.#opens > 0))
			return;
		const { events } = this.#trace;
		const own = this.#places[events.vm(row)]?.[events.vcpu(row)] ?? -1;
		const alone = effect === RUNS && !without;
		if (alone && this.#open[own] !== 1) return;
		this.#fold.apply(row);
		this.applied++;
		this.version++;
		const { state } = this.#fold;
		if (alone) this.#look(state, own);
		else for (let place = 0; place < this.#open.length; place++) this.#look(state, place);
	}

	/** An event of a kind that may do more, but not this one. */
	#isIdle(row: number, kind: EventKind): boolean {
		if (kind === EventKind.ret) return row > this.#versionEnds;
		return (
			kind === EventKind.kvm_userspace_exit && exitReason(this.#trace.events, row) !== KVM_EXIT_SYSTEM_EVENT
		);
	}

	/** Whether the call is one without probes that does something to an mp_state. */
	#beginCall(kind: EventKind): boolean {
		const call = this.#call++;
		this.#site = this.#calls.site(this.#call);
		const id = this.#calls.functionId(call);
		if (id === PSCI_VERSION_ID) this.#versionEnds = Math.max(this.#versionEnds, this.#calls.end(call));
		if (this.#calls.has('entry', call) || kind !== EventKind.kvm_hvc_arm64) return false;
		return CPU_OFF_IDS.has(id) || this.#calls.startedAnother(call);
	}

	#look({ vcpus }: MachineState, place: number): void {
		const vcpu = vcpus[place];
		const open = vcpu?.mpState?.value !== MP_STATE.RUNNABLE || vcpu.resetState?.value.reset ? 1 : 0;
		this.#opens += open - (this.#open[place] ?? 0);
		this.#open[place] = open;
	}
}
