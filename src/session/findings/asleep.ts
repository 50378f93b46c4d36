// All vCPUs of a VM off or asleep, with nothing left to wake them: where a hung guest hangs.

import { MP_STATE } from '../../kvm/index.ts';
import { EventKind } from '../../trace/event.ts';
import { CPU_OFF_IDS, CPU_SUSPEND_IDS } from '../calls.ts';
import { mpStateName, SYSTEM_EVENT } from '../kvm-names.ts';
import type { RecordedCall } from '../recorded-call.ts';
import type { VcpuState } from '../state.ts';
import { vcpuName } from '../view.ts';
import type { Detector, MakeDetector } from './detector.ts';
import type { Finding, Possibility } from './finding.ts';
import type { SeenMachine, SeenVcpu } from './seen.ts';

export const asleep: MakeDetector = (seen, report) => new Asleep(seen, report);

class Asleep implements Detector {
	readonly #seen: SeenMachine;
	readonly #report: (finding: Finding) => void;
	/** VMs whose boot was seen, and everything since: of those no vCPU runs unseen */
	readonly #booted = new Set<number>();

	constructor(seen: SeenMachine, report: (finding: Finding) => void) {
		this.#seen = seen;
		this.#report = report;
	}

	call({ call }: RecordedCall, { vm }: SeenVcpu): void {
		if (call?.name === 'PSCI_VERSION') this.#booted.add(vm);
	}

	lost(): void {
		this.#booted.clear();
	}

