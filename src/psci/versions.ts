// Versions of PSCI as numbers and as people write them, and which version has which function.

import type { FunctionInfo, PsciVersion } from './function-info.ts';

/** As PSCI_VERSION gives it: major in bits 31:16, minor in bits 15:0. 0.1 has no such call; KVM counts it as 1. */
export const PSCI_VERSIONS: Readonly<Record<PsciVersion, bigint>> = {
	'0.1': 0x1n,
	'0.2': 0x2n,
	'1.0': 0x10000n,
	'1.1': 0x10001n,
	'1.2': 0x10002n,
	'1.3': 0x10003n,
};

/** `1.3` for 0x10003. */
export function versionText(version: bigint): string {
	return `${(version >> 16n) & 0xffffn}.${version & 0xffffn}`;
}

/** Whether the specification of this version defines the function, implemented or not; true for other services. */
export function definedIn(fn: FunctionInfo, version: bigint): boolean {
	return fn.since === undefined || (!fn.alphaOnly && PSCI_VERSIONS[fn.since] <= version);
}

/** Whether an implementation of this version must have the function, other conditions left aside. */
export function mandatoryIn(fn: FunctionInfo, version: bigint): boolean {
	if (!definedIn(fn, version)) return false;
	return fn.mandatory === 'mandatory' || (fn.name === 'PSCI_FEATURES' && fn.mandatory === 'conditional');
}
