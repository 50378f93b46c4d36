// CPU_ON: another vCPU is to start at an address (kvm_psci_vcpu_on, arch/arm64/kvm/psci.c).

import { AFFINITY_BITS, strayAffinityBits } from '../psci/mpidr.ts';
import { PSCI } from '../psci/return-codes.ts';
import { argument } from './call-end.ts';
import { affinityOf, vcpuOfMpidr } from './mpidr.ts';
import { changeVcpu, decide, makeRequest, type Path, vcpuAt } from './path.ts';
import { isBigEndian, resetVcpu } from './reset.ts';
import { inAarch32, isStopped, MP_STATE, type ResetState } from './vcpu.ts';

/** Carries out the call of vCPU `source`; the status for x0, signed. */
export function cpuOn(path: Path, source: number, version: bigint): bigint {
	const target = targetAffinity(path, source);
	if (target === undefined) return PSCI.INVALID_PARAMETERS;
	const { behaviours } = path.vm.profile;
	const byPosition = behaviours.cpuOnTarget === 'position';
	const vcpu = byPosition ? path.vm.vcpus[Number(target)] : vcpuOfMpidr(path.vm, target);
	if (!vcpu) {
		decide(path, 'cpu_on.no_such_target', source, 'INVALID_PARAMETERS', {
			target_cpu: target,
			...namesake(path, target),
		});
		return PSCI.INVALID_PARAMETERS;
	}
	const looked = { target_cpu: target, target: vcpu.index, mp_state: vcpu.mpState, version };
	if (!isStopped(vcpu)) {
		if (version === 1n) {
			decide(path, 'cpu_on.target_not_stopped_0_1', source, 'INVALID_PARAMETERS', looked);
			return PSCI.INVALID_PARAMETERS;
		}
		decide(path, 'cpu_on.target_not_stopped', source, 'ALREADY_ON', looked);
		return PSCI.ALREADY_ON;
	}
	const caller = vcpuAt(path, source).registers;
	const resetState: ResetState = {
		pc: argument(path, source, 2),
		r0: behaviours.cpuOnContext ? argument(path, source, 3) : 0n,
		be: isBigEndian(caller),
		reset: true,
	};
	decide(path, 'cpu_on.target_stopped', source, 'SUCCESS', looked);
	changeVcpu(path, vcpu.index, { resetState });
	if (behaviours.cpuOnReset === 'by the target') {
		makeRequest(path, vcpu.index, 'VCPU_RESET');
	} else {
		decide(path, 'cpu_on.reset_in_call', source, 'the target is reset at once');
		resetVcpu(path, vcpu.index);
	}
	changeVcpu(path, vcpu.index, { mpState: MP_STATE.RUNNABLE });
	return PSCI.SUCCESS;
}

/** The vCPU that the caller may have meant: from vCPU 16 on its number and its MPIDR part ways. */
function namesake(
	path: Path,
	target: bigint,
): { vcpu_of_that_number: number; its_mpidr: bigint } | undefined {
	const vcpu = path.vm.vcpus.find(({ id }) => BigInt(id) === target);
	return vcpu && { vcpu_of_that_number: vcpu.id, its_mpidr: affinityOf(vcpu) };
}

/** The affinity asked for; undefined where the argument is refused. */
function targetAffinity(path: Path, source: number): bigint | undefined {
	const raw = argument(path, source, 1);
	if (path.vm.profile.behaviours.strayAffinityBits === 'refused') {
		if (strayAffinityBits(raw) === 0n) return raw;
		decide(path, 'cpu_on.stray_affinity_bits', source, 'INVALID_PARAMETERS', { target_cpu: raw });
		return undefined;
	}
	const cut = inAarch32(vcpuAt(path, source).registers) ? 0xffffffffn : AFFINITY_BITS;
	if (strayAffinityBits(raw) !== 0n)
		decide(path, 'cpu_on.stray_affinity_bits_ignored', source, 'masked off', { target_cpu: raw });
	return raw & cut & AFFINITY_BITS;
}
