// Bringing up secondaries by CPU_ON: what was refused and why (refused-cpu-on.ts), and who was started and never came
// (started-cpu-on.ts).

import { decodeResult } from '../../psci/result.ts';
import { vcpuIdOfMpidr } from '../kvm-names.ts';
import type { RecordedCall } from '../recorded-call.ts';
import { vcpuOf } from '../state.ts';
import { argument, exits, resultOf } from './call-facts.ts';
import { CpuOnFacts } from './cpu-on-facts.ts';
import type { Detail, Detector, MakeDetector } from './detector.ts';
import type { Finding } from './finding.ts';
import { resetByVmm } from './owed-reset.ts';
import { refused, type Target } from './refused-cpu-on.ts';
import type { SeenMachine, SeenVcpu } from './seen.ts';
import { type Fault, neverRan, onlyFaults, raced, type Started } from './started-cpu-on.ts';

/** A page that is not there yet faults once; one whose tables are not, once for each. */
const MOST_FAULTS = 4;
const ENTRY = 'entry_point_address';

/** ESR_ELx_EC_IABT_LOW (arch/arm64/include/asm/esr.h, 7.2) */
const isInstructionAbort = (hsr: bigint) => hsr >> 26n === 0x20n;

export const bringUp: MakeDetector = (seen, report) => new BringUp(seen, report);

class BringUp implements Detector {
	readonly #seen: SeenMachine;
	readonly #report: (finding: Finding) => void;
	readonly #facts: CpuOnFacts;
	readonly #started = new Map<SeenVcpu, Started>();
	/** those that are in the guest, with their faults as long as they did nothing else */
	readonly #entered = new Map<SeenVcpu, { readonly started: Started; faults: Fault[] }>();
	/** the latest call that turned a vCPU on, kept after it came up */
	readonly #turnedOn = new Map<SeenVcpu, RecordedCall>();

	/** CPU_ONs on their way to a VMM that serves PSCI itself, and those that are there */
	readonly #leaving = new Map<SeenVcpu, RecordedCall>();
	readonly #forwarded = new Map<SeenVcpu, RecordedCall>();

	constructor(seen: SeenMachine, report: (finding: Finding) => void) {
		this.#seen = seen;
		this.#report = report;
		this.#facts = new CpuOnFacts(seen);
	}

	call(call: RecordedCall, caller: SeenVcpu): void {
		if (call.call?.name !== 'CPU_ON') return;
		this.#facts.number(call, caller.vm);
		this.#leaving.delete(caller);
		if (exits(call)) this.#leaving.set(caller, call);
		this.#answered(call, caller);
	}

	#answered(call: RecordedCall, caller: SeenVcpu): void {
		const result = resultOf(call);
		if (!result) return;
		const target = this.#targetOf(call, caller);
		if (result.isError) this.#report(refused(this.#facts, call, caller, result, target));
		else if (target) this.#succeeded(call, caller, target.vcpu);
	}

	#targetOf(call: RecordedCall, caller: SeenVcpu): Target | undefined {
		const affinity = argument(call, 'target_cpu');
		const vcpu = affinity === undefined ? undefined : this.#seen.vcpu(caller.vm, vcpuIdOfMpidr(affinity));
		return vcpu && { vcpu, turnedOn: this.#turnedOn.get(vcpu), isOnItsWay: this.#started.has(vcpu) };
	}

	entry(row: number, vcpu: SeenVcpu): void {
		const started = this.#started.get(vcpu);
		this.#started.delete(vcpu);
		if (started) this.#cameUp(row, vcpu, started);
		const call = this.#forwarded.get(vcpu);
		this.#forwarded.delete(vcpu);
		if (call) this.#answeredByVmm(row, vcpu, call);
	}

	userspaceExit(_row: number, vcpu: SeenVcpu): void {
		const call = this.#leaving.get(vcpu);
		this.#leaving.delete(vcpu);
		if (!call) return;
		this.#forwarded.set(vcpu, call);
		vcpu.watched = true;
	}

	/** Only the model knows what a VMM that serves PSCI itself wrote to x0: no event of KVM has it. */
	#answeredByVmm(row: number, caller: SeenVcpu, call: RecordedCall): void {
		const { session } = this.#seen;
		if (session.kind !== 'simulated' || !call.call) return;
		const x0 = vcpuOf(session.stateAt(row), caller.vm, caller.id)?.x[0];
		if (!x0) return;
		this.#answered({ ...call, goesOn: undefined, result: decodeResult(call.call, x0.value) }, caller);
	}

	reset(row: number, vcpu: SeenVcpu, { pending }: { readonly pending: boolean }): void {
		const started = this.#started.get(vcpu);
		if (!pending) this.#forget(vcpu);
		else if (started && resetByVmm(this.#seen, row, vcpu)) started.read = row;
		else if (started) started.reset = row;
	}

	operation(row: number, vcpu: SeenVcpu): void {
		const started = this.#started.get(vcpu);
		if (started && resetByVmm(this.#seen, row, vcpu)) started.read = row;
	}

	/** It was initialised: what turned it on before is over. */
	#forget(vcpu: SeenVcpu): void {
		this.#started.delete(vcpu);
		this.#turnedOn.delete(vcpu);
		this.#entered.delete(vcpu);
	}

	/** Into the guest; whether it executes anything is to be seen. */
	#cameUp(row: number, vcpu: SeenVcpu, started: Started): void {
		const { session } = this.#seen;
		if (session.kind === 'recorded') this.#entered.set(vcpu, { started, faults: [] });
		else if (session.decisionsAt(row).some(({ rule }) => rule === 'run.guest_spins'))
			this.#report(onlyFaults(this.#facts, started, [{ row }]));
	}

	fault(row: number, vcpu: SeenVcpu, { hsr, pc, ipa }: Detail<'kvm_guest_fault'>): void {
		const entered = this.#entered.get(vcpu);
		if (!entered) return;
		const { started, faults } = entered;
		const [first] = faults;
		const last = faults.at(-1);
		// Whoever touches data executes something; the code of a guest that runs may miss a page, too, but not the same again.
		const stuck = isInstructionAbort(hsr) && (first !== undefined || argument(started.call, ENTRY) === pc);
		if (!stuck) this.#entered.delete(vcpu);
		else if (last?.pc !== pc || last.ipa !== ipa)
			entered.faults = [first ?? { row, pc, ipa }, { row, pc, ipa }];
		else if (faults.push({ row, pc, ipa }) > MOST_FAULTS) {
			this.#entered.delete(vcpu);
			this.#report(onlyFaults(this.#facts, started, faults));
		}
	}

	end(): void {
		for (const started of this.#started.values()) this.#report(neverRan(this.#facts, started));
	}

	#succeeded(call: RecordedCall, caller: SeenVcpu, target: SeenVcpu): void {
		const before = this.#started.get(target);
		if (before) this.#report(raced(this.#facts, before, call, caller));
		// Of two threads the target's is often quicker than the caller's `ret`.
		if (target.lastEntry > call.rows.site) return;
		this.#started.set(target, { call, caller, target, reset: -1, read: -1 });
		this.#turnedOn.set(target, call);
		target.watched = true;
	}
}
