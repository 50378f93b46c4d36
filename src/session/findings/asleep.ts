// All vCPUs of a VM off or asleep, with nothing left to wake them: where a hung guest hangs.

import { MP_STATE } from '../../kvm/index.ts';
import { CPU_OFF_IDS } from '../calls.ts';
import { mpStateName, SYSTEM_EVENT } from '../kvm-names.ts';
import type { VcpuState } from '../state.ts';
import { vcpuName } from '../view.ts';
import type { Detector, MakeDetector } from './detector.ts';
import type { Finding } from './finding.ts';
import type { SeenMachine, SeenVcpu } from './seen.ts';

export const asleep: MakeDetector = (seen, report) => new Asleep(seen, report);

class Asleep implements Detector {
	readonly #seen: SeenMachine;
	readonly #report: (finding: Finding) => void;

	constructor(seen: SeenMachine, report: (finding: Finding) => void) {
		this.#seen = seen;
		this.#report = report;
	}

	end(): void {
		const { session, vcpus: all } = this.#seen;
		// The state at the end of a long recording costs a walk through all of it: only where a VM may hang there.
		const may = new Set([...new Set(all.map(({ vm }) => vm))].filter((vm) => this.#mayHang(vm)));
		if (may.size === 0) return;
		const state = session.stateAt(session.length);
		for (const { vm, lastExit } of state.vms) {
			if (!may.has(vm)) continue;
			const type = lastExit?.type?.value;
			const vcpus = state.vcpus.filter((vcpu) => vcpu.vm === vm);
			// After a SHUTDOWN or RESET all are stopped: the VMM's turn (system-events.ts).
			const ended = type === SYSTEM_EVENT.SHUTDOWN || type === SYSTEM_EVENT.RESET;
			const since = Math.max(...vcpus.map(({ mpState }) => mpState?.row ?? -1));
			if (ended && (lastExit?.row ?? -1) >= since) continue;
			if (vcpus.length > 0 && vcpus.every(isOff)) this.#allOff(vm, vcpus);
			else if (vcpus.length > 0 && vcpus.every(isAsleep) && this.#longEnough(vcpus))
				this.#allAsleep(vm, vcpus);
		}
	}

	#mayHang(vm: number): boolean {
		const { kind, calls, trace, length } = this.#seen.session;
		if (kind === 'simulated') return true;
		const vcpus = this.#seen.ofVm(vm);
		const entered = Math.max(...vcpus.map(({ lastEntry }) => lastEntry));
		if (vcpus.some(({ inGuest }) => inGuest) || (this.#seen.ended.get(vm) ?? -1) > entered) return false;
		const quiet = trace.events.time(length - 1) - trace.events.time(Math.max(0, entered)) > LONG;
		const isOff = ({ id }: SeenVcpu) => CPU_OFF_IDS.has(calls.functionId(calls.latest(vm, id, length)));
		return quiet || vcpus.some(isOff);
	}

	/** A simulated session is all there is; in a recording an idle guest says nothing for a while, too. */
	#longEnough(vcpus: readonly VcpuState[]): boolean {
		const { trace, length, kind } = this.#seen.session;
		if (kind === 'simulated') return true;
		const last = Math.max(...vcpus.map(({ lastRow }) => lastRow));
		return trace.clockUnit === 'ns' && trace.events.time(length - 1) - trace.events.time(last) > LONG;
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

	#allOff(vm: number, vcpus: readonly VcpuState[]): void {
		const { session } = this.#seen;
		const last = vcpus.reduce((a, b) => ((b.mpState?.row ?? -1) > (a.mpState?.row ?? -1) ? b : a));
		this.#report({
			code: 'PSCI-401',
			severity: 'error',
			row: last.mpState?.row ?? 0,
			vm,
			vcpu: last.id,
			evidence: vcpus
				.map((vcpu) => ({
					row: vcpu.mpState?.row ?? 0,
					text: `${vcpuName(session, vcpu)} ${mpStateName(vcpu.mpState?.value ?? 0)}: ${vcpu.mpState?.why ?? 'recorded here'}`,
				}))
				.sort((a, b) => a.row - b.row),
			cause: `Every vCPU is STOPPED since ${vcpuName(session, last)} stopped as the last: nobody is left to call CPU_ON.`,
			clauses: ['CPU_OFF.use'],
			advice:
				'The last running CPU must call SYSTEM_OFF or SYSTEM_RESET instead of CPU_OFF; the VMM can still set a vCPU RUNNABLE.',
			certainty: 'deduced',
		});
	}
}

/** Silence of a whole guest that is no idling: Linux has a tick now and then. */
const LONG = 10_000_000_000n;

function isAsleep(vcpu: VcpuState): boolean {
	return isOff(vcpu) || vcpu.whereabouts?.value === 'waiting';
}

function isOff({ mpState }: VcpuState): boolean {
	return mpState?.value === MP_STATE.STOPPED;
}
