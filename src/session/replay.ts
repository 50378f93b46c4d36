// Many events applied to the machine at once. A guest enters and leaves all the time: of entries and exits of a
// vCPU between two other events of it, those in the middle leave nothing that the last ones do not overwrite,
// so they are not looked at. What comes out is what applying each event would give, provenance and all.

import { EventKind } from '../trace/event.ts';
import { exitReason } from '../trace/event-code.ts';
import type { EventTable, Trace } from '../trace/trace.ts';
import { type CallTable, KVM_EXIT_SYSTEM_EVENT } from './calls.ts';
import { Fold } from './fold/fold.ts';
import type { MachineState } from './state.ts';

/** Kinds whose events change their own vCPU (and VM) only, and look at no other. */
const OWN = new Uint8Array(256);
for (const kind of [
	EventKind.kvm_hvc_arm64,
	EventKind.kvm_wfx_arm64,
	EventKind.kvm_vcpu_wakeup,
	EventKind.kvm_irq_line,
	EventKind.kvm_guest_fault,
	EventKind.kvm_mmio,
	EventKind.call,
	EventKind.ret,
	EventKind.wfi,
])
	OWN[kind] = 1;

/** Entries and exits of one vCPU since its last other event. */
interface Coming {
	/** one has been applied: those that follow change nothing but what the last one writes */
	entered: boolean;
	left: boolean;
	/** the last that was put off, -1 for none */
	entry: number;
	exit: number;
}

/** An exit to userspace with a system event is one of all vCPUs. */
function stopsOthers(events: EventTable, row: number): boolean {
	return exitReason(events, row) === KVM_EXIT_SYSTEM_EVENT;
}

export class Replay {
	/** events applied, of those passed over */
	applied = 0;
	readonly #trace: Trace;
	readonly #calls: CallTable;
	readonly #fold: Fold;
	readonly #coming = new Map<number, Coming>();

	constructor(state: MachineState, trace: Trace, calls: CallTable) {
		this.#trace = trace;
		this.#calls = calls;
		this.#fold = new Fold(state, trace, calls);
	}

	/** The machine as far as it has run. */
	get state(): MachineState {
		return this.#fold.state;
	}

	/** From the state just before `from` to that just before `to`. */
	run(from: number, to: number): void {
		const { events } = this.#trace;
		const calls = this.#calls;
		let call = calls.firstFrom(from);
		for (let row = from; row < to; row++) {
			const kind = events.kind(row);
			const site = calls.site(call) === row;
			// A CPU_ON that is known by what came after it changes its target.
			const another = site && calls.startedAnother(call);
			if (site) call++;
			const entry = kind === EventKind.kvm_entry;
			const exit = kind === EventKind.kvm_exit;
			const own = OWN[kind] === 1 || (kind === EventKind.kvm_userspace_exit && !stopsOthers(events, row));
			if (another || !(entry || exit || own)) {
				this.#catchUp();
				this.#apply(row);
				continue;
			}
			const key = events.vm(row) * 0x1_0000 + events.vcpu(row);
			const coming = this.#coming.get(key);
			if (site || own) {
				if (coming) {
					this.#flush(coming);
					this.#coming.delete(key);
				}
				this.#apply(row);
			} else if (coming && (entry ? coming.entered : coming.left)) {
				if (entry) coming.entry = row;
				else coming.exit = row;
			} else {
				if (coming) this.#flush(coming);
				this.#apply(row);
				if (coming) coming[entry ? 'entered' : 'left'] = true;
				else this.#coming.set(key, { entered: entry, left: !entry, entry: -1, exit: -1 });
			}
		}
		this.#catchUp();
	}

	#apply(row: number): void {
		this.#fold.apply(row);
		this.applied++;
	}

	#flush(coming: Coming): void {
		const first = Math.min(coming.entry, coming.exit);
		const last = Math.max(coming.entry, coming.exit);
		coming.entry = -1;
		coming.exit = -1;
		if (first >= 0) this.#apply(first);
		if (last >= 0) this.#apply(last);
	}

	/** All that was put off, before an event that may be about any vCPU. */
	#catchUp(): void {
		for (const coming of this.#coming.values()) this.#flush(coming);
		this.#coming.clear();
	}
}
