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
