// Exits to the VMM with a system event, and what the VMM made of them: whether the machine ended, started again, or
// was run on as if nothing had been asked.

import { MP_STATE } from '../../kvm/index.ts';
import { SYSTEM_EVENT, systemEventName } from '../kvm-names.ts';
import { callText, type RecordedCall, recordedCall } from '../recorded-call.ts';
import { vcpuName } from '../view.ts';
import type { Detail, Detector, MakeDetector } from './detector.ts';
import { endedFirst } from './ended-first.ts';
import { type EventOfExit, eventOfExit } from './event-of-exit.ts';
import type { Evidence, Finding } from './finding.ts';
import type { SeenMachine, SeenVcpu } from './seen.ts';
import { hasFlag, ignoredFlag, startedAgain } from './started-again.ts';

const KVM_EXIT_SYSTEM_EVENT = 24;

/** Nanoseconds that nothing but a sleep takes. */
const LONG = 1_000_000_000n;

/** An exit that asks for the end of the machine or for a new beginning, until the VM runs again. */
interface Asked {
	readonly row: number;
	readonly vcpu: SeenVcpu;
	readonly exit: EventOfExit;
	readonly call: RecordedCall | undefined;
	/** KVM_ARM_VCPU_INIT of any vCPU since: the VMM starts over; -1: none */
	init: number;
	/** vCPUs whose mp_state was set to RUNNABLE since, and where */
	readonly runnable: Map<SeenVcpu, number>;
}

interface Last {
	readonly row: number;
	readonly vcpu: SeenVcpu;
	readonly type: number | undefined;
}

export const systemEvents: MakeDetector = (seen, report) => new SystemEvents(seen, report);

class SystemEvents implements Detector {
	readonly #seen: SeenMachine;
	readonly #report: (finding: Finding) => void;
	/** by VM: the latest event of any type */
	readonly #last = new Map<number, Last>();
	/** by VM */
	readonly #asked = new Map<number, Asked>();

	constructor(seen: SeenMachine, report: (finding: Finding) => void) {
		this.#seen = seen;
		this.#report = report;
	}

	userspaceExit(row: number, vcpu: SeenVcpu, { reason }: Detail<'kvm_userspace_exit'>): void {
		if (reason !== KVM_EXIT_SYSTEM_EVENT) return;
		const { session } = this.#seen;
		const exit = eventOfExit(session, row, vcpu);
		const { type } = exit;
		this.#last.set(vcpu.vm, { row, vcpu, type });
		if (type !== SYSTEM_EVENT.SHUTDOWN && type !== SYSTEM_EVENT.RESET) return;
		const call = recordedCall(session, session.calls.around(vcpu.vm, vcpu.id, row));
		const asked = { row, vcpu, exit, call, init: -1, runnable: new Map<SeenVcpu, number>() };
		this.#asked.set(vcpu.vm, asked);
		this.#seen.ended.set(vcpu.vm, row);
		const ignored = ignoredFlag(call, exit.flags, session.vmmDecisionsAt?.(row + 1) ?? []);
		if (ignored) this.#report({ ...this.#about(asked, [this.#exitEvidence(asked)]), ...ignored });
		for (const other of this.#seen.ofVm(vcpu.vm)) other.watched = true;
	}

	reset(row: number, vcpu: SeenVcpu, { pending }: Detail<'reset'>): void {
		const asked = this.#asked.get(vcpu.vm);
		if (asked && !pending) asked.init = row;
	}

	mpState(row: number, vcpu: SeenVcpu, { state }: Detail<'set_mp_state'>): void {
		const asked = this.#asked.get(vcpu.vm);
		if (state === MP_STATE.RUNNABLE) asked?.runnable.set(vcpu, row);
	}

	entry(row: number, vcpu: SeenVcpu): void {
		const asked = this.#asked.get(vcpu.vm);
		if (!asked) return;
		this.#asked.delete(vcpu.vm);
		if (asked.init < 0 && this.#goesOn(row, vcpu, asked)) {
			this.#ranOn(row, vcpu, asked);
			return;
		}
		const { exit, call } = asked;
		const shutdown = exit.type === SYSTEM_EVENT.SHUTDOWN;
		const decided = (this.#seen.session.vmmDecisionsAt?.(asked.row + 1) ?? []).length > 0;
		const again = decided && hasFlag(exit.flags) ? undefined : startedAgain(shutdown, call, exit.flags);
		if (again)
			this.#report({
				...this.#about(asked, [this.#exitEvidence(asked), { row, text: 'the machine runs again' }]),
				...again,
			});
	}

