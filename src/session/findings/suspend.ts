// SYSTEM_SUSPEND: a call that KVM leaves to the VMM almost whole, so that much can be forgotten there.

import { MP_STATE } from '../../kvm/index.ts';
import { decodeResult } from '../../psci/result.ts';
import { PSCI } from '../../psci/return-codes.ts';
import { SUSPEND_DENIALS } from '../../vmm/policy.ts';
import { SYSTEM_EVENT } from '../kvm-names.ts';
import type { RecordedCall } from '../recorded-call.ts';
import { vcpuOf } from '../state.ts';
import { vcpuName } from '../view.ts';
import { callEvidence, decidedBy, exits, resultOf, whoseResult } from './call-facts.ts';
import type { Detail, Detector, MakeDetector } from './detector.ts';
import { eventOfExit } from './event-of-exit.ts';
import type { Finding } from './finding.ts';
import type { SeenMachine, SeenVcpu } from './seen.ts';

const KVM_EXIT_SYSTEM_EVENT = 24;
/** Exits with WAKEUP in a row that are no accident: the VMM does not react to them. */
const TOO_MANY_WAKEUPS = 3;

/** Statuses of SYSTEM_SUSPEND in either list of the specification (F.b 5.1.19, 5.20.2), and SUCCESS for a resume. */
const ALLOWED: ReadonlySet<bigint> = new Set([PSCI.SUCCESS, ...Object.values(SUSPEND_DENIALS)]);

export const suspend: MakeDetector = (seen, report) => new Suspend(seen, report);

class Suspend implements Detector {
	readonly #seen: SeenMachine;
	readonly #report: (finding: Finding) => void;
	/** rows of exits with WAKEUP since the vCPU was last in the guest */
	readonly #wakeups = new Map<SeenVcpu, number[]>();

	/** SYSTEM_SUSPENDs on their way out of KVM_RUN */
	readonly #leaving = new Map<SeenVcpu, RecordedCall>();
	/** SYSTEM_SUSPENDs that left KVM_RUN, until their vCPU goes on or is suspended */
	readonly #asked = new Map<SeenVcpu, RecordedCall>();

	constructor(seen: SeenMachine, report: (finding: Finding) => void) {
		this.#seen = seen;
		this.#report = report;
	}

	call(call: RecordedCall, caller: SeenVcpu): void {
		if (call.call?.name !== 'SYSTEM_SUSPEND') return;
		if (resultOf(call)?.name === 'NOT_SUPPORTED') this.#notSupported(call, caller);
		else if (exits(call)) {
			this.#othersOn(call, caller);
			this.#leaving.set(caller, call);
		}
	}

	userspaceExit(row: number, vcpu: SeenVcpu, { reason }: Detail<'kvm_userspace_exit'>): void {
		if (reason !== KVM_EXIT_SYSTEM_EVENT) return;
		const { type } = eventOfExit(this.#seen.session, row, vcpu);
		const call = this.#leaving.get(vcpu);
		if (type === SYSTEM_EVENT.SUSPEND && call) {
			this.#leaving.delete(vcpu);
			this.#asked.set(vcpu, call);
			vcpu.watched = true;
		}
		if (type !== SYSTEM_EVENT.WAKEUP) return;
		const rows = [...(this.#wakeups.get(vcpu) ?? []), row];
		this.#wakeups.set(vcpu, rows);
		vcpu.watched = true;
		if (rows.length === TOO_MANY_WAKEUPS) this.#neverMadeRunnable(rows, vcpu);
	}

	entry(row: number, vcpu: SeenVcpu): void {
		this.#wakeups.delete(vcpu);
		const call = this.#asked.get(vcpu);
		this.#asked.delete(vcpu);
		if (call) this.#cameBack(row, vcpu, call);
	}

	mpState(_row: number, vcpu: SeenVcpu, { state }: Detail<'set_mp_state'>): void {
		// Honoured: what comes back then is a resume.
		if (state === MP_STATE.SUSPENDED) this.#asked.delete(vcpu);
	}

	/** Only the model knows what the VMM wrote to x0: no event of KVM has it. */
	#cameBack(row: number, caller: SeenVcpu, call: RecordedCall): void {
		const { session } = this.#seen;
		if (session.kind !== 'simulated' || !call.call) return;
		const x0 = vcpuOf(session.stateAt(row), caller.vm, caller.id)?.x[0];
		if (!x0) return;
		const status = decodeResult(call.call, x0.value);
		if (ALLOWED.has(status.value)) return;
		this.#report({
			...this.#about(call, caller),
			evidence: [
				callEvidence(session, call),
				{ row: x0.row, text: `x0 becomes ${status.text}` },
				{ row, text: `${this.#name(caller)} goes on with it` },
			].sort((a, b) => a.row - b.row),
			code: 'PSCI-206',
			severity: 'warning',
			cause: `SYSTEM_SUSPEND by ${this.#name(caller)} came back with ${status.text}, a status that it does not have.`,
			advice:
				'A VMM that denies it writes NOT_SUPPORTED, INVALID_ADDRESS, DENIED or ALREADY_ON to x0 before it makes the vCPU RUNNABLE: KVM leaves the function ID there.',
			certainty: 'seen',
		});
	}

