// A virtual machine of KVM/arm64 as an immutable value. Every step makes a new one that shares what did
// not change.

import type { MpidrTable } from './mpidr.ts';
import type { BitmapName, KernelProfile } from './profile.ts';
import type { FilterRange } from './smccc-filter.ts';
import type { Vcpu } from './vcpu.ts';

/** What is read back after each step (FORMAT: `observe`). Reading registers carries out owed resets. */
export type Observe = 'all' | 'mp_state' | 'nothing';

export interface Vm {
	readonly profile: KernelProfile;
	readonly vcpus: readonly Vcpu[];
	/** kvm->arch.psci_version: what KVM_REG_ARM_PSCI_VERSION was last set to; 0 before */
	readonly psciVersion: bigint;
	/** features of the first initialised vCPU, where the kernel keeps them per VM */
	readonly features: number | undefined;
	/** register width, fixed by the first initialised vCPU where the kernel does so */
	readonly width: 32 | 64 | undefined;
	/** some vCPU was run: the filter and the bitmaps are closed */
	readonly ranOnce: boolean;
	/** names of the capabilities that userspace enabled */
	readonly capabilities: readonly string[];
	/** ranges set by userspace; undefined: no filter was configured */
	readonly filter: readonly FilterRange[] | undefined;
	readonly bitmaps: { readonly [name in BitmapName]?: bigint };
	readonly mpidrTable: MpidrTable | undefined;
	readonly observe: Observe;
}

/** Most vCPUs of a VM, and the first vcpu_id that is too high, without an in-kernel GIC (GICv3 hosts). */
export const MOST_VCPUS = 512;

/** A VM without vCPUs, as KVM_CREATE_VM makes it. */
export function createVm(profile: KernelProfile, observe: Observe = 'nothing'): Vm {
	const bitmaps = Object.fromEntries(
		Object.entries(profile.behaviours.bitmaps).map(([name, { initial }]) => [name, initial]),
	);
	return {
		profile,
		vcpus: [],
		psciVersion: 0n,
		features: undefined,
		width: undefined,
		ranOnce: false,
		capabilities: [],
		filter: undefined,
		bitmaps,
		mpidrTable: undefined,
		observe,
	};
}

/** Whether the vCPU has a feature, wherever this kernel keeps it. */
export function hasFeature(vm: Vm, vcpu: Vcpu, feature: number): boolean {
	const features = vm.profile.behaviours.featuresScope === 'vm' ? (vm.features ?? 0) : vcpu.features;
	return (features & feature) !== 0;
}
