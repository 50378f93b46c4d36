// The firmware pseudo-registers: the PSCI version, the workarounds' levels and the service bitmaps
// (arch/arm64/kvm/hypercalls.c, 7.2; psci.c up to 5.18).

import type { Returned } from './answer.ts';
import { ERRNO } from './operation.ts';
import { changeVm, decide, type Path, vcpuAt } from './path.ts';
import type { BitmapName } from './profile.ts';
import { psciVersion } from './psci-call.ts';
import { FEATURE } from './vcpu.ts';
import { hasFeature, type Vm } from './vm.ts';

const FIRMWARE_BASE = 0x6030000000140000n;
const BITMAP_BASE = 0x6030000000160000n;

/** In the order of their numbers: the register of number n is the n-th. */
const FIRMWARE: readonly string[] = ['PSCI_VERSION', 'WORKAROUND_1', 'WORKAROUND_2', 'WORKAROUND_3'];
const BITMAPS: readonly BitmapName[] = ['STD_BMAP', 'STD_HYP_BMAP', 'VENDOR_HYP_BMAP', 'VENDOR_HYP_BMAP_2'];
/** Names of vectors for registers that no kernel has, or that are asked for in the wrong size. */
const NONE: readonly string[] = ['FW_REG_4', 'FW_BMAP_4', 'PSCI_VERSION_U32'];

export function firmwareRegister(name: string): boolean {
	return FIRMWARE.includes(name) || BITMAPS.some((bitmap) => bitmap === name) || NONE.includes(name);
}

/** The ids that KVM_GET_REG_LIST shows, in the kernel's order. */
export function firmwareRegisterIds(vm: Vm): readonly bigint[] {
	const { firmwareRegisters } = vm.profile.behaviours;
	const plain = FIRMWARE.slice(0, firmwareRegisters).map((_, n) => FIRMWARE_BASE + BigInt(n));
	const bitmaps = BITMAPS.flatMap((name, n) =>
		vm.bitmaps[name] === undefined ? [] : [BITMAP_BASE + BigInt(n)],
	);
	return [...plain, ...bitmaps];
}

function bitmapName(vm: Vm, name: string): BitmapName | undefined {
	return BITMAPS.find((bitmap) => bitmap === name && vm.bitmaps[bitmap] !== undefined);
}

function number(vm: Vm, name: string): number {
	const n = FIRMWARE.indexOf(name);
	return n < vm.profile.behaviours.firmwareRegisters ? n : -1;
}

function missing(path: Path, index: number, name: string): Returned {
	decide(path, 'fw_reg.unknown', index, 'ENOENT', { register: name });
	return { r: -ERRNO.ENOENT };
}

export function getFirmwareRegister(path: Path, index: number, name: string): Returned {
	const bitmap = bitmapName(path.vm, name);
	if (bitmap) {
		decide(path, 'fw_reg.bitmap_read', index, 'read', { register: name });
		return { r: 0, value: path.vm.bitmaps[bitmap] ?? 0n };
	}
	const n = number(path.vm, name);
	if (n < 0) return missing(path, index, name);
	if (n === 0) {
		decide(path, 'fw_reg.version_read', index, 'read');
		return { r: 0, value: psciVersion(path, index) };
	}
	decide(path, 'fw_reg.workaround_read', index, "the host's level", { register: name });
	return { r: 0, value: path.vm.profile.host.workaroundLevels[n - 1] ?? 0n };
}

export function setFirmwareRegister(path: Path, index: number, name: string, value: bigint): Returned {
	const bitmap = bitmapName(path.vm, name);
	if (bitmap) return setBitmap(path, index, bitmap, value);
	const n = number(path.vm, name);
	if (n < 0) return missing(path, index, name);
	return n === 0 ? setVersion(path, index, value) : setWorkaround(path, index, n, value);
}

/** One vCPU's write holds for the VM, also while it runs; 0.1 and later versions exclude each other. */
function setVersion(path: Path, index: number, value: bigint): Returned {
	const wants02 = hasFeature(path.vm, vcpuAt(path, index), FEATURE.PSCI_0_2);
	const looked = { value, psci_0_2: wants02 };
	if (!path.vm.profile.behaviours.psciVersions.includes(value)) {
		decide(path, 'fw_reg.version_unknown', index, 'EINVAL', looked);
		return { r: -ERRNO.EINVAL };
	}
	if ((value === 1n) === wants02) {
		decide(path, 'fw_reg.version_not_of_feature', index, 'EINVAL', looked);
		return { r: -ERRNO.EINVAL };
	}
	decide(path, 'fw_reg.version_set', index, 'set for the whole VM', looked);
	changeVm(path, { psciVersion: value });
	return { r: 0 };
}

const LEVEL_MASK = 0xfn;
const WORKAROUND_2_ENABLED = 0x10n;
const WORKAROUND_2_AVAIL = 2n;
const WORKAROUND_2_NOT_REQUIRED = 3n;

/** Accepted where the host can give at least that level; nothing is stored. */
function setWorkaround(path: Path, index: number, n: number, value: bigint): Returned {
	const level = path.vm.profile.host.workaroundLevels[n - 1] ?? 0n;
	const wanted = n === 2 ? workaround2Level(value) : (value & ~LEVEL_MASK) === 0n ? value : undefined;
	const looked = { value, host_level: level };
	if (wanted === undefined) {
		decide(path, 'fw_reg.workaround_malformed', index, 'EINVAL', looked);
		return { r: -ERRNO.EINVAL };
	}
	if (level < wanted) {
		decide(path, 'fw_reg.workaround_too_high', index, 'EINVAL', looked);
		return { r: -ERRNO.EINVAL };
	}
	decide(path, 'fw_reg.workaround_accepted', index, 'accepted', looked);
	return { r: 0 };
}

/** Levels 0 and 1 count as not available, 2 and 3 as not required; bit 4 only with level 2. */
function workaround2Level(value: bigint): bigint | undefined {
	const level = value & LEVEL_MASK;
	if ((value & ~(LEVEL_MASK | WORKAROUND_2_ENABLED)) !== 0n) return undefined;
	if (value & WORKAROUND_2_ENABLED && level !== WORKAROUND_2_AVAIL) return undefined;
	if (level > WORKAROUND_2_NOT_REQUIRED) return undefined;
	return level >= WORKAROUND_2_AVAIL ? WORKAROUND_2_NOT_REQUIRED : 0n;
}

function setBitmap(path: Path, index: number, name: BitmapName, value: bigint): Returned {
	const mask = path.vm.profile.behaviours.bitmaps[name]?.mask ?? 0n;
	const before = path.vm.bitmaps[name] ?? 0n;
	const looked = { register: name, value, before, vm_ran: path.vm.ranOnce };
	if ((value & ~mask) !== 0n) {
		decide(path, 'fw_reg.bitmap_unknown_bit', index, 'EINVAL', looked);
		return { r: -ERRNO.EINVAL };
	}
	if (path.vm.ranOnce && value !== before) {
		decide(path, 'fw_reg.bitmap_after_run', index, 'EBUSY', looked);
		return { r: -ERRNO.EBUSY };
	}
	decide(path, 'fw_reg.bitmap_set', index, 'set', looked);
	changeVm(path, { bitmaps: { ...path.vm.bitmaps, [name]: value } });
	return { r: 0 };
}
