// What a policy needs of KVM before the first vCPU runs: capabilities and the SMCCC filter.

import type { Operation } from '../kvm/operation.ts';
import type { KernelProfile } from '../kvm/profile.ts';
import type { Policy } from './policy.ts';

/** Operations for a new VM. Kernels without the filter refuse it (EINVAL), and KVM then serves PSCI itself. */
export function setup(policy: Policy, profile: KernelProfile): readonly Operation[] {
	const operations: Operation[] = [];
	if (policy.onSuspend !== 'off' && profile.behaviours.systemSuspend === 'capability')
		operations.push({ op: 'enable_cap', cap: 'ARM_SYSTEM_SUSPEND', flags: 0, arg0: 0n });
	if (profile.behaviours.systemOff2 === 'capability' && policy.onOff2 === 'hibernate')
		operations.push({ op: 'enable_cap', cap: 'ARM_SYSTEM_OFF2', flags: 0, arg0: 0n });
	for (const [base, count] of forwarded(policy))
		operations.push({ op: 'smccc_filter', base, count, action: 'fwd_to_user', pad: 0 });
	return operations;
}

/** Ranges of function numbers that the policy takes from KVM. */
function forwarded(policy: Policy): readonly (readonly [base: number, count: number])[] {
	switch (policy.psci) {
		case 'KVM':
			return [];
		case 'KVM, 1.3 in userspace':
			// As proposed on the kvmarm list in March 2024.
			return [
				[0x84000000, 1],
				[0x8400000a, 1],
				[0x84000015, 1],
				[0xc4000015, 1],
			];
		case 'userspace':
			return [
				[0x84000000, 0x20],
				[0xc4000000, 0x20],
			];
	}
}
