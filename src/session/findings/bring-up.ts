// Bringing up secondaries by CPU_ON: what was refused and why, and who was started and never came.

import type { RuleId } from '../../kvm/index.ts';
import { mpidrOf } from '../../kvm/index.ts';
import { linuxErrno } from '../../psci/linux-errno.ts';
import { type DecodedResult, decodeResult } from '../../psci/result.ts';
import { hex } from '../inspect.ts';
import { mpStateName, vcpuIdOfMpidr } from '../kvm-names.ts';
import type { RecordedCall } from '../recorded-call.ts';
import { vcpuOf } from '../state.ts';
import { vcpuName } from '../view.ts';
import { argument, decidedBy, exits, resultOf, whoseResult } from './call-facts.ts';
import type { Detector, MakeDetector } from './detector.ts';
import type { Evidence, Finding } from './finding.ts';
import { OWED_RESET_ADVICE, resetByVmm } from './owed-reset.ts';
import type { SeenMachine, SeenVcpu } from './seen.ts';

/** A CPU_ON that succeeded, until its target enters the guest. */
interface Started {
	readonly call: RecordedCall;
	readonly caller: SeenVcpu;
	readonly target: SeenVcpu;
	/** where the reset that it left was carried out; -1: not yet */
	reset: number;
	/** where the VMM's access to a register carried it out instead */
	read: number;
	/** a fault at the entry address */
	fault: number;
}

export const bringUp: MakeDetector = (seen, report) => new BringUp(seen, report);

class BringUp implements Detector {
	readonly #seen: SeenMachine;
	readonly #report: (finding: Finding) => void;
	readonly #started = new Map<SeenVcpu, Started>();
	/** the latest call that turned a vCPU on, kept after it came up */
	readonly #turnedOn = new Map<SeenVcpu, RecordedCall>();

	/** CPU_ONs on their way to a VMM that serves PSCI itself, and those that are there */
	readonly #leaving = new Map<SeenVcpu, RecordedCall>();
	readonly #forwarded = new Map<SeenVcpu, RecordedCall>();

	/** by VM: the number that the guest gives to each affinity */
	readonly #numbers = new Map<number, Map<bigint | undefined, number>>();

	constructor(seen: SeenMachine, report: (finding: Finding) => void) {
		this.#seen = seen;
		this.#report = report;
	}

	call(call: RecordedCall, caller: SeenVcpu): void {
		if (call.call?.name !== 'CPU_ON') return;
		this.#number(call, caller.vm);
		this.#leaving.delete(caller);
		if (exits(call)) this.#leaving.set(caller, call);
		const result = resultOf(call);
		if (!result) return;
		if (result.isError) this.#refused(call, caller, result);
		else this.#succeeded(call, caller);
	}

	/** Linux asks for its CPUs in order, so the nth affinity that it asks for is its CPU n. */
	#number(call: RecordedCall, vm: number): number {
		const numbers = this.#numbers.get(vm) ?? new Map<bigint | undefined, number>();
		this.#numbers.set(vm, numbers);
		const affinity = argument(call, 'target_cpu');
		const number = numbers.get(affinity) ?? numbers.size + 1;
		if (numbers.size < MOST_CPUS) numbers.set(affinity, number);
		return number;
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
		const x0 = vcpuOf(session.stateAt(row), caller.vm, caller.id)?.x[0];
		if (session.kind !== 'simulated' || !x0 || !call.call) return;
		const result = decodeResult(call.call, x0.value);
		const answered = { ...call, goesOn: undefined, result };
		if (result.isError) this.#refused(answered, caller, result);
		else this.#succeeded(answered, caller);
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
		for (const started of this.#started.values()) this.#neverRan(started);
	}

