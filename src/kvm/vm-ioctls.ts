// Ioctls on the VM: capabilities, device attributes, the SMCCC filter (arch/arm64/kvm/arm.c, hypercalls.c).

import type { Returned } from './answer.ts';
import { ERRNO } from './operation.ts';
import { changeVm, decide, type Path } from './path.ts';
import { type FilterRequest, overlaps, RESERVED_RANGES, requestedRange } from './smccc-filter.ts';
import { MOST_VCPUS } from './vm.ts';

/** What arm64's KVM says of itself, 5.10 to 7.2, as far as it concerns the operations of this model. */
const COMMON: ReadonlyMap<string, number> = new Map([
	['ARM_IRQ_LINE_LAYOUT_2', 1],
	['ARM_USER_IRQ', 1],
	['CHECK_EXTENSION_VM', 1],
	['DEVICE_CTRL', 1],
	['ENABLE_CAP_VM', 1],
	['IMMEDIATE_EXIT', 1],
	['MAX_VCPUS', MOST_VCPUS],
	['MAX_VCPU_ID', MOST_VCPUS],
	['ONE_REG', 1],
	['USER_MEMORY', 1],
	['VCPU_ATTRIBUTES', 1],
]);

/** KVM_CHECK_EXTENSION: capabilities that concern PSCI and these operations; all others are 0 to the model. */
export function checkCapability(path: Path, cap: string): Returned {
	const r = capabilityValue(path, cap);
	decide(path, r > 0 ? 'check_cap.present' : 'check_cap.absent', undefined, `${r}`, { cap });
	return { r };
}

function capabilityValue(path: Path, cap: string): number {
	const { behaviours, host } = path.vm.profile;
	switch (cap) {
		case 'ARM_PSCI':
			return 1;
		case 'ARM_PSCI_0_2':
			return behaviours.psciVersions.length > 1 ? 1 : 0;
		case 'MP_STATE':
			return behaviours.mpStates.length > 0 ? 1 : 0;
		case 'ARM_EL1_32BIT':
			return host.aarch32El1 ? 1 : 0;
		case 'ARM_SYSTEM_SUSPEND':
			return behaviours.systemSuspend === 'capability' ? 1 : 0;
		case 'ARM_SYSTEM_OFF2':
			return behaviours.systemOff2 === 'capability' ? 1 : 0;
		case 'PTP_KVM':
			return behaviours.services.includes('vendor hypervisor') ? 1 : 0;
		case 'SYSTEM_EVENT_DATA':
			return behaviours.systemEventData === 'ndata' ? 1 : 0;
		default:
			return COMMON.get(cap) ?? 0;
	}
}

/** KVM_ENABLE_CAP. `arg0` is not looked at; enabling twice, or after the VM ran, is fine. */
export function enableCapability(path: Path, cap: string, flags: number): Returned {
	if (flags !== 0) {
		decide(path, 'enable_cap.flags', undefined, 'EINVAL', { cap, flags });
		return { r: -ERRNO.EINVAL };
	}
	const { systemSuspend, systemOff2 } = path.vm.profile.behaviours;
	const can =
		(cap === 'ARM_SYSTEM_SUSPEND' && systemSuspend === 'capability') ||
		(cap === 'ARM_SYSTEM_OFF2' && systemOff2 === 'capability');
	if (!can) {
		decide(path, 'enable_cap.unknown', undefined, 'EINVAL', { cap });
		return { r: -ERRNO.EINVAL };
	}
	decide(path, 'enable_cap.enabled', undefined, 'enabled', { cap });
	const { capabilities } = path.vm;
	if (!capabilities.includes(cap)) changeVm(path, { capabilities: [...capabilities, cap] });
	return { r: 0 };
}

/** KVM_HAS_DEVICE_ATTR on the VM: group 0, attribute 0 is the SMCCC filter. */
export function hasAttribute(path: Path, group: number, attr: number): Returned {
	const has = path.vm.profile.behaviours.smcccFilter && group === 0 && attr === 0;
	decide(path, has ? 'has_attr.present' : 'has_attr.absent', undefined, has ? '0' : 'error', { group, attr });
	return { r: has ? 0 : -noAttribute(path) };
}

/** Kernels without the filter have no device attributes on a VM at all, so the ioctl itself is unknown. */
function noAttribute(path: Path): number {
	return path.vm.profile.behaviours.smcccFilter ? ERRNO.ENXIO : ERRNO.EINVAL;
}

export function setFilter(path: Path, request: FilterRequest): Returned {
	const { base, count, pad } = request;
	const looked = { base, count, action: request.action, pad };
	if (!path.vm.profile.behaviours.smcccFilter) {
		decide(path, 'smccc_filter.not_available', undefined, 'EINVAL', looked);
		return { r: -ERRNO.EINVAL };
	}
	const range = requestedRange(request);
	if (!range) {
		decide(path, 'smccc_filter.malformed', undefined, 'EINVAL', looked);
		return { r: -ERRNO.EINVAL };
	}
	if (path.vm.ranOnce) {
		decide(path, 'smccc_filter.after_run', undefined, 'EBUSY', looked);
		return { r: -ERRNO.EBUSY };
	}
	const ranges = path.vm.filter ?? [];
	if (overlaps(range, RESERVED_RANGES)) {
		decide(path, 'smccc_filter.reserved', undefined, 'EEXIST', looked);
		return { r: -ERRNO.EEXIST };
	}
	if (overlaps(range, ranges)) {
		decide(path, 'smccc_filter.overlaps', undefined, 'EEXIST', looked);
		return { r: -ERRNO.EEXIST };
	}
	decide(path, 'smccc_filter.set', undefined, 'set', looked);
	changeVm(path, { filter: [...ranges, range] });
	return { r: 0 };
}
