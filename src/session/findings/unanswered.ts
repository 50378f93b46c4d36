// CPU_ONs of which neither arguments nor result were recorded, and after which no vCPU started: KVM's own tracepoints
// say no more. What may be behind it, the likeliest first, and what would tell.

import { MP_STATE, mpidrOf } from '../../kvm/index.ts';
import { hex } from '../inspect.ts';
import type { RecordedCall } from '../recorded-call.ts';
import { vcpuOf } from '../state.ts';
import { vcpuName } from '../view.ts';
import { endingOf } from '../what-came-next.ts';
import { callEvidence, decidedBy, exits, resultOf } from './call-facts.ts';
import type { Detector, MakeDetector } from './detector.ts';
import type { Finding, Possibility } from './finding.ts';
import type { SeenMachine, SeenVcpu } from './seen.ts';

/** A guest that asks in a loop says nothing new. */
const MOST = 200;

interface Vain {
	readonly call: RecordedCall;
	readonly caller: SeenVcpu;
}

export const unanswered: MakeDetector = (seen, report) => new Unanswered(seen, report);

class Unanswered implements Detector {
	readonly #seen: SeenMachine;
	readonly #report: (finding: Finding) => void;
	readonly #vain: Vain[] = [];

	constructor(seen: SeenMachine, report: (finding: Finding) => void) {
		this.#seen = seen;
		this.#report = report;
	}

	call(call: RecordedCall, caller: SeenVcpu): void {
		const { session } = this.#seen;
		if (call.call?.name !== 'CPU_ON' || this.#vain.length === MOST) return;
		// Without entries a vCPU may have started unseen.
		if (!session.calls.recorded.entries || call.rows.started >= 0 || resultOf(call)) return;
		// The VMM that a call is forwarded to says nothing of what it made of it.
		if (exits(call) && session.kind === 'simulated') return;
		if (endingOf(session.trace, session.calls, call.rows) === 'unknown') return;
		this.#vain.push({ call, caller });
	}

	end(): void {
		const { session } = this.#seen;
		for (const { call, caller } of this.#vain) {
			const rule = decidedBy(session, call);
			const others = this.#seen.ofVm(caller.vm).filter((vcpu) => vcpu !== caller);
			const never = others.filter(({ firstEntry }) => firstEntry < 0);
			this.#report({
				code: 'PSCI-107',
				severity: 'error',
				row: call.rows.site,
				vm: caller.vm,
				vcpu: caller.id,
				evidence: [callEvidence(session, call)],
				...(rule ? { rule } : {}),
				cause: `No vCPU started after a CPU_ON by ${this.#name(caller)}${
					never.length > 0
						? `; ${never
								.slice(0, 8)
								.map((vcpu) => this.#name(vcpu))
								.join(', ')} never ran`
						: ''
				}.`,
				clauses: ['CPU_ON.use'],
				prints: 'psci: failed to boot CPUn (-22), or CPUn: failed to come online',
				advice:
					'Record arguments and results (`psci-trace record-script`), or look into the console of the guest: an errno means that KVM refused, “failed to come online” that it did not.',
				certainty: 'possible',
				possibilities: this.#possibilities(call, caller, never, others),
			});
		}
	}

	#possibilities(
		call: RecordedCall,
		caller: SeenVcpu,
		never: readonly SeenVcpu[],
		others: readonly SeenVcpu[],
	): readonly Possibility[] {
		const state = this.#seen.session.stateAt(call.rows.site);
		const on = others.filter(({ firstEntry, vm, id }) => {
			const mpState = vcpuOf(state, vm, id)?.mpState?.value;
			return firstEntry >= 0 && firstEntry < call.rows.site && mpState !== MP_STATE.STOPPED;
		});
		const split = never.find(({ id }) => id > 15);
		const noSuch: Possibility = {
			code: 'PSCI-101',
			cause: split
				? `no vCPU has the affinity: ${this.#name(split)} has ${hex(affinity(split.id))}, not ${hex(BigInt(split.id))}`
				: 'no vCPU has the affinity that the guest has for it (INVALID_PARAMETERS)',
			toldBy: 'x1 of the call against the MPIDRs; “reg” of the cpu nodes in the device tree',
		};
		const alreadyOn: Possibility = {
			code: 'PSCI-102',
			cause: `the vCPU was on already (ALREADY_ON)${
				on.length > 0
					? `: ${on
							.slice(0, 8)
							.map((vcpu) => this.#name(vcpu))
							.join(', ')} ran and did not call CPU_OFF`
					: ''
			}`,
			toldBy: 'x1 of the call',
		};
		const raced: Possibility = {
			code: 'PSCI-106',
			cause: 'another CPU_ON for the same vCPU was under way',
			toldBy: 'x1 of both calls; their results: only one may be SUCCESS',
		};
		const refused: Possibility = {
			code: 'PSCI-105',
			cause: 'something else refused it: an SMCCC filter, or a VMM that answers PSCI itself',
			toldBy: 'the errno that the guest prints: -95 for NOT_SUPPORTED',
		};
		const stranded: Possibility = {
			code: 'PSCI-103',
			cause: 'it succeeded, but the VMM does not run that vCPU',
			toldBy: 'any event of its thread; KVM_RUN in a trace of system calls',
		};
		const moved: Possibility = {
			code: 'PSCI-501',
			cause: 'the VM was saved or moved before the vCPU ran, and the reset that it owed was lost',
			toldBy: 'a recording of the destination; its kernel needs 6826c6849b46 (5.15)',
		};
		const absent: Possibility = {
			code: 'PSCI-301',
			cause: 'there is no PSCI: an SMCCC filter, or vCPUs without KVM_ARM_VCPU_PSCI_0_2',
			toldBy: 'the version that the guest prints: 65535.65535 is none',
		};
		const all = [noSuch, alreadyOn, refused, absent, stranded, moved];
		const likely =
			never.length > 0 ? noSuch : this.#raced(call, caller) ? raced : on.length > 0 ? alreadyOn : stranded;
		return [likely, ...all.filter((one) => one !== likely)];
	}

	/** One vCPU started, and this call may have been the one that did it as well as the other. */
	#raced(call: RecordedCall, caller: SeenVcpu): boolean {
		// Two that came to nothing, by two vCPUs.
		if (this.#vain.some((other) => other.caller.vm === caller.vm && other.caller !== caller)) return true;
		const starts = this.#seen.session.calls.starts(caller.vm);
		return starts.some(({ call: other, row, sure }) => other >= 0 && !sure && row > call.rows.site);
	}

	#name(vcpu: SeenVcpu): string {
		return vcpuName(this.#seen.session, vcpu);
	}
}

function affinity(id: number): bigint {
	return mpidrOf(id) & AFFINITY;
}

const AFFINITY = 0xff00ffffffn;
