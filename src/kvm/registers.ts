// KVM_GET_ONE_REG and KVM_SET_ONE_REG for core and system registers (arch/arm64/kvm/guest.c, 7.2).
// Firmware registers: firmware-registers.ts.

import { AA32_MODE, AA32_MODES, MODE_MASK, narrowed } from './aarch32.ts';
import type { Returned } from './answer.ts';
import { firmwareRegister, getFirmwareRegister, setFirmwareRegister } from './firmware-registers.ts';
import { ERRNO } from './operation.ts';
import { changeRegisters, decide, type Path, vcpuAt } from './path.ts';
import type { KernelProfile } from './profile.ts';
import { serveOwedReset } from './reset.ts';
import { FEATURE, type Registers } from './vcpu.ts';
import { hasFeature } from './vm.ts';

/** Checks and reset that come before any register access; an errno, or 0. */
export function beforeRegisterAccess(path: Path, index: number): number {
	if (!vcpuAt(path, index).initialized) {
		decide(path, 'one_reg.not_initialised', index, 'ENOEXEC');
		return ERRNO.ENOEXEC;
	}
	if (path.vm.profile.behaviours.registerAccessResets) serveOwedReset(path, index, 'register access');
	return 0;
}

export function getRegister(path: Path, index: number, name: string): Returned {
	const errno = beforeRegisterAccess(path, index);
	if (errno !== 0) return { r: -errno };
	if (firmwareRegister(name)) return getFirmwareRegister(path, index, name);
	const value = plainRegister(vcpuAt(path, index).registers, name);
	if (value === undefined) {
		decide(path, 'one_reg.unknown', index, 'ENOENT', { register: name });
		return { r: -ERRNO.ENOENT };
	}
	decide(path, 'one_reg.read', index, 'read', { register: name });
	return { r: 0, value };
}

export function setRegister(path: Path, index: number, name: string, given: bigint): Returned {
	const value = BigInt.asUintN(64, given);
	const errno = beforeRegisterAccess(path, index);
	if (errno !== 0) return { r: -errno };
	if (firmwareRegister(name)) return setFirmwareRegister(path, index, name, value);
	const { registers } = vcpuAt(path, index);
	const patch = patchOf(registers, name, value);
	if (!patch) {
		decide(path, 'one_reg.unknown', index, 'ENOENT', { register: name });
		return { r: -ERRNO.ENOENT };
	}
	if (patch.pstate !== undefined && !modeAllowed(path, index, patch.pstate)) {
		decide(path, 'one_reg.bad_mode', index, 'EINVAL', { pstate: patch.pstate });
		return { r: -ERRNO.EINVAL };
	}
	decide(path, 'one_reg.written', index, 'written', { register: name });
	changeRegisters(path, index, narrowed(path.vm.profile, registers, patch));
	return { r: 0 };
}

/** X0 to X30 by number; undefined for another name. */
function xNumber(name: string): number | undefined {
	const digits = /^X(0|[1-9]\d?)$/.exec(name)?.[1];
	const n = digits === undefined ? -1 : Number(digits);
	return n >= 0 && n <= 30 ? n : undefined;
}

const NAMED = {
	PC: 'pc',
	PSTATE: 'pstate',
	SP_EL0: 'spEl0',
	MPIDR_EL1: 'mpidr',
	SCTLR_EL1: 'sctlr',
} as const;
type Named = keyof typeof NAMED;

function isNamed(name: string): name is Named {
	return Object.hasOwn(NAMED, name);
}

/** A core or system register by the name that FORMAT gives it; undefined where the model has none. */
export function plainRegister(registers: Registers, name: string): bigint | undefined {
	if (isNamed(name)) return registers[NAMED[name]];
	const n = xNumber(name);
	return n === undefined ? undefined : registers.x[n];
}

function patchOf(registers: Registers, name: string, value: bigint): Partial<Registers> | undefined {
	if (isNamed(name)) return { [NAMED[name]]: value };
	const n = xNumber(name);
	return n === undefined ? undefined : { x: registers.x.with(n, value) };
}

/** x0 and up and the pc, written one after the other. */
export function callRegisters(
	profile: KernelProfile,
	before: Registers,
	x: readonly bigint[],
	pc: bigint,
): Partial<Registers> {
	const after = before.x.slice();
	x.forEach((value, n) => {
		if (n < after.length) after[n] = BigInt.asUintN(64, value);
	});
	return narrowed(profile, before, { x: after, pc });
}

const EL0T = 0x0n;
const EL1T = 0x4n;
const EL1H = 0x5n;

/** The modes that userspace may put into PSTATE of this vCPU. */
function modeAllowed(path: Path, index: number, pstate: bigint): boolean {
	const mode = pstate & MODE_MASK;
	const thirtyTwoBit = hasFeature(path.vm, vcpuAt(path, index), FEATURE.EL1_32BIT);
	if (mode === AA32_MODE.USR) return true;
	if (AA32_MODES.includes(mode)) return thirtyTwoBit;
	return !thirtyTwoBit && (mode === EL0T || mode === EL1T || mode === EL1H);
}
