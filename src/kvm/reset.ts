// kvm_reset_vcpu: back to the initial registers, then what a CPU_ON left to be applied
// (arch/arm64/kvm/reset.c and sys_regs.c).

import { mpidrOf } from './mpidr.ts';
import { changeRegisters, changeVcpu, changeVm, decide, type Path, takeRequest, vcpuAt } from './path.ts';
import { FEATURE, inAarch32, REQUEST, type Registers, resetRegisters } from './vcpu.ts';
import { hasFeature } from './vm.ts';

const PSTATE_THUMB = 0x20n;
const PSTATE_BIG_ENDIAN = 0x200n;
const SCTLR_EE = 1n << 25n;

/** Resets a vCPU. False: refused (EINVAL), nothing changed but the owed state, which is lost. */
export function resetVcpu(path: Path, index: number): boolean {
	const { registerWidth } = path.vm.profile.behaviours;
	const owed = vcpuAt(path, index).resetState;
	if (registerWidth === 'first initialised vCPU' && !agreeOnWidth(path, index)) return false;
	decide(path, owed.reset ? 'reset.cpu_on_state' : 'reset.initial_state', index, 'registers reset', {
		reset: owed.reset,
		pc: owed.pc,
		r0: owed.r0,
		be: owed.be,
	});
	if (owed.reset) changeVcpu(path, index, { resetState: { ...owed, reset: false } });
	if (registerWidth === 'all created vCPUs' && !allHaveWidth(path, index)) return false;
	const vcpu = vcpuAt(path, index);
	const thirtyTwoBit = hasFeature(path.vm, vcpu, FEATURE.EL1_32BIT);
	const keepsMpidr = vcpu.initialized && !path.vm.profile.behaviours.resetRestoresMpidr;
	const mpidr = keepsMpidr ? vcpu.registers.mpidr : mpidrOf(vcpu.id);
	let registers = resetRegisters(thirtyTwoBit, mpidr);
	if (owed.reset) registers = startedAt(registers, owed.pc, owed.r0, owed.be);
	changeRegisters(path, index, registers);
	return true;
}

/** The registers with which a vCPU starts at a CPU_ON's entry point. */
export function startedAt(registers: Registers, entry: bigint, r0: bigint, be: boolean): Registers {
	let { pstate, sctlr } = registers;
	let pc = entry;
	if (inAarch32(registers) && pc & 1n) {
		pc &= ~1n;
		pstate |= PSTATE_THUMB;
	}
	if (be && inAarch32(registers)) pstate |= PSTATE_BIG_ENDIAN;
	if (be && !inAarch32(registers)) sctlr |= SCTLR_EE;
	return { ...registers, x: [r0, ...registers.x.slice(1)], pc, pstate, sctlr };
}

/** Whether the vCPU runs big-endian at EL1 (kvm_vcpu_is_be). */
export function isBigEndian(registers: Registers): boolean {
	if (inAarch32(registers)) return (registers.pstate & PSTATE_BIG_ENDIAN) !== 0n;
	const el0 = (registers.pstate & 0xfn) === 0n;
	return (registers.sctlr & (el0 ? 1n << 24n : SCTLR_EE)) !== 0n;
}

/** Carries out a reset that the vCPU owes, if it owes one. `where` names the place in the kernel. */
export function serveOwedReset(path: Path, index: number, where: 'entry' | 'register access'): void {
	if (!(vcpuAt(path, index).requests & REQUEST.VCPU_RESET)) return;
	decide(
		path,
		where === 'entry' ? 'request.vcpu_reset' : 'one_reg.owed_reset',
		index,
		'the owed reset is carried out',
		{ pending: true },
	);
	takeRequest(path, index, 'VCPU_RESET');
	resetVcpu(path, index);
}

/** 6.1 and later: the first vCPU to be initialised fixes the width of all (kvm_set_vm_width, feature check). */
function agreeOnWidth(path: Path, index: number): boolean {
	const width = hasFeature(path.vm, vcpuAt(path, index), FEATURE.EL1_32BIT) ? 32 : 64;
	const fixed = path.vm.width;
	if (fixed === undefined) {
		if (width === 32 && !path.vm.profile.host.aarch32El1) {
			decide(path, 'reset.no_aarch32', index, 'EINVAL', { aarch32El1: false });
			return false;
		}
		changeVm(path, { width });
		return true;
	}
	if (fixed === width) return true;
	decide(path, 'reset.width_differs', index, 'EINVAL', { width, fixed });
	return false;
}

/** 5.10: every vCPU that exists must have the same width, also one that is not initialised yet. */
function allHaveWidth(path: Path, index: number): boolean {
	const wide = (features: number) => (features & FEATURE.EL1_32BIT) !== 0;
	const own = wide(vcpuAt(path, index).features);
	const other = path.vm.vcpus.find((vcpu) => wide(vcpu.features) !== own);
	if (!other && !(own && !path.vm.profile.host.aarch32El1)) return true;
	decide(path, 'reset.width_differs', index, 'EINVAL', { thirtyTwoBit: own, other: other?.index ?? -1 });
	return false;
}