	#notSupported(call: RecordedCall, caller: SeenVcpu): void {
		this.#report({
			...this.#about(call, caller),
			code: 'PSCI-209',
			severity: 'warning',
			cause: `SYSTEM_SUSPEND by ${this.#name(caller)} is NOT_SUPPORTED.`,
			advice:
				'The VMM must enable KVM_CAP_ARM_SYSTEM_SUSPEND (Linux 5.19 or later), and then serve the exits that it brings.',
			certainty: whoseResult(call),
		});
	}

	#othersOn(call: RecordedCall, caller: SeenVcpu): void {
		const { session } = this.#seen;
		const on = session
			.stateAt(call.rows.site)
			.vcpus.filter(
				({ vm, id, mpState }) =>
					vm === caller.vm &&
					id !== caller.id &&
					this.#seen.has(vm, id) &&
					mpState &&
					mpState.value !== MP_STATE.STOPPED,
			);
		if (on.length === 0) return;
		const names = on.map((vcpu) => vcpuName(session, vcpu)).join(', ');
		this.#report({
			...this.#about(call, caller),
			evidence: [
				...on.map((vcpu) => ({
					row: vcpu.mpState?.row ?? 0,
					text: `${vcpuName(session, vcpu)} came to be on here`,
				})),
				callEvidence(session, call),
			].sort((a, b) => a.row - b.row),
			code: 'PSCI-207',
			severity: 'warning',
			cause: `SYSTEM_SUSPEND by ${this.#name(caller)} while ${names} ${on.length === 1 ? 'is' : 'are'} on: KVM does not check that, and passes it to the VMM.`,
			advice:
				'A VMM that follows the specification denies it with DENIED; a guest turns its other CPUs off first.',
			certainty: 'deduced',
		});
	}

	#neverMadeRunnable(rows: readonly number[], vcpu: SeenVcpu): void {
		this.#report({
			code: 'PSCI-208',
			severity: 'error',
			row: rows[0] ?? 0,
			vm: vcpu.vm,
			vcpu: vcpu.id,
			evidence: rows.map((row) => ({ row, text: 'KVM_RUN returns with system event WAKEUP' })),
			cause: `${this.#name(vcpu)} was woken from SYSTEM_SUSPEND, but the VMM never made it RUNNABLE: every KVM_RUN ends in WAKEUP again.`,
			clauses: ['SYSTEM_SUSPEND.use', 'kvm-api.mp_state'],
			advice:
				'On KVM_SYSTEM_EVENT_WAKEUP the VMM must set the mp_state to RUNNABLE before it runs the vCPU again.',
			certainty: 'seen',
		});
	}

	#about(
		call: RecordedCall,
		caller: SeenVcpu,
	): Pick<Finding, 'row' | 'vm' | 'vcpu' | 'evidence' | 'rule' | 'clauses'> {
		const { session } = this.#seen;
		const rule = decidedBy(session, call);
		return {
			row: call.rows.site,
			vm: caller.vm,
			vcpu: caller.id,
			evidence: [callEvidence(session, call)],
			...(rule ? { rule } : {}),
			clauses: ['SYSTEM_SUSPEND.caller', 'kvm-api.system_suspend'],
		};
	}

	#name(vcpu: SeenVcpu): string {
		return vcpuName(this.#seen.session, vcpu);
	}
}
