// kvm_psci_call: which PSCI the calling vCPU sees, and from there the function (arch/arm64/kvm/psci.c).

import { PSCI } from '../psci/return-codes.ts';
import { affinityInfo } from './affinity-info.ts';
import { type CallEnd, functionNumber, GOES_ON, returns } from './call-end.ts';
import { narrowSmc32, refusedTo32Bit } from './calling-convention.ts';
import { cpuOn } from './cpu-on.ts';
import { ERRNO } from './operation.ts';
import { decide, type Path, vcpuAt } from './path.ts';
import { cpuOff, systemEvent } from './power.ts';
import { call1x } from './psci-1x.ts';
import { FEATURE } from './vcpu.ts';
import { hasFeature } from './vm.ts';
import { waitForInterrupt } from './wait.ts';

/** The PSCI version of a vCPU: major in bits 31:16, minor in bits 15:0; 0.1 is 1 (kvm_psci_version). */
export function psciVersion(path: Path, index: number): bigint {
	const { psciVersions } = path.vm.profile.behaviours;
	if (!hasFeature(path.vm, vcpuAt(path, index), FEATURE.PSCI_0_2)) return 1n;
	return path.vm.psciVersion || (psciVersions.at(-1) ?? 1n);
}

export function psciCall(path: Path, index: number): CallEnd {
	const id = functionNumber(path, index);
	if (refusedTo32Bit(path, index, id)) {
		decide(path, 'psci.smc64_from_32bit', index, 'NOT_SUPPORTED', { function: id });
		return returns(path, index, PSCI.NOT_SUPPORTED);
	}
	const version = psciVersion(path, index);
	if (version === 1n) {
		decide(path, 'psci.version_0_1', index, '0.1 numbers', { version });
		return call01(path, index, id);
	}
	if (version === 2n) {
		decide(path, 'psci.version_0_2', index, '0.2 numbers', { version });
		return call02(path, index, id, version);
	}
	if (path.vm.profile.behaviours.psciVersions.includes(version)) {
		decide(path, 'psci.version_1_x', index, '1.x numbers, then 0.2 ones', { version });
		return call1x(path, index, id, version) ?? call02(path, index, id, version);
	}
	if (path.vm.profile.behaviours.unknownVersion === 'EINVAL') {
		decide(path, 'psci.version_unknown_error', index, 'KVM_RUN fails', { version });
		return { kind: 'fails', errno: ERRNO.EINVAL };
	}
	decide(path, 'psci.version_unknown', index, 'NOT_SUPPORTED', { version });
	return returns(path, index, PSCI.NOT_SUPPORTED);
}

const KVM_01 = 0x95c1ba5e;

function call01(path: Path, index: number, id: number): CallEnd {
	switch (id) {
		case KVM_01 + 1:
			cpuOff(path, index);
			return returns(path, index, PSCI.SUCCESS);
		case KVM_01 + 2:
			return returns(path, index, cpuOn(path, index, 1n));
		case KVM_01 + 4:
		case KVM_01 + 5:
			if (path.vm.profile.behaviours.systemOffReset !== '0.1 range') break;
			return systemOffReset(path, index, id === KVM_01 + 4 ? 'SHUTDOWN' : 'RESET');
	}
	const known = id === KVM_01 || id === KVM_01 + 3;
	if (!known && unknownIsUndefined(path, index, id)) return { kind: 'undefined' };
	decide(path, 'psci.not_supported_0_1', index, 'NOT_SUPPORTED', { function: id });
	return returns(path, index, PSCI.NOT_SUPPORTED);
}

/** Numbers that 0.2 has a case for, which is to refuse them: MIGRATE and MIGRATE_INFO_UP_CPU. */
const REFUSED_0_2: readonly number[] = [0x84000005, 0xc4000005, 0x84000007, 0xc4000007];

function unknownIsUndefined(path: Path, index: number, id: number): boolean {
	if (path.vm.profile.behaviours.unknownCalls !== 'undefined instruction') return false;
	decide(path, 'psci.unknown_is_undefined', index, 'undefined instruction', { function: id });
	return true;
}

function call02(path: Path, index: number, id: number, version: bigint): CallEnd {
	switch (id) {
		case 0x84000000:
			decide(path, 'psci_version.answers', index, '0.2', { version });
			return returns(path, index, 2n);
		case 0x84000001:
		case 0xc4000001: {
			decide(path, 'cpu_suspend.is_wfi', index, 'waits, arguments unread', { function: id });
			const ready = waitForInterrupt(path, index);
			returns(path, index, PSCI.SUCCESS);
			return ready ? GOES_ON : { kind: 'waits' };
		}
		case 0x84000002:
			cpuOff(path, index);
			return returns(path, index, PSCI.SUCCESS);
		case 0x84000003:
		case 0xc4000003:
			narrowSmc32(path, index, id);
			return returns(path, index, cpuOn(path, index, version));
		case 0x84000004:
		case 0xc4000004:
			narrowSmc32(path, index, id);
			return returns(path, index, affinityInfo(path, index));
		case 0x84000006:
			decide(path, 'migrate_info_type.none', index, '2');
			return returns(path, index, 2n);
		case 0x84000008:
		case 0x84000009:
			if (path.vm.profile.behaviours.systemOffReset !== '0.2') break;
			return systemOffReset(path, index, id === 0x84000008 ? 'SHUTDOWN' : 'RESET');
	}
	if (!REFUSED_0_2.includes(id) && unknownIsUndefined(path, index, id)) return { kind: 'undefined' };
	decide(path, 'psci.not_supported', index, 'NOT_SUPPORTED', { function: id, version });
	return returns(path, index, PSCI.NOT_SUPPORTED);
}

/** SYSTEM_OFF and SYSTEM_RESET: x0 is preloaded for the case that userspace runs the vCPU on. */
function systemOffReset(path: Path, index: number, type: 'SHUTDOWN' | 'RESET'): CallEnd {
	const rule = type === 'SHUTDOWN' ? 'system_off.exits' : 'system_reset.exits';
	decide(path, rule, index, 'exit, x0 preloaded with INTERNAL_FAILURE');
	const exit = systemEvent(path, index, type, 0n);
	returns(path, index, PSCI.INTERNAL_FAILURE);
	return { kind: 'exits', exit };
}
