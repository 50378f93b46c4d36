// A second boot inside one life of the VM: the guest's kernel was replaced (kexec, kdump), and asks for PSCI anew. The
// CPUs that the first one left on cannot be turned on by the second.

import { MP_STATE } from '../../kvm/index.ts';
import { SYSTEM_EVENT } from '../kvm-names.ts';
import type { RecordedCall } from '../recorded-call.ts';
import { vcpuName } from '../view.ts';
import { callEvidence } from './call-facts.ts';
import type { Detail, Detector, MakeDetector } from './detector.ts';
import { eventOfExit } from './event-of-exit.ts';
import type { Finding } from './finding.ts';
import type { SeenMachine, SeenVcpu } from './seen.ts';

export const kexec: MakeDetector = (seen, report) => new Kexec(seen, report);

interface Again {
	readonly call: RecordedCall;
	readonly caller: SeenVcpu;
	/** the row of the asking before */
	readonly before: number;
}

class Kexec implements Detector {
	readonly #seen: SeenMachine;
	readonly #report: (finding: Finding) => void;
	/** by VM: the row at which its present kernel asked for the version of PSCI */
	readonly #booted = new Map<number, number>();

	/** by VM: PSCI_VERSION was asked again, and what comes next will tell whether by a kernel that boots */
	readonly #again = new Map<number, Again>();

	/** VMs that called PSCI at all: the first call may be one of the boot */
	readonly #sawPsci = new Set<number>();
	/** by VM: where it was shut down or reset the last time */
	readonly #ended = new Map<number, number>();

	constructor(seen: SeenMachine, report: (finding: Finding) => void) {
		this.#seen = seen;
		this.#report = report;
	}

	call(call: RecordedCall, caller: SeenVcpu): void {
		this.#probes(call, caller);
		if (call.call?.name !== 'PSCI_VERSION') {
			if (call.call?.fn?.service === 'PSCI') this.#sawPsci.add(caller.vm);
			return;
		}
		const before = this.#booted.get(caller.vm);
		this.#booted.set(caller.vm, call.rows.site);
		if (before !== undefined) this.#again.set(caller.vm, { call, caller, before });
		else if (!this.#sawPsci.has(caller.vm)) this.#notAlone(call, caller);
		this.#sawPsci.add(caller.vm);
	}

	/** A kernel that boots goes on with what else PSCI has (psci_probe, drivers/firmware/psci/psci.c, 7.2). */
	#probes({ call }: RecordedCall, caller: SeenVcpu): void {
		const again = this.#again.get(caller.vm);
		if (again?.caller !== caller) return;
		this.#again.delete(caller.vm);
		if (call?.name === 'MIGRATE_INFO_TYPE' || call?.name === 'PSCI_FEATURES') this.#bootedAgain(again);
	}

	/** The recording has the boot, or so it seems, and the boot CPU is not the only one that runs. */
	#notAlone(call: RecordedCall, caller: SeenVcpu): void {
		const { session } = this.#seen;
		for (const other of this.#seen.ofVm(caller.vm)) {
			if (other === caller || !this.#runs(other, call.rows.site)) continue;
			const since = Math.max(other.firstEntry, this.#ended.has(other.vm) ? other.lastEntry : -1);
			const name = vcpuName(session, other);
			this.#report({
				code: 'PSCI-104',
				severity: 'error',
				row: since,
				vm: other.vm,
				vcpu: other.id,
				evidence: [{ row: since, text: `${name} is in the guest` }, callEvidence(session, call)].sort(
					(a, b) => a.row - b.row,
				),
				cause: `${name} is in the guest before ${vcpuName(session, caller)} has asked for PSCI: no CPU_ON can have started it, so it was created running.`,
				clauses: ['CPU_ON.use'],
				advice:
					'The VMM must set KVM_ARM_VCPU_POWER_OFF in KVM_ARM_VCPU_INIT of every vCPU but the first, or set its mp_state to STOPPED.',
				certainty: other.init >= 0 || this.#ended.has(other.vm) ? 'deduced' : 'possible',
				...(other.init >= 0 || this.#ended.has(other.vm)
					? {}
					: {
							possibilities: [
								{
									code: 'PSCI-104',
									cause: 'it was created running',
									toldBy: 'a recording that begins before the VM does',
								},
								{
									code: 'PSCI-504',
									cause: 'the recording begins in the life of another kernel, which started this one (kexec)',
									toldBy: 'the same',
								},
							],
						}),
			});
		}
	}

	lifeEnds(vm: number): void {
		this.#sawPsci.delete(vm);
		this.#again.delete(vm);
	}

	reset(_row: number, vcpu: SeenVcpu, { pending }: Detail<'reset'>): void {
		if (!pending) this.#booted.delete(vcpu.vm);
	}

	userspaceExit(row: number, vcpu: SeenVcpu, { reason }: Detail<'kvm_userspace_exit'>): void {
		// What follows a system event is a boot of its own.
		if (reason !== 24) return;
		this.#booted.delete(vcpu.vm);
		const { type } = eventOfExit(this.#seen.session, row, vcpu);
		if (type !== SYSTEM_EVENT.SHUTDOWN && type !== SYSTEM_EVENT.RESET) return;
		this.#sawPsci.delete(vcpu.vm);
		this.#ended.set(vcpu.vm, row);
	}

	/** In the guest since its present boot began: a kick by the event before may show one that was on its way in. */
	#runs({ vm, firstEntry, lastEntry, inGuest }: SeenVcpu, row: number): boolean {
		const ended = this.#ended.get(vm) ?? -1;
		if (firstEntry < 0 || this.#seen.lifeAt(vm, row) > ended) return firstEntry >= 0;
		return ended < 0 || (lastEntry > ended && inGuest);
	}

	#bootedAgain({ call, caller, before }: Again): void {
		const { session } = this.#seen;
		const on = session
			.stateAt(call.rows.site)
			.vcpus.filter(
				({ vm, id, mpState }) =>
					vm === caller.vm &&
					id !== caller.id &&
					this.#seen.has(vm, id) &&
					mpState?.value === MP_STATE.RUNNABLE,
			);
		// Firmware and then the kernel ask too, on the boot CPU alone.
		if (on.length === 0) return;
		const names = on.map((vcpu) => vcpuName(session, vcpu)).join(', ');
		this.#report({
			code: 'PSCI-504',
			severity: 'warning',
			row: call.rows.site,
			vm: caller.vm,
			vcpu: caller.id,
			evidence: [
				{ row: before, text: 'the first boot asked for the version of PSCI' },
				...on.map((vcpu) => ({
					row: vcpu.mpState?.row ?? 0,
					text: `${vcpuName(session, vcpu)} is on since`,
				})),
				callEvidence(session, call),
			].sort((a, b) => a.row - b.row),
			cause: `The guest boots again without a reset (kexec or kdump) while ${names} ${on.length === 1 ? 'is' : 'are'} still on: CPU_ON of ${on.length === 1 ? 'it' : 'them'} will give ALREADY_ON.`,
			clauses: ['CPU_OFF.use', 'CPU_ON.use'],
			advice:
				'The first kernel must turn its secondaries off (CPU_OFF) before it jumps; for kdump boot with maxcpus=1.',
			certainty: 'deduced',
		});
	}
}
