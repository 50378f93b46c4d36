// Names that the kernel's uapi gives to numbers seen in a recording (include/uapi/linux/kvm.h, Linux 7.2).

import { MP_STATE_NAMES } from '../kvm/index.ts';

export { vcpuIdOfMpidr } from '../kvm/index.ts';

/** KVM_SYSTEM_EVENT_*, without the prefix. */
const SYSTEM_EVENTS: readonly (string | undefined)[] = [
	undefined,
	'SHUTDOWN',
	'RESET',
	'CRASH',
	'WAKEUP',
	'SUSPEND',
];

export const SYSTEM_EVENT = { SHUTDOWN: 1, RESET: 2, CRASH: 3, WAKEUP: 4, SUSPEND: 5 } as const;

export function mpStateName(state: number): string {
	return MP_STATE_NAMES[state] ?? `mp_state ${state}`;
}

export function systemEventName(type: number): string {
	return SYSTEM_EVENTS[type] ?? `system event ${type}`;
}

/** What bit 0 of the flags means for this type (KVM_SYSTEM_EVENT_*_FLAG_PSCI_*); '' where none is set. */
export function systemEventFlags(type: number, flags: bigint): string {
	if (flags === 0n) return '';
	if (type === SYSTEM_EVENT.RESET && flags === 1n) return 'PSCI_RESET2';
	if (type === SYSTEM_EVENT.SHUTDOWN && flags === 1n) return 'PSCI_OFF2';
	return `0x${flags.toString(16)}`;
}

/** Firmware pseudo-registers (arch/arm64/include/uapi/asm/kvm.h): KVM_REG_ARM_FW and KVM_REG_ARM_FW_FEAT_BMAP. */
const FW_REGISTERS: ReadonlyMap<bigint, string> = new Map([
	[0x6030000000140000n, 'KVM_REG_ARM_PSCI_VERSION'],
	[0x6030000000140001n, 'KVM_REG_ARM_SMCCC_ARCH_WORKAROUND_1'],
	[0x6030000000140002n, 'KVM_REG_ARM_SMCCC_ARCH_WORKAROUND_2'],
	[0x6030000000140003n, 'KVM_REG_ARM_SMCCC_ARCH_WORKAROUND_3'],
	[0x6030000000160000n, 'KVM_REG_ARM_STD_BMAP'],
	[0x6030000000160001n, 'KVM_REG_ARM_STD_HYP_BMAP'],
	[0x6030000000160002n, 'KVM_REG_ARM_VENDOR_HYP_BMAP'],
	[0x6030000000160003n, 'KVM_REG_ARM_VENDOR_HYP_BMAP_2'],
]);

/** The register that FORMAT calls PSCI_VERSION or WORKAROUND_1 or STD_BMAP; 0 where it is none of these. */
export function fwRegisterId(name: string): bigint {
	for (const [id, kernel] of FW_REGISTERS) if (kernel.endsWith(`_${name}`)) return id;
	return 0n;
}

export function fwRegisterName(id: bigint): string {
	return FW_REGISTERS.get(id) ?? `firmware register 0x${id.toString(16)}`;
}
