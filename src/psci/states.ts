// Small enumerations of the PSCI specification: what a result or an argument number stands for.
// Numbers: DEN0022 F.b at the sections named, and include/uapi/linux/psci.h of Linux 7.2.

export interface NamedValue {
	readonly name: string;
	readonly value: bigint;
	readonly meaning: string;
}

/** AFFINITY_INFO (F.b 5.1.5). Not the same scale as NODE_HW_STATE. */
export const AFFINITY_STATES: readonly NamedValue[] = [
	{ name: 'ON', value: 0n, meaning: 'at least one core of the affinity instance is on' },
	{ name: 'OFF', value: 1n, meaning: 'every core of the affinity instance is off' },
	{ name: 'ON_PENDING', value: 2n, meaning: 'a core was asked to come on and has not done so yet' },
];

/** NODE_HW_STATE (F.b 5.1.18). */
export const NODE_HW_STATES: readonly NamedValue[] = [
	{ name: 'HW_ON', value: 0n, meaning: 'the node has power' },
	{ name: 'HW_OFF', value: 1n, meaning: 'the node has no power' },
	{ name: 'HW_STANDBY', value: 2n, meaning: 'the node is in standby or retention' },
];

/** MIGRATE_INFO_TYPE (F.b 5.9.1, table 9). */
export const TRUSTED_OS_TYPES: readonly NamedValue[] = [
	{ name: 'UP_MIGRATABLE', value: 0n, meaning: 'a Trusted OS sits on one core and can be migrated' },
	{ name: 'UP_NOT_MIGRATABLE', value: 1n, meaning: 'a Trusted OS sits on one core and cannot be migrated' },
	{ name: 'MP_OR_NONE', value: 2n, meaning: 'no Trusted OS that needs migration' },
];

/** PSCI_SET_SUSPEND_MODE (F.b 5.1.20, 5.21). */
export const SUSPEND_MODES: readonly NamedValue[] = [
	{ name: 'PLATFORM_COORDINATED', value: 0n, meaning: 'the firmware works out what each level may do' },
	{ name: 'OS_INITIATED', value: 1n, meaning: 'the OS says what each level shall do' },
];

/** SYSTEM_OFF2 (F.b 5.1.10, 5.11): 0 means the default, which is HIBERNATE_OFF since F.b. */
export const OFF_TYPES: readonly NamedValue[] = [
	{ name: 'DEFAULT', value: 0n, meaning: 'the default type, which is HIBERNATE_OFF since issue F.b' },
	{ name: 'HIBERNATE_OFF', value: 1n, meaning: 'off, to be resumed later from a hibernation image' },
];

/** SYSTEM_RESET2 (F.b 5.13.2): architectural types have bit 31 clear, vendor types have it set. */
export const RESET_TYPES: readonly NamedValue[] = [
	{ name: 'SYSTEM_WARM_RESET', value: 0n, meaning: "restart the caller's machine, main memory kept" },
];

/** The first reset_type that belongs to the vendor (F.b 5.13.3; PSCI_1_1_RESET_TYPE_VENDOR_START). */
export const VENDOR_RESET_START = 0x80000000n;

/** What a 32-bit reset_type stands for. */
export function resetTypeName(type: bigint): string {
	if (type >= VENDOR_RESET_START) return `vendor reset 0x${(type & 0x7fffffffn).toString(16)}`;
	return named(RESET_TYPES, type)?.name ?? 'reserved';
}

/** The entry of `values` with this number; undefined where there is none. */
export function named(values: readonly NamedValue[], value: bigint): NamedValue | undefined {
	return values.find((entry) => entry.value === value);
}
