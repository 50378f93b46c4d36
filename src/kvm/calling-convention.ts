// What the 32-bit and 64-bit forms of a call mean to KVM (arch/arm64/kvm/psci.c).

import { narrowArguments } from './call-end.ts';
import { decide, type Path, vcpuAt } from './path.ts';
import { inAarch32 } from './vcpu.ts';

const SMC64 = 0x40000000;
const THREE_FUNCTIONS: readonly number[] = [0xc4000001, 0xc4000003, 0xc4000004];

/** A 32-bit guest may not use SMC64 numbers (kvm_psci_check_allowed_function). */
export function refusedTo32Bit(path: Path, index: number, id: number): boolean {
	if (!inAarch32(vcpuAt(path, index).registers)) return false;
	const { smc64From32Bit } = path.vm.profile.behaviours;
	if (smc64From32Bit === 'all') return (id & SMC64) !== 0;
	return smc64From32Bit === 'three functions' && THREE_FUNCTIONS.includes(id);
}

/** Cuts x1 to x3 where the number is the SMC32 form. */
export function narrowSmc32(path: Path, index: number, id: number): void {
	if (id & SMC64 || !path.vm.profile.behaviours.narrowsSmc32) return;
	decide(path, 'psci.narrow_arguments', index, 'x1 to x3 cut to 32 bits', { function: id });
	narrowArguments(path, index);
}
