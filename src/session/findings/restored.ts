// After a restore, a vCPU that had been running stays off: it was initialised with KVM_ARM_VCPU_POWER_OFF, and its saved
// mp_state was not set. No CPU_ON will come for it: the guest thinks that it is on.

import { MP_STATE } from '../../kvm/index.ts';
import { vcpuOf } from '../state.ts';
import { vcpuName } from '../view.ts';
import type { Detail, Detector, MakeDetector } from './detector.ts';
import type { Finding, Possibility } from './finding.ts';
import type { SeenMachine, SeenVcpu } from './seen.ts';

const KVM_EXIT_SYSTEM_EVENT = 24;
/** Nanoseconds that others go on: a vCPU that was only kicked is back long before. */
const LONG = 1_000_000_000n;

export const restored: MakeDetector = (seen, report) => new Restored(seen, report);

class Restored implements Detector {
	readonly #seen: SeenMachine;
	readonly #report: (finding: Finding) => void;
	/** initialised again after it ran, without a system event: the row of that, and of its last entry before */
	readonly #again = new Map<SeenVcpu, { readonly init: number; readonly ran: number }>();
	/** left KVM_RUN for the VMM, and not seen since */
	readonly #left = new Map<SeenVcpu, number>();
	readonly #rebooting = new Set<number>();

	constructor(seen: SeenMachine, report: (finding: Finding) => void) {
		this.#seen = seen;
		this.#report = report;
	}

	userspaceExit(row: number, vcpu: SeenVcpu, { reason }: Detail<'kvm_userspace_exit'>): void {
		if (reason === KVM_EXIT_SYSTEM_EVENT) {
			this.#rebooting.add(vcpu.vm);
			for (const other of this.#seen.ofVm(vcpu.vm)) this.#left.delete(other);
		} else if (vcpu.lastEntry >= 0) this.#left.set(vcpu, row);
	}

	reset(row: number, vcpu: SeenVcpu, { pending }: Detail<'reset'>): void {
		if (pending) this.#again.delete(vcpu);
		else if (vcpu.lastEntry >= 0 && !this.#rebooting.has(vcpu.vm)) {
			const state = vcpuOf(this.#seen.session.stateAt(row), vcpu.vm, vcpu.id)?.mpState?.value;
			if (state !== MP_STATE.STOPPED) this.#again.set(vcpu, { init: row, ran: vcpu.lastEntry });
			vcpu.watched = true;
		}
	}

	mpState(_row: number, vcpu: SeenVcpu, { state }: Detail<'set_mp_state'>): void {
		if (state === MP_STATE.RUNNABLE) this.#again.delete(vcpu);
	}

	entry(_row: number, vcpu: SeenVcpu): void {
		this.#again.delete(vcpu);
	}

	end(): void {
		for (const [vcpu, { init, ran }] of this.#again)
			if (this.#othersAfter(vcpu, init)) this.#stays(vcpu, ran, init);
		// Without probes only its silence shows it.
		for (const [vcpu, row] of this.#left)
			if (!this.#again.has(vcpu) && this.#silent(vcpu, row)) this.#stays(vcpu, vcpu.lastEntry, row);
	}

	#othersAfter(vcpu: SeenVcpu, row: number): boolean {
		return this.#seen.ofVm(vcpu.vm).some((other) => other !== vcpu && other.lastEntry > row);
	}

	#silent(vcpu: SeenVcpu, row: number): boolean {
		const { session } = this.#seen;
		const { trace } = session;
		if (trace.clockUnit !== 'ns' || vcpu.lastRow > row || !session.calls.recorded.entries) return false;
		if (vcpu.init >= 0) return false;
		const last = Math.max(...this.#seen.ofVm(vcpu.vm).map(({ lastEntry }) => lastEntry));
		if (last <= row || trace.events.time(last) - trace.events.time(row) <= LONG) return false;
		return vcpuOf(session.stateAt(row), vcpu.vm, vcpu.id)?.mpState?.value !== MP_STATE.STOPPED;
	}

	#stays(vcpu: SeenVcpu, ran: number, since: number): void {
		const { session } = this.#seen;
		const name = vcpuName(session, vcpu);
		const sure = session.kind === 'simulated';
		const restoredOff: Possibility = {
			code: 'PSCI-404',
			cause: 'it was restored powered off',
			toldBy: 'its mp_state (KVM_GET_MP_STATE), or the probes “reset” and “set_mp_state”',
		};
		this.#report({
			code: 'PSCI-404',
			severity: 'error',
			row: since,
			vm: vcpu.vm,
			vcpu: vcpu.id,
			evidence: [
				{ row: ran, text: `${name} ran here the last time` },
				{
					row: since,
					text: vcpu.init === since ? 'KVM_ARM_VCPU_INIT again' : 'it left KVM_RUN, and never came back',
				},
			],
			cause: `${name} ran, ${vcpu.init === since ? 'was initialised again' : 'left KVM_RUN for the VMM'} and never runs again, while others do: its mp_state was not restored, and no CPU_ON will come for it.`,
			clauses: ['kvm-api.vcpu_init', 'kvm-api.mp_state'],
			advice:
				'A VMM that restores a VM must not set KVM_ARM_VCPU_POWER_OFF for vCPUs that were running, or must set their saved mp_state (KVM_SET_MP_STATE) afterwards.',
			certainty: sure ? 'seen' : vcpu.init === since ? 'deduced' : 'possible',
			...(sure || vcpu.init === since
				? {}
				: {
						possibilities: [
							restoredOff,
							{ cause: 'its VMM thread is stuck elsewhere', toldBy: 'a stack of the thread' },
						],
					}),
		});
	}
}