	end(): void {
		for (const asked of this.#asked.values()) {
			if (asked.vcpu.lastRow > asked.row && this.#sleepsOn(asked)) this.#sleepsForEver(asked);
			else if (asked.exit.type === SYSTEM_EVENT.RESET) this.#neverRestarted(asked);
		}
		for (const last of this.#last.values()) this.#unserved(last);
	}

	/** Its thread was in KVM_RUN again, but the vCPU never in the guest. */
	#sleepsOn({ row, vcpu, init }: Asked): boolean {
		const { kind, trace } = this.#seen.session;
		const { events } = trace;
		if (init >= 0 || vcpu.lastEntry > row || events.thread(vcpu.lastRow) !== events.thread(row)) return false;
		// QEMU is in KVM_RUN once more before it stops its vCPUs, for some milliseconds.
		const slept = trace.clockUnit === 'ns' && events.time(vcpu.lastRow) - events.time(row) > LONG;
		return kind === 'simulated' || slept;
	}

	#sleepsForEver(asked: Asked): void {
		const name = this.#name(asked);
		this.#report({
			...this.#about(asked, [
				this.#exitEvidence(asked),
				{ row: asked.vcpu.lastRow, text: `KVM_RUN of ${name} again, which does not enter the guest` },
			]),
			code: 'PSCI-202',
			severity: 'error',
			cause: `The VMM ran ${name} again after its ${this.#event(asked)} without making it RUNNABLE: the event stopped every vCPU, and all sleep in KVM for ever.`,
			advice:
				'The VMM must end the machine, initialise every vCPU again, or set the mp_state to RUNNABLE; KVM_RUN alone waits without end.',
			certainty: 'deduced',
		});
	}

	/** SUSPEND, WAKEUP or an event that is not known, and nothing of the VM afterwards. */
	#unserved({ row, vcpu, type }: Last): void {
		const { session } = this.#seen;
		if (type === SYSTEM_EVENT.SHUTDOWN || type === SYSTEM_EVENT.RESET) return;
		if (this.#seen.ofVm(vcpu.vm).some(({ lastRow }) => lastRow > row)) return;
		const name = vcpuName(session, vcpu);
		const event =
			type === undefined
				? 'a system event of a type that is not recorded'
				: `system event ${systemEventName(type)}`;
		this.#report({
			code: 'PSCI-210',
			severity: 'warning',
			row,
			vm: vcpu.vm,
			vcpu: vcpu.id,
			evidence: [{ row, text: `KVM_RUN of ${name} returns with ${event}` }],
			cause: `KVM_RUN of ${name} returned with ${event}, and nothing of the machine follows: the VMM may not handle it.`,
			clauses: ['kvm-api.system_event'],
			advice: `Look into the log of the VMM for an unexpected exit.${
				type === SYSTEM_EVENT.CRASH
					? ''
					: ' One that enables KVM_CAP_ARM_SYSTEM_SUSPEND must serve SUSPEND and WAKEUP.'
			}`,
			certainty: 'possible',
			possibilities: [
				{
					code: 'PSCI-210',
					cause: 'the VMM does not know the event and ended, or stopped the vCPU',
					toldBy: "the VMM's log, or that its process has gone",
				},
				endedFirst(this.#seen.session),
			],
		});
	}

	/** Without a probe of resets, only the pc tells a new beginning from going on behind the call. */
	#goesOn(row: number, vcpu: SeenVcpu, { vcpu: caller, call, runnable }: Asked): boolean {
		// Of another one it shows only where a new beginning would have been recorded.
		if (runnable.has(vcpu)) return vcpu === caller || vcpu.init >= 0;
		if (vcpu !== caller) return false;
		const { events } = this.#seen.session.trace;
		const entry = events.detail(row);
		const site = call && events.detail(call.rows.site);
		return entry.kind === 'kvm_entry' && site?.kind === 'kvm_hvc_arm64' && entry.pc === site.pc;
	}

	#ranOn(row: number, vcpu: SeenVcpu, asked: Asked): void {
		const name = vcpuName(this.#seen.session, vcpu);
		const runnable = asked.runnable.get(vcpu);
		const evidence: Evidence[] = [this.#exitEvidence(asked)];
		if (runnable !== undefined) evidence.push({ row: runnable, text: `the VMM made ${name} RUNNABLE` });
		evidence.push({ row, text: `${name} is in the guest again` });
		this.#report({
			...this.#about(asked, evidence),
			code: 'PSCI-201',
			severity: 'error',
			cause:
				vcpu === asked.vcpu
					? `The VMM ran ${name} on after its ${this.#event(asked)}: ${asked.call ? callText(asked.call) : 'the call'} returns, with INTERNAL_FAILURE, and all other vCPUs stay STOPPED.`
					: `The VMM ran ${name} on after the ${this.#event(asked)} of ${this.#name(asked)}, without initialising any vCPU again.`,
			advice:
				'The VMM must end the machine or initialise every vCPU again; see what it does for KVM_EXIT_SYSTEM_EVENT of this type.',
			certainty: runnable === undefined ? 'deduced' : 'seen',
		});
	}

	#neverRestarted(asked: Asked): void {
		this.#report({
			...this.#about(asked, [this.#exitEvidence(asked)]),
			code: 'PSCI-205',
			severity: 'note',
			cause: `After the ${this.#event(asked)} by ${this.#name(asked)} the machine does not run again.`,
			advice: 'If a restart was expected, look at what the VMM does for KVM_SYSTEM_EVENT_RESET.',
			certainty: 'possible',
			possibilities: [
				{
					cause: 'the VMM ends the machine instead of restarting it, as Firecracker and kvmtool do',
					toldBy: "the VMM's log, or that its process has gone",
				},
				{
					code: 'PSCI-210',
					cause: 'the VMM does not know the event and gave up',
					toldBy: "an error in the VMM's log",
				},
				endedFirst(this.#seen.session),
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
		return `system event ${systemEventName(exit.type ?? 0)}`;
	}

	#name({ vcpu }: Asked): string {
		return vcpuName(this.#seen.session, vcpu);
	}
}
