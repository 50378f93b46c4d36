// Bringing up secondaries by CPU_ON: what was refused and why (refused-cpu-on.ts), and who was started and never came
// (started-cpu-on.ts).

import { decodeResult } from '../../psci/result.ts';
import { vcpuIdOfMpidr } from '../kvm-names.ts';
import type { RecordedCall } from '../recorded-call.ts';
import { vcpuOf } from '../state.ts';
import { argument, exits, resultOf } from './call-facts.ts';
import { CpuOnFacts } from './cpu-on-facts.ts';
import type { Detector, MakeDetector } from './detector.ts';
import type { Finding } from './finding.ts';
import { resetByVmm } from './owed-reset.ts';
import { refused, type Target } from './refused-cpu-on.ts';
import type { SeenMachine, SeenVcpu } from './seen.ts';
import { neverRan, raced, type Started } from './started-cpu-on.ts';

export const bringUp: MakeDetector = (seen, report) => new BringUp(seen, report);

class BringUp implements Detector {
	readonly #seen: SeenMachine;
	readonly #report: (finding: Finding) => void;
	readonly #facts: CpuOnFacts;
	readonly #started = new Map<SeenVcpu, Started>();
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
		this.#started.delete(vcpu);
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
	}

	fault(row: number, vcpu: SeenVcpu, { pc }: { readonly pc: bigint }): void {
		const started = this.#started.get(vcpu);
		if (started && argument(started.call, 'entry_point_address') === pc) started.fault = row;
	}

	end(): void {
		for (const started of this.#started.values()) this.#report(neverRan(this.#facts, started));
	}

	#succeeded(call: RecordedCall, caller: SeenVcpu, target: SeenVcpu): void {
		const before = this.#started.get(target);
		if (before) this.#report(raced(this.#facts, before, call, caller));
		// Of two threads the target's is often quicker than the caller's `ret`.
		if (target.lastEntry > call.rows.site) return;
		this.#started.set(target, { call, caller, target, reset: -1, read: -1, fault: -1 });
		this.#turnedOn.set(target, call);
		target.watched = true;
	}
}
