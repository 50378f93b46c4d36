// The feature bitmap registers decide which services the guest may call
// (kvm_hvc_call_allowed; kvm_smccc_test_fw_bmap and kvm_smccc_default_allowed, hypercalls.c, from 5.19).

import type { BitmapName } from './profile.ts';
import { isTrng } from './trng.ts';
import type { Vm } from './vm.ts';

export interface ServiceSwitch {
	readonly bitmap: BitmapName;
	readonly bit: number;
	readonly on: boolean;
}

/** The bit that switches this function; undefined where none does, as for PSCI itself. */
export function switchOf(vm: Vm, id: number): ServiceSwitch | undefined {
	const place = bitOf(id);
	if (!place) return undefined;
	const [bitmap, bit] = place;
	const value = vm.bitmaps[bitmap];
	if (value === undefined) return undefined;
	return { bitmap, bit, on: ((value >> BigInt(bit)) & 1n) !== 0n };
}

function bitOf(id: number): readonly [BitmapName, number] | undefined {
	if (isTrng(id)) return ['STD_BMAP', 0];
	if (id === 0xc5000020 || id === 0xc5000021) return ['STD_HYP_BMAP', 0];
	if (id === 0x8600ff01 || id === 0x86000000) return ['VENDOR_HYP_BMAP', 0];
	if (id === 0x86000001) return ['VENDOR_HYP_BMAP', 1];
	return undefined;
}

/** Numbers that no bitmap switches: SMCCC's own two, PSCI's 32 of either convention, and KVM's four of 0.1. */
export function allowedByDefault(id: number): boolean {
	const owner = (id >>> 24) & 0x3f;
	if (id === 0x80000000 || id === 0x80000001) return true;
	if (owner === 4 && (id & 0xffff) <= 0x1f) return true;
	return id >= 0x95c1ba5e && id <= 0x95c1ba61;
}
