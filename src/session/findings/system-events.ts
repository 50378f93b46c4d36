// Exits to the VMM with a system event, and what the VMM made of them: whether the machine ended, started again, or
// was run on as if nothing had been asked.

import { MP_STATE } from '../../kvm/index.ts';
import { SYSTEM_EVENT, systemEventName } from '../kvm-names.ts';
import { callText, type RecordedCall, recordedCall } from '../recorded-call.ts';
import type { SystemEventExit } from '../state.ts';
import { vcpuName } from '../view.ts';
import type { Detail, Detector, MakeDetector } from './detector.ts';
import type { Evidence, Finding } from './finding.ts';
import type { SeenMachine, SeenVcpu } from './seen.ts';

const KVM_EXIT_SYSTEM_EVENT = 24;

/** An exit that asks for the end of the machine or for a new beginning, until the VM runs again. */
interface Asked {
	readonly row: number;
	readonly vcpu: SeenVcpu;
	readonly exit: SystemEventExit;
	readonly call: RecordedCall | undefined;
	/** KVM_ARM_VCPU_INIT of any vCPU since: the VMM starts over; -1: none */
	init: number;
	/** the caller's mp_state set to RUNNABLE since; -1: no */
	runnable: number;
}

export const systemEvents: MakeDetector = (seen, report) => new SystemEvents(seen, report);

class SystemEvents implements Detector {
	readonly #seen: SeenMachine;
	readonly #report: (finding: Finding) => void;
	/** by VM */
	readonly #asked = new Map<number, Asked>();

	constructor(seen: SeenMachine, report: (finding: Finding) => void) {
		this.#seen = seen;
		this.#report = report;
	}

	userspaceExit(row: number, vcpu: SeenVcpu, { reason }: Detail<'kvm_userspace_exit'>): void {
		if (reason !== KVM_EXIT_SYSTEM_EVENT) return;
		const { session } = this.#seen;
		const exit = session.stateAt(row + 1).vms.find(({ vm }) => vm === vcpu.vm)?.lastExit;
		const type = exit?.type?.value;
		if (!exit || (type !== SYSTEM_EVENT.SHUTDOWN && type !== SYSTEM_EVENT.RESET)) return;
		const call = recordedCall(session, session.calls.around(vcpu.vm, vcpu.id, row));
		this.#asked.set(vcpu.vm, { row, vcpu, exit, call, init: -1, runnable: -1 });
		for (const other of this.#seen.ofVm(vcpu.vm)) other.watched = true;
	}

	reset(row: number, vcpu: SeenVcpu, { pending }: Detail<'reset'>): void {
		const asked = this.#asked.get(vcpu.vm);
		if (asked && !pending) asked.init = row;
	}

	mpState(row: number, vcpu: SeenVcpu, { state }: Detail<'set_mp_state'>): void {
		const asked = this.#asked.get(vcpu.vm);
		if (asked?.vcpu === vcpu && state === MP_STATE.RUNNABLE) asked.runnable = row;
	}

	entry(row: number, vcpu: SeenVcpu): void {
		const asked = this.#asked.get(vcpu.vm);
		if (!asked) return;
		this.#asked.delete(vcpu.vm);
		if (asked.init < 0 && this.#goesOn(row, vcpu, asked)) this.#ranOn(row, asked);
	}

	end(): void {
		for (const asked of this.#asked.values())
			if (asked.exit.type?.value === SYSTEM_EVENT.RESET) this.#neverRestarted(asked);
	}

	/** Without a probe of resets, only the pc tells a new beginning from going on behind the call. */
	#goesOn(row: number, vcpu: SeenVcpu, { vcpu: caller, call, runnable }: Asked): boolean {
		if (vcpu !== caller) return false;
		if (runnable >= 0) return true;
		const { events } = this.#seen.session.trace;
		const entry = events.detail(row);
		const site = call && events.detail(call.rows.site);
		return entry.kind === 'kvm_entry' && site?.kind === 'kvm_hvc_arm64' && entry.pc === site.pc;
	}

	#ranOn(row: number, asked: Asked): void {
		const name = this.#name(asked);
		const evidence: Evidence[] = [this.#exitEvidence(asked)];
		if (asked.runnable >= 0) evidence.push({ row: asked.runnable, text: `the VMM made ${name} RUNNABLE` });
		evidence.push({ row, text: `${name} is in the guest again` });
		this.#report({
			...this.#about(asked, evidence),
			code: 'PSCI-201',
			severity: 'error',
			cause: `The VMM ran ${name} on after its ${this.#event(asked)}: ${asked.call ? callText(asked.call) : 'the call'} returns, with INTERNAL_FAILURE, and all other vCPUs stay STOPPED.`,
			advice:
				'The VMM must end the machine or initialise every vCPU again; see what it does for KVM_EXIT_SYSTEM_EVENT of this type.',
			certainty: asked.runnable >= 0 ? 'seen' : 'deduced',
		});
	}

	#neverRestarted(asked: Asked): void {
		this.#report({
			...this.#about(asked, [this.#exitEvidence(asked)]),
			code: 'PSCI-205',
			severity: 'note',
			cause: `After the ${this.#event(asked)} by ${this.#name(asked)} the machine does not run again in this recording.`,
			advice: 'If a restart was expected, look at what the VMM does for KVM_SYSTEM_EVENT_RESET.',
			certainty: 'possible',
			possibilities: [
				{
					cause: 'the VMM ends the machine instead of restarting it, as Firecracker and kvmtool do',
					toldBy: "the VMM's log, or that its process has gone",
				},
				{ cause: 'the VMM does not know the event and gave up', toldBy: "an error in the VMM's log" },
				{ cause: 'the recording ended first', toldBy: 'a longer recording' },
			],
		});
	}

	#about(
		asked: Asked,
		evidence: readonly Evidence[],
	): Pick<Finding, 'row' | 'vm' | 'vcpu' | 'evidence' | 'clauses'> {
		const fn = asked.call?.call?.name;
		return {
			row: asked.row,
			vm: asked.vcpu.vm,
			vcpu: asked.vcpu.id,
			evidence: [
				...(asked.call
					? [{ row: asked.call.rows.site, text: `${callText(asked.call)} by ${this.#name(asked)}` }]
					: []),
				...evidence,
			],
			clauses: [...(fn?.startsWith('SYSTEM_') ? [`${fn}.use`] : []), 'kvm-api.system_event'],
		};
	}

	#exitEvidence(asked: Asked): Evidence {
		return { row: asked.row, text: `KVM_RUN returns to the VMM with ${this.#event(asked)}` };
	}

	#event({ exit }: Asked): string {
		return `system event ${systemEventName(exit.type?.value ?? 0)}`;
	}

	#name({ vcpu }: Asked): string {
		return vcpuName(this.#seen.session, vcpu);
	}
}