	#succeeded(call: RecordedCall, caller: SeenVcpu): void {
		const affinity = argument(call, 'target_cpu');
		const target = affinity === undefined ? undefined : this.#seen.vcpu(caller.vm, vcpuIdOfMpidr(affinity));
		if (!target) return;
		const before = this.#started.get(target);
		if (before) this.#race(before, call, caller);
		// Of two threads the target's is often quicker than the caller's `ret`.
		if (target.lastEntry > call.rows.site) return;
		this.#started.set(target, { call, caller, target, reset: -1, read: -1, fault: -1 });
		this.#turnedOn.set(target, call);
		target.watched = true;
	}

	#refused(call: RecordedCall, caller: SeenVcpu, result: DecodedResult): void {
		const status = result.name;
		const affinity = argument(call, 'target_cpu');
		const target = affinity === undefined ? undefined : this.#seen.vcpu(caller.vm, vcpuIdOfMpidr(affinity));
		if (affinity !== undefined && !target && status === 'INVALID_PARAMETERS')
			this.#noSuchVcpu(call, caller, affinity);
		else if (target && (status === 'ALREADY_ON' || isOn0_1(call, status)))
			this.#alreadyOn(call, caller, target);
		else
			this.#report({
				...this.#about(call, caller, target),
				code: 'PSCI-105',
				severity: 'error',
				cause: `CPU_ON by ${this.#name(caller)} was refused with ${result.text}: ${result.meaning ?? ''}.`,
				advice: 'Step into the call: the last rule is the one that refused it.',
			});
	}

	#noSuchVcpu(call: RecordedCall, caller: SeenVcpu, affinity: bigint): void {
		const meant = this.#probablyMeant(caller.vm, affinity);
		const has = this.#seen.ofVm(caller.vm).map(({ id }) => hex(mpidrOf(id) & AFFINITY));
		this.#report({
			...this.#about(call, caller, undefined),
			code: 'PSCI-101',
			severity: 'error',
			cause: `CPU_ON of affinity ${hex(affinity)}, which no vCPU has${
				meant
					? `; probably ${this.#name(meant)} was meant, whose affinity is ${hex(mpidrOf(meant.id) & AFFINITY)}`
					: ''
			}.`,
			advice: `KVM gives vCPUs the affinities ${listed(has)}: Aff0 counts to 15 only, then Aff1. The guest takes its from “reg” of the cpu nodes in the device tree (or the MADT): the VMM must write the MPIDR there, not the index.`,
		});
	}

	/** The vCPU of that index, where the guest counts; or with the number one field too high (0x100 for 0x1). */
	#probablyMeant(vm: number, affinity: bigint): SeenVcpu | undefined {
		const vcpus = this.#seen.ofVm(vm);
		return (
			vcpus.find(({ id }) => BigInt(id) === affinity) ??
			vcpus.find(({ id }) => BigInt(id) << 8n === affinity) ??
			// One field is right, and nobody else turned it on.
			vcpus.find(
				(vcpu) => vcpu.firstEntry < 0 && BigInt(vcpu.id & 0xf) === (affinity & 0xffn) && vcpu.id < 16,
			)
		);
	}

	#alreadyOn(call: RecordedCall, caller: SeenVcpu, target: SeenVcpu): void {
		const known = vcpuOf(this.#seen.session.stateAt(call.rows.site), target.vm, target.id)?.mpState;
		const turnedOn = this.#turnedOn.get(target);
		const evidence: Evidence[] = [];
		if (turnedOn)
			evidence.push({ row: turnedOn.rows.site, text: `CPU_ON that turned ${this.#name(target)} on` });
		else if (known)
			evidence.push({ row: known.row, text: `${mpStateName(known.value)}: ${known.why ?? 'recorded here'}` });
		const about = this.#about(call, caller, target, evidence);
		const by = `CPU_ON by ${this.#name(caller)} found ${target === caller ? 'itself' : this.#name(target)} on already`;
		const isBoot = this.#seen.first.get(target.vm) === target;
		if (this.#started.has(target))
			this.#report({
				...about,
				code: 'PSCI-108',
				severity: 'warning',
				cause: `CPU_ON by ${this.#name(caller)} came while ${this.#name(target)} was being turned on: KVM answers ${resultOf(call)?.name ?? 'ALREADY_ON'} where the specification has ON_PENDING.`,
				advice:
					'A caller that takes ALREADY_ON for “it runs” goes on too early: it has to wait for the CPU itself. Only one CPU should bring another up.',
			});
		else if (turnedOn || isBoot || target === caller)
			this.#report({
				...about,
				code: 'PSCI-102',
				severity: 'error',
				cause: `${by}: ${turnedOn ? 'an earlier CPU_ON turned it on' : isBoot ? 'it was the first to run' : 'it is the caller'}, and it called no CPU_OFF since.`,
				advice:
					'The vCPU must call CPU_OFF, and AFFINITY_INFO must say OFF, before it can be turned on again.',
			});
		else
			this.#report({
				...about,
				code: 'PSCI-104',
				severity: 'error',
				cause: `${by}, and no CPU_ON had turned it on: it was created running.`,
				advice:
					'The VMM must set KVM_ARM_VCPU_POWER_OFF in KVM_ARM_VCPU_INIT of every vCPU but the first, or set its mp_state to STOPPED.',
				certainty: this.#sawBoot(target) ? 'deduced' : 'possible',
				...(this.#sawBoot(target)
					? {}
					: {
							possibilities: [
								{ cause: 'it was created running', toldBy: 'a recording that begins before the VM does' },
								{
									cause: 'it was turned on before the recording began',
									toldBy: 'the same; or events of it before this call',
								},
							],
						}),
			});
	}

	#sawBoot(vcpu: SeenVcpu): boolean {
		return vcpu.init >= 0;
	}

	#race(before: Started, call: RecordedCall, caller: SeenVcpu): void {
		this.#report({
			...this.#about(call, caller, before.target, [
				{ row: before.call.rows.site, text: `the first CPU_ON, by ${this.#name(before.caller)}` },
			]),
			code: 'PSCI-106',
			severity: 'error',
			cause: `Two CPU_ONs of ${this.#name(before.target)} both succeeded before it had run: the second entry point and context replaced the first.`,
			advice:
				'Only one may succeed (PSCI has ALREADY_ON and ON_PENDING for the other). Look at who answered: a hypervisor that locks the caller instead of the target does this.',
		});
	}

	#neverRan({ call, caller, target, reset, read, fault }: Started): void {
		const { session } = this.#seen;
		const name = this.#name(target);
		if (read >= 0) {
			this.#report({
				...this.#about(call, caller, target, [{ row: read, text: `the VMM accesses registers of ${name}` }]),
				code: 'PSCI-501',
				severity: 'warning',
				cause: `CPU_ON of ${name} succeeded, the VMM accessed its registers before it ran, and it does not run here: the VM was saved or moved while ${name} owed its reset.`,
				advice: OWED_RESET_ADVICE,
				certainty: 'deduced',
			});
			return;
		}
		const evidence: Evidence[] = [];
		if (reset >= 0) evidence.push({ row: reset, text: `KVM carried out ${name}'s reset` });
		if (fault >= 0) evidence.push({ row: fault, text: `${name} faulted at its entry address` });
		const where =
			fault >= 0
				? 'it faulted at its entry address'
				: reset >= 0
					? 'its reset was carried out, but it never entered the guest'
					: target.lastRow > call.rows.site
						? 'its thread did something, but the reset that it owes was never carried out'
						: 'nothing at all happened on its thread: the VMM is not in KVM_RUN for it';
		// A recording that ends right after says nothing: the target had no time.
		const after = session.trace.events.time(session.length - 1) - session.trace.events.time(call.rows.end);
		const soon = session.trace.clockUnit === 'ns' && after < SOON;
		this.#report({
			...this.#about(call, caller, target, evidence),
			code: 'PSCI-103',
			severity: soon ? 'note' : 'error',
			cause: `CPU_ON of ${name} succeeded, but ${name} never ran: ${where}.`,
			prints: `CPU${this.#number(call, caller.vm)}: failed to come online`,
			advice:
				'CPU_ON only queues KVM_REQ_VCPU_RESET and wakes the thread: the VMM must be in KVM_RUN for that vCPU.',
			certainty: soon ? 'possible' : 'deduced',
			...(soon
				? {
						possibilities: [
							{ cause: 'the recording ended too early', toldBy: 'a longer recording' },
							{ cause: where, toldBy: 'the same' },
						],
					}
				: {}),
		});
	}

	#about(
		call: RecordedCall,
		caller: SeenVcpu,
		target: SeenVcpu | undefined,
		evidence: readonly Evidence[] = [],
	): Pick<Finding, 'row' | 'vm' | 'vcpu' | 'evidence' | 'rule' | 'clauses' | 'prints' | 'certainty'> {
		const rule: RuleId | undefined = decidedBy(this.#seen.session, call);
		const row = call.rows.site;
		const prints = printed(call, this.#number(call, caller.vm));
		return {
			row,
			vm: caller.vm,
			vcpu: target?.id ?? caller.id,
			evidence: [
				...evidence,
				{ row, text: `CPU_ON by ${this.#name(caller)}: ${resultOf(call)?.text ?? 'not recorded'}` },
			].sort((a, b) => a.row - b.row),
			...(rule ? { rule } : {}),
			clauses: ['CPU_ON.use'],
			...(prints ? { prints } : {}),
			certainty: whoseResult(call),
		};
	}

	#name(vcpu: SeenVcpu): string {
		return vcpuName(this.#seen.session, vcpu);
	}
}

/** PSCI 0.1 has no ALREADY_ON: KVM answers INVALID_PARAMETERS instead (kvm_psci_vcpu_on, arch/arm64/kvm/psci.c, 7.2). */
function isOn0_1({ rows }: RecordedCall, status: string | undefined): boolean {
	return rows.functionId === 0x95c1ba60 && status === 'INVALID_PARAMETERS';
}

/** KVM_MAX_VCPUS on arm64 (arch/arm64/include/asm/kvm_host.h, 7.2: VGIC_V3_MAX_CPUS). */
const MOST_CPUS = 512;
const AFFINITY = 0xff00ffffffn;
/** Nanoseconds that a target is given to run after CPU_ON; Linux waits five seconds (arch/arm64/kernel/smp.c, 7.2). */
const SOON = 50_000_000n;

/** `psci: failed to boot CPU1 (-22)` (cpu_psci_cpu_boot, arch/arm64/kernel/psci.c, 7.2); silent for -EPERM. */
function printed(call: RecordedCall, cpu: number): string | undefined {
	const result = resultOf(call);
	const errno = result ? linuxErrno(result.value) : 0;
	if (errno >= -1) return undefined;
	return `psci: failed to boot CPU${cpu} (${errno})`;
}

const MOST_LISTED = 20;

function listed(names: readonly string[]): string {
	const more = names.length - MOST_LISTED;
	return more > 0 ? `${names.slice(0, MOST_LISTED).join(', ')} and ${more} more` : names.join(', ');
}
