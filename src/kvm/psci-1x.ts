// What PSCI 1.0 and later add under KVM: PSCI_FEATURES, SYSTEM_SUSPEND, SYSTEM_RESET2, SYSTEM_OFF2
// (kvm_psci_1_x_call, arch/arm64/kvm/psci.c). Everything else falls through to 0.2.

import { PSCI } from '../psci/return-codes.ts';
import { SYSTEM_EVENT } from './answer.ts';
import { argument, type CallEnd, returns } from './call-end.ts';
import { narrowSmc32, refusedTo32Bit } from './calling-convention.ts';
import { decide, type Path, writeX } from './path.ts';
import { event, systemEvent } from './power.ts';

/** Undefined: no function of 1.x, so 0.2's table answers. */
export function call1x(path: Path, index: number, id: number, version: bigint): CallEnd | undefined {
	switch (id) {
		case 0x84000000:
			decide(path, 'psci_version.answers', index, `1.${version & 0xffffn}`, { version });
			return returns(path, index, version);
		case 0x8400000a:
			return returns(path, index, features(path, index, version));
		case 0x8400000e:
		case 0xc400000e:
			return systemSuspend(path, index, id);
		case 0x84000012:
		case 0xc4000012:
			return systemReset2(path, index, id, version);
		case 0x84000015:
		case 0xc4000015:
			return systemOff2(path, index, id, version);
		default:
			return undefined;
	}
}

const ALWAYS: readonly number[] = [
	0x84000000, 0x84000001, 0xc4000001, 0x84000002, 0x84000003, 0xc4000003, 0x84000004, 0xc4000004, 0x84000006,
	0x84000008, 0x84000009, 0x8400000a, 0x80000000,
];

function features(path: Path, index: number, version: bigint): bigint {
	const asked = Number(BigInt.asUintN(32, argument(path, index, 1)));
	const looked = { asked, version };
	if (refusedTo32Bit(path, index, asked)) {
		decide(path, 'psci_features.smc64_from_32bit', index, 'NOT_SUPPORTED', looked);
		return PSCI.NOT_SUPPORTED;
	}
	const flags = featureFlags(path, asked, version);
	const rule = flags === undefined ? 'psci_features.not_implemented' : 'psci_features.implemented';
	decide(path, rule, index, flags === undefined ? 'NOT_SUPPORTED' : `flags ${flags}`, looked);
	return flags ?? PSCI.NOT_SUPPORTED;
}

function featureFlags(path: Path, asked: number, version: bigint): bigint | undefined {
	if (ALWAYS.includes(asked)) return 0n;
	if (asked === 0x8400000e || asked === 0xc400000e) return suspendEnabled(path) ? 0n : undefined;
	if (asked === 0x84000012 || asked === 0xc4000012) return hasReset2(path, version) ? 0n : undefined;
	if (asked === 0x84000015 || asked === 0xc4000015) return hasOff2(path, version) ? 1n : undefined;
	return undefined;
}

function suspendEnabled(path: Path): boolean {
	return path.vm.capabilities.includes('ARM_SYSTEM_SUSPEND');
}

function hasReset2(path: Path, version: bigint): boolean {
	return path.vm.profile.behaviours.systemReset2 !== 'none' && version >= 0x10001n;
}

function hasOff2(path: Path, version: bigint): boolean {
	const how = path.vm.profile.behaviours.systemOff2;
	if (how === 'capability') return path.vm.capabilities.includes('ARM_SYSTEM_OFF2');
	return how === 'version' && version >= 0x10003n;
}

/** Registers stay as they are but for the narrowing, so that userspace can read the arguments. */
function systemSuspend(path: Path, index: number, id: number): CallEnd | undefined {
	if (path.vm.profile.behaviours.systemSuspend === 'none') return undefined;
	narrowSmc32(path, index, id);
	if (!suspendEnabled(path)) {
		decide(path, 'system_suspend.not_enabled', index, 'NOT_SUPPORTED', { capability: false });
		return returns(path, index, PSCI.NOT_SUPPORTED);
	}
	decide(path, 'system_suspend.exits', index, 'exit SUSPEND, no precondition checked', { capability: true });
	return { kind: 'exits', exit: event(path, SYSTEM_EVENT.SUSPEND, 0, 0n) };
}

const VENDOR_RESET_START = 0x80000000n;

function systemReset2(path: Path, index: number, id: number, version: bigint): CallEnd | undefined {
	if (path.vm.profile.behaviours.systemReset2 === 'none') return undefined;
	narrowSmc32(path, index, id);
	const type = BigInt.asUintN(32, argument(path, index, 1));
	const looked = { version, reset_type: type };
	if (!hasReset2(path, version)) {
		decide(path, 'system_reset2.version_too_low', index, 'NOT_SUPPORTED', looked);
		return returns(path, index, PSCI.NOT_SUPPORTED);
	}
	if (type !== 0n && type < VENDOR_RESET_START) {
		decide(path, 'system_reset2.reserved_type', index, 'INVALID_PARAMETERS', looked);
		return returns(path, index, PSCI.INVALID_PARAMETERS);
	}
	decide(path, 'system_reset2.exits', index, 'exit RESET, type and cookie stay in x1 and x2', looked);
	const exit = systemEvent(path, index, 'RESET', 1n);
	writeX(path, index, [PSCI.INTERNAL_FAILURE]);
	return { kind: 'exits', exit };
}

function systemOff2(path: Path, index: number, id: number, version: bigint): CallEnd | undefined {
	const { systemOff2: how, off2Types, off2CookieChecked } = path.vm.profile.behaviours;
	if (how === 'none') return undefined;
	narrowSmc32(path, index, id);
	const type = BigInt.asUintN(32, argument(path, index, 1));
	const cookie = argument(path, index, 2);
	const looked = { version, type, cookie };
	if (!hasOff2(path, version)) {
		decide(path, 'system_off2.not_available', index, 'NOT_SUPPORTED', looked);
		return returns(path, index, PSCI.NOT_SUPPORTED);
	}
	if (!off2Types.includes(type)) {
		decide(path, 'system_off2.bad_type', index, 'INVALID_PARAMETERS', looked);
		return returns(path, index, PSCI.INVALID_PARAMETERS);
	}
	if (off2CookieChecked && cookie !== 0n) {
		decide(path, 'system_off2.cookie_set', index, 'INVALID_PARAMETERS', looked);
		return returns(path, index, PSCI.INVALID_PARAMETERS);
	}
	decide(path, 'system_off2.exits', index, 'exit SHUTDOWN, x1 to x3 zeroed', looked);
	const exit = systemEvent(path, index, 'SHUTDOWN', 1n);
	returns(path, index, PSCI.INTERNAL_FAILURE);
	return { kind: 'exits', exit };
}
