// A CPU_ON that was refused: -22 unfolded into what it hides.

import { MP_STATE, mpidrOf, type RuleId, ruleOf } from '../../kvm/index.ts';
import { AFFINITY_BITS, strayAffinityBits } from '../../psci/mpidr.ts';
import type { DecodedResult } from '../../psci/result.ts';
import { hex } from '../inspect.ts';
import { mpStateName } from '../kvm-names.ts';
import type { RecordedCall } from '../recorded-call.ts';
import { vcpuOf } from '../state.ts';
import { argument, resultOf } from './call-facts.ts';
import type { CpuOnFacts } from './cpu-on-facts.ts';
import { CPU_ON_0_1 } from './cpu-on-rule.ts';
import type { Evidence, Finding } from './finding.ts';
import { withoutStatus } from './refused-system-call.ts';
import type { SeenMachine, SeenVcpu } from './seen.ts';

/** What is known of the target: the call that turned it on last, whether it still has to come up from that. */
export interface Target {
	readonly vcpu: SeenVcpu;
	readonly turnedOn: RecordedCall | undefined;
	readonly isOnItsWay: boolean;
}

export function refused(
	facts: CpuOnFacts,
	call: RecordedCall,
	caller: SeenVcpu,
	result: DecodedResult,
	target: Target | undefined,
): Finding {
	const status = result.name;
	const affinity = argument(call, 'target_cpu');
	if (affinity !== undefined && !target && status === 'INVALID_PARAMETERS')
		return noSuchVcpu(facts, call, caller, affinity);
	if (target && (status === 'ALREADY_ON' || isOn0_1(call, status)) && !isOff(facts, call, target))
		return alreadyOn(facts, call, caller, target);
	const about = facts.about(call, caller, target?.vcpu);
	const says = about.rule
		? withoutStatus(ruleOf(about.rule).says)
		: `${result.meaning ?? 'no status of PSCI'}.`;
	return {
		...about,
		code: 'PSCI-105',
		severity: 'error',
		cause: `CPU_ON by ${facts.name(caller)} was refused with ${result.text}. ${says[0]?.toUpperCase()}${says.slice(1)}`,
		advice: adviceOn(about.rule, call),
	};
}

function adviceOn(rule: RuleId | undefined, { rows }: RecordedCall): string {
	if (rule === 'smccc_filter.denies')
		return 'Look at the ranges that the VMM gives to KVM_ARM_VM_SMCCC_FILTER.';
	if (rule === 'psci.smc64_from_32bit')
		return 'A 32-bit guest must use the number of the 32-bit convention, 0x84000003.';
	if (rule === 'smc.not_served')
		return 'Give `method = "hvc"` in the psci node of the device tree (PSCI_USE_HVC in the FADT).';
	if (rows.functionId === CPU_ON_0_1)
		return 'The number is one of PSCI 0.1, and the vCPU has a later version: write “arm,psci-0.2” to the psci node of the device tree.';
	return 'Step into the call: the last rule is the one that refused it.';
}

/** KVM says it of none that is STOPPED, but a VMM that answers PSCI itself may have another opinion. */
function isOff(
	{ seen: { session } }: CpuOnFacts,
	{ rows }: RecordedCall,
	{ vcpu, turnedOn }: Target,
): boolean {
	if (turnedOn || vcpu.firstEntry >= 0 || session.kind !== 'simulated') return false;
	return vcpuOf(session.stateAt(rows.site), vcpu.vm, vcpu.id)?.mpState?.value === MP_STATE.STOPPED;
}

/** PSCI 0.1 has no ALREADY_ON: KVM answers INVALID_PARAMETERS instead (kvm_psci_vcpu_on, arch/arm64/kvm/psci.c, 7.2). */
function isOn0_1({ rows }: RecordedCall, status: string | undefined): boolean {
	return rows.functionId === CPU_ON_0_1 && status === 'INVALID_PARAMETERS';
}

