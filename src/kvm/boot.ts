// A VM as a VMM makes it before the guest's first instruction, for those who do not want to spell out
// every ioctl: scenarios, and recordings that begin after the VM was made.

import type { FeatureName } from './operation.ts';
import type { KernelProfile } from './profile.ts';
import { type Step, step } from './step.ts';
import { createVm, type Vm } from './vm.ts';

export interface BootSettings {
	/** vcpu_ids in the order of creation; the first vCPU runs, all others start powered off */
	readonly vcpuIds: readonly number[];
	/** without it the guest sees PSCI 0.1; ignored by kernels that have nothing else. Default: true */
	readonly psci02?: boolean;
	readonly thirtyTwoBit?: boolean;
	/** written to KVM_REG_ARM_PSCI_VERSION; undefined: the kernel's newest */
	readonly psciVersion?: bigint;
	/** capabilities to enable, e.g. ARM_SYSTEM_SUSPEND */
	readonly capabilities?: readonly string[];
}

/** The VM, and the steps that made it. An ioctl that fails is among the steps with its error. */
export function bootVm(
	profile: KernelProfile,
	settings: BootSettings,
): { readonly vm: Vm; readonly steps: readonly Step[] } {
	const { vcpuIds, psci02 = true, thirtyTwoBit = false, psciVersion, capabilities = [] } = settings;
	const steps: Step[] = [];
	let vm = createVm(profile);
	const apply = (operation: Parameters<typeof step>[1]) => {
		const made = step(vm, operation);
		vm = made.after;
		steps.push(made);
	};
	const common: FeatureName[] = [];
	if (psci02 && profile.behaviours.psciVersions.length > 1) common.push('PSCI_0_2');
	if (thirtyTwoBit) common.push('EL1_32BIT');
	for (const cap of capabilities) apply({ op: 'enable_cap', cap, flags: 0, arg0: 0n });
	// Created and initialised one by one: 5.10 refuses a 32-bit vCPU while another waits to be initialised.
	vcpuIds.forEach((id, vcpu) => {
		apply({ op: 'vcpu_create', vcpu, id });
		apply({ op: 'vcpu_init', vcpu, features: vcpu === 0 ? common : [...common, 'POWER_OFF'] });
	});
	if (psciVersion !== undefined) apply({ op: 'set_reg', vcpu: 0, reg: 'PSCI_VERSION', value: psciVersion });
	return { vm, steps };
}
