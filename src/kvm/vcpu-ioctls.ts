// KVM_CREATE_VCPU, KVM_ARM_VCPU_INIT, KVM_GET_MP_STATE, KVM_SET_MP_STATE and KVM_IRQ_LINE
// (virt/kvm/kvm_main.c, arch/arm64/kvm/arm.c).

import type { Returned } from './answer.ts';
import { ERRNO, type FeatureName } from './operation.ts';
import { changeVcpu, changeVm, decide, makeRequest, type Path, vcpuAt } from './path.ts';
import { powerOff } from './power.ts';
import { FEATURE, LINE, MP_STATE, MP_STATE_NAMES, newVcpu } from './vcpu.ts';
import { MOST_VCPUS } from './vm.ts';
import { setLine } from './wait.ts';

export function createVcpu(path: Path, id: number): Returned {
	const { vcpus } = path.vm;
	if (!Number.isInteger(id) || id < 0 || id >= MOST_VCPUS || vcpus.length >= MOST_VCPUS) {
		decide(path, 'vcpu_create.id_too_high', undefined, 'EINVAL', { id });
		return { r: -ERRNO.EINVAL };
	}
	// The table goes while the vCPU is being made, which is before the kernel looks for its id among the others.
	if (path.vm.mpidrTable && path.vm.profile.behaviours.mpidrLookup === 'table, then in order') {
		decide(path, 'vcpu_create.drops_mpidr_table', undefined, 'the MPIDR table is dropped');
		changeVm(path, { mpidrTable: undefined });
	}
	if (vcpus.some((vcpu) => vcpu.id === id)) {
		decide(path, 'vcpu_create.id_taken', undefined, 'EEXIST', { id });
		return { r: -ERRNO.EEXIST };
	}
	decide(path, 'vcpu_create.created', vcpus.length, 'created', { id });
	path.vm = { ...path.vm, vcpus: [...vcpus, newVcpu(vcpus.length, id)] };
	return { r: 0 };
}

const FEATURE_BITS: Readonly<Record<FeatureName, number>> = {
	POWER_OFF: FEATURE.POWER_OFF,
	EL1_32BIT: FEATURE.EL1_32BIT,
	PSCI_0_2: FEATURE.PSCI_0_2,
	BIT_30: 2 ** 30,
	BIT_31: 2 ** 31,
};

export function featureBits(names: readonly FeatureName[]): number {
	return names.reduce((bits, name) => (bits | FEATURE_BITS[name]) >>> 0, 0);
}

export function getMpState(path: Path, index: number): Returned {
	const { mpState } = vcpuAt(path, index);
	decide(path, 'mp_state.get', index, MP_STATE_NAMES[mpState] ?? `${mpState}`);
	return { r: 0, mp: mpState };
}

/** `state` is a KVM_MP_STATE_* number. */
export function setMpState(path: Path, index: number, state: number): Returned {
	const looked = { state, mp_state: vcpuAt(path, index).mpState };
	if (!path.vm.profile.behaviours.mpStates.includes(state)) {
		decide(path, 'mp_state.refused', index, 'EINVAL', looked);
		return { r: -ERRNO.EINVAL };
	}
	if (state === MP_STATE.STOPPED) {
		decide(path, 'mp_state.stopped', index, 'stopped', looked);
		powerOff(path, index);
	} else if (state === MP_STATE.SUSPENDED) {
		decide(path, 'mp_state.suspended', index, 'suspended', looked);
		changeVcpu(path, index, { mpState: MP_STATE.SUSPENDED });
		makeRequest(path, index, 'SUSPEND');
	} else {
		decide(path, 'mp_state.runnable', index, 'runnable; what is owed stays owed', looked);
		changeVcpu(path, index, { mpState: MP_STATE.RUNNABLE });
	}
	return { r: 0 };
}

/** An interrupt input of a VM without an in-kernel interrupt controller. */
export function irqLine(path: Path, index: number, line: 'irq' | 'fiq' | number, level: number): Returned {
	const number = typeof line === 'number' ? line : line === 'irq' ? 0 : 1;
	if (number !== 0 && number !== 1) {
		decide(path, 'irq_line.no_such_line', index, 'EINVAL', { line: number });
		return { r: -ERRNO.EINVAL };
	}
	const bit = number === 0 ? LINE.irq : LINE.fiq;
	decide(path, 'irq_line.sets', index, level ? 'asserted' : 'released', { line: number, level });
	if (!setLine(path, index, bit, level !== 0))
		decide(path, 'irq_line.unchanged', index, 'has that level already', { line: number, level });
	return { r: 0 };
}