function noSuchVcpu(facts: CpuOnFacts, call: RecordedCall, caller: SeenVcpu, affinity: bigint): Finding {
	const { seen } = facts;
	const meant = probablyMeant(seen, caller.vm, affinity);
	const has = seen.ofVm(caller.vm).map(({ id }) => hex(mpidrOf(id) & AFFINITY_BITS));
	const about = facts.about(call, caller, undefined);
	const probably = meant
		? `; probably ${facts.name(meant)} was meant, whose affinity is ${hex(mpidrOf(meant.id) & AFFINITY_BITS)}`
		: '';
	if (about.rule === 'cpu_on.stray_affinity_bits')
		return {
			...about,
			code: 'PSCI-101',
			severity: 'error',
			cause: `CPU_ON of ${hex(affinity)}, in which ${hex(strayAffinityBits(affinity))} is no part of an affinity${probably}.`,
			advice:
				'The guest must pass the affinity fields alone, with all other bits of its MPIDR zero (bit 31 is always set there). KVM before 5.15 masked them off.',
		};
	return {
		...about,
		code: 'PSCI-101',
		severity: 'error',
		cause: `CPU_ON of affinity ${hex(affinity)}, which no vCPU has${probably}.`,
		advice: `KVM gives vCPUs the affinities ${listed(has)}: Aff0 counts to 15 only, then Aff1. The guest takes its from “reg” of the cpu nodes in the device tree (or the MADT): the VMM must write the MPIDR there, not the index.`,
	};
}

/** The vCPU of that index, where the guest counts; or with the number one field too high (0x100 for 0x1). */
function probablyMeant(seen: SeenMachine, vm: number, affinity: bigint): SeenVcpu | undefined {
	const vcpus = seen.ofVm(vm);
	const clean = affinity & AFFINITY_BITS;
	return (
		(clean === affinity ? undefined : vcpus.find(({ id }) => (mpidrOf(id) & AFFINITY_BITS) === clean)) ??
		vcpus.find(({ id }) => BigInt(id) === affinity) ??
		vcpus.find(({ id }) => BigInt(id) << 8n === affinity) ??
		// One field is right, and nobody else turned it on.
		vcpus.find((vcpu) => vcpu.firstEntry < 0 && BigInt(vcpu.id & 0xf) === (affinity & 0xffn) && vcpu.id < 16)
	);
}

function alreadyOn(
	facts: CpuOnFacts,
	call: RecordedCall,
	caller: SeenVcpu,
	{ vcpu: target, turnedOn, isOnItsWay }: Target,
): Finding {
	const about = facts.about(call, caller, target, sinceWhen(facts, call, target, turnedOn));
	const by = `CPU_ON by ${facts.name(caller)} found ${target === caller ? 'itself' : facts.name(target)} on already`;
	const isBoot = facts.seen.first.get(target.vm) === target;
	if (isOnItsWay)
		return {
			...about,
			code: 'PSCI-108',
			severity: 'warning',
			cause: `CPU_ON by ${facts.name(caller)} came while ${facts.name(target)} was being turned on: KVM answers ${resultOf(call)?.name ?? 'ALREADY_ON'} where the specification has ON_PENDING.`,
			advice:
				'A caller that takes ALREADY_ON for “it runs” goes on too early: it has to wait for the CPU itself. Only one CPU should bring another up.',
		};
	if (turnedOn || isBoot || target === caller)
		return {
			...about,
			code: 'PSCI-102',
			severity: 'error',
			cause: `${by}: ${turnedOn ? 'an earlier CPU_ON turned it on' : isBoot ? 'it was the first to run' : 'it is the caller'}, and it called no CPU_OFF since.`,
			advice: 'The vCPU must call CPU_OFF, and AFFINITY_INFO must say OFF, before it can be turned on again.',
		};
	const sawBoot = target.init >= 0;
	return {
		...about,
		code: 'PSCI-104',
		severity: 'error',
		cause: `${by}, and no CPU_ON had turned it on: it was created running.`,
		advice:
			'The VMM must set KVM_ARM_VCPU_POWER_OFF in KVM_ARM_VCPU_INIT of every vCPU but the first, or set its mp_state to STOPPED.',
		certainty: sawBoot ? 'deduced' : 'possible',
		...(sawBoot
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
	};
}

/** Since when the target is on. Of one that ran, its first entry: the state there would cost a walk to it. */
function sinceWhen(
	facts: CpuOnFacts,
	call: RecordedCall,
	target: SeenVcpu,
	turnedOn: RecordedCall | undefined,
): Evidence[] {
	const name = facts.name(target);
	if (turnedOn) return [{ row: turnedOn.rows.site, text: `CPU_ON that turned ${name} on` }];
	if (target.firstEntry >= 0) return [{ row: target.firstEntry, text: `${name} is in the guest since` }];
	const known = vcpuOf(facts.seen.session.stateAt(call.rows.site), target.vm, target.id)?.mpState;
	if (!known) return [];
	return [{ row: known.row, text: `${mpStateName(known.value)}: ${known.why ?? 'recorded here'}` }];
}

const MOST_LISTED = 20;

function listed(names: readonly string[]): string {
	const more = names.length - MOST_LISTED;
	return more > 0 ? `${names.slice(0, MOST_LISTED).join(', ')} and ${more} more` : names.join(', ');
}