	end(): void {
		const { session, vcpus: all } = this.#seen;
		// The state at the end of a long recording costs a walk through all of it: only where a VM may hang there.
		const may = new Set([...new Set(all.map(({ vm }) => vm))].filter((vm) => this.#mayHang(vm)));
		for (const vm of may) {
			const until = this.#until(vm);
			const state = session.stateAt(until);
			const lastExit = state.vms.find((one) => one.vm === vm)?.lastExit;
			const type = lastExit?.type?.value;
			const vcpus = state.vcpus.filter((vcpu) => vcpu.vm === vm);
			// After a SHUTDOWN or RESET all are stopped: the VMM's turn (system-events.ts).
			const ended = type === SYSTEM_EVENT.SHUTDOWN || type === SYSTEM_EVENT.RESET;
			const since = Math.max(...vcpus.map(({ mpState }) => mpState?.row ?? -1));
			if (ended && (lastExit?.row ?? -1) >= since) continue;
			if (vcpus.length > 0 && vcpus.every(isOff)) this.#allOff(vm, vcpus);
			else if (this.#allLeft(vm)) this.#allOff(vm, vcpus, LEFT);
			else if (
				vcpus.length > 0 &&
				vcpus.every((vcpu) => this.#isAsleep(vcpu)) &&
				this.#longEnough(vcpus, until)
			)
				this.#allAsleep(vm, vcpus);
		}
	}

	/** All that ran called CPU_OFF, and none came back: too late in the recording to be sure that it did not. */
	#allLeft(vm: number): boolean {
		const { kind, calls, length, trace } = this.#seen.session;
		if (kind === 'simulated' || !this.#booted.has(vm)) return false;
		const ran = this.#seen.ofVm(vm).filter(({ firstEntry }) => firstEntry >= 0);
		return (
			ran.length > 0 &&
			ran.every(({ id, lastRow, lastEntry, interrupted }) => {
				const latest = calls.latest(vm, id, length);
				if (!CPU_OFF_IDS.has(calls.functionId(latest)) || calls.site(latest) < lastEntry) return false;
				return interrupted === lastRow || trace.events.kind(lastRow) !== EventKind.kvm_userspace_exit;
			})
		);
	}

	/** The end of what is known of a VM: a person who has waited for it long enough stops it. */
	#until(vm: number): number {
		const { length, kind } = this.#seen.session;
		const vcpus = this.#seen.ofVm(vm);
		const isLast = vcpus.every(({ interrupted, lastRow }) => lastRow === interrupted);
		if (kind === 'simulated' || !isLast || this.#seen.stopped(vm) < 0) return length;
		const entered = Math.max(...vcpus.map(({ lastEntry }) => lastEntry));
		const rows = vcpus.map(({ interrupted }) => (interrupted > entered ? interrupted : length));
		return Math.min(...rows);
	}

	#mayHang(vm: number): boolean {
		const { kind, calls, trace, length } = this.#seen.session;
		if (kind === 'simulated') return true;
		const vcpus = this.#seen.ofVm(vm);
		const end = Math.min(this.#until(vm), length - 1);
		const entered = Math.max(...vcpus.map(({ lastEntry }) => lastEntry));
		if (vcpus.some(({ inGuest }) => inGuest) || (this.#seen.ended.get(vm) ?? -1) > entered) return false;
		const quiet = trace.events.time(end) - trace.events.time(Math.max(0, entered)) > LONG;
		const isOff = ({ id }: SeenVcpu) => CPU_OFF_IDS.has(calls.functionId(calls.latest(vm, id, length)));
		return quiet || vcpus.some(isOff);
	}

	#isAsleep(vcpu: VcpuState): boolean {
		if (isOff(vcpu) || vcpu.whereabouts?.value === 'waiting') return true;
		// Without probes: its last event is WFI, or the CPU_SUSPEND that is WFI.
		const { calls, trace } = this.#seen.session;
		const { vm, id, lastRow } = vcpu;
		if (lastRow < 0) return false;
		const detail = trace.events.detail(lastRow);
		if (detail.kind === 'kvm_wfx_arm64') return detail.instruction === 'wfi';
		return (
			detail.kind === 'kvm_hvc_arm64' && CPU_SUSPEND_IDS.has(calls.functionId(calls.around(vm, id, lastRow)))
		);
	}

	/** A simulated session is all there is; in a recording an idle guest says nothing for a while, too. */
	#longEnough(vcpus: readonly VcpuState[], until: number): boolean {
		const { trace, length, kind } = this.#seen.session;
		if (kind === 'simulated') return true;
		const last = Math.max(...vcpus.map(({ lastRow }) => lastRow));
		return (
			trace.clockUnit === 'ns' &&
			trace.events.time(Math.min(until, length - 1)) - trace.events.time(last) > LONG
		);
	}

	#allAsleep(vm: number, vcpus: readonly VcpuState[]): void {
		const { session } = this.#seen;
		const last = vcpus.filter((vcpu) => !isOff(vcpu)).reduce((a, b) => (b.lastRow > a.lastRow ? b : a));
		this.#report({
			code: 'PSCI-402',
			severity: 'warning',
			row: Math.max(0, last.lastRow),
			vm,
			vcpu: last.id,
			evidence: vcpus
				.map((vcpu) => ({
					row: Math.max(0, vcpu.lastRow),
					text: `${vcpuName(session, vcpu)} ${isOff(vcpu) ? 'is off' : 'sleeps'} since`,
				}))
				.sort((a, b) => a.row - b.row),
			cause: `Every vCPU is asleep or off since ${vcpuName(session, last)} went to sleep, and no interrupt comes: nothing wakes the guest.`,
			clauses: ['CPU_SUSPEND.use'],
			advice: 'Look for the interrupt that should have come: the timer of the sleeping vCPU, or a device.',
			certainty: 'deduced',
		});
	}

	#allOff(vm: number, vcpus: readonly VcpuState[], possibilities?: readonly Possibility[]): void {
		const { session } = this.#seen;
		const rowOf = ({ mpState, lastRow }: VcpuState) => (possibilities ? lastRow : (mpState?.row ?? -1));
		const ran = possibilities ? vcpus.filter(({ lastRow }) => lastRow >= 0) : vcpus;
		const last = ran.reduce((a, b) => (rowOf(b) > rowOf(a) ? b : a));
		this.#report({
			code: 'PSCI-401',
			severity: 'error',
			row: Math.max(0, rowOf(last)),
			vm,
			vcpu: last.id,
			evidence: ran
				.map((vcpu) => ({
					row: Math.max(0, rowOf(vcpu)),
					text: possibilities
						? `the last of ${vcpuName(session, vcpu)}`
						: `${vcpuName(session, vcpu)} ${mpStateName(vcpu.mpState?.value ?? 0)}: ${vcpu.mpState?.why ?? 'recorded here'}`,
				}))
				.sort((a, b) => a.row - b.row),
			cause: possibilities
				? `Every vCPU that ran has called CPU_OFF, ${vcpuName(session, last)} as the last, and none came back: nobody is left to call CPU_ON.`
				: `Every vCPU is STOPPED since ${vcpuName(session, last)} stopped as the last: nobody is left to call CPU_ON.`,
			clauses: ['CPU_OFF.use'],
			advice:
				'The last running CPU must call SYSTEM_OFF or SYSTEM_RESET instead of CPU_OFF; the VMM can still set a vCPU RUNNABLE.',
			certainty: possibilities ? 'possible' : 'deduced',
			...(possibilities ? { possibilities } : {}),
		});
	}
}

const LEFT: readonly Possibility[] = [
	{ code: 'PSCI-401', cause: 'all are off, for good', toldBy: 'their mp_state; a longer recording' },
	{ cause: 'CPU_OFF was refused to the last one, and the recording ended first', toldBy: 'the same' },
];

/** Silence of a whole guest that is no idling: Linux has a tick now and then. */
const LONG = 10_000_000_000n;

function isOff({ mpState }: VcpuState): boolean {
	return mpState?.value === MP_STATE.STOPPED;
}
