// What the VMM does before the first statement: a machine's settings as operations, in the order in which
// they must come.

import { adopt, type KernelProfile, type Operation, onHost, profileNamed, type Vm } from '../kvm/index.ts';
import { type Policy, policyNamed, setup } from '../vmm/index.ts';
import type { Place } from './place.ts';
import type { Machine } from './program.ts';

export interface SetupStep {
	readonly place: Place;
	readonly operation: Operation;
	readonly text: string;
}

/** The kernel where nobody names one: the newest that is proven. */
export const DEFAULT_KERNEL = '7.2';

/** The kernel that a run follows; a RangeError where there is none of that name. */
export function kernelOf(machine: Machine, wanted?: string): KernelProfile {
	const name = wanted ?? machine.kernel ?? DEFAULT_KERNEL;
	const profile = profileNamed(name);
	if (!profile) throw new RangeError(`no kernel '${name}'`);
	return onHost(profile, machine.host);
}

export function policyOf(machine: Machine): Policy | undefined {
	if (machine.policy === undefined) return undefined;
	const policy = policyNamed(machine.policy);
	if (!policy) throw new RangeError(`no VMM policy '${machine.policy}'`);
	return policy;
}

export function setupSteps(machine: Machine, profile: KernelProfile): readonly SetupStep[] {
	const { place } = machine;
	const policy = policyOf(machine);
	const steps: SetupStep[] = [];
	const add = (at: Place, operation: Operation, text: string) => steps.push({ place: at, operation, text });
	for (const operation of policy ? setup(policy, profile) : [])
		add(place, operation, `VMM ${policy?.name}: ${operation.op}`);
	for (const { place: at, cap, arg0 } of machine.capabilities)
		add(at, { op: 'enable_cap', cap, flags: 0, arg0 }, `enable_cap ${cap}`);
	for (const { place: at, base, count, action } of machine.filters)
		add(
			at,
			{ op: 'smccc_filter', base, count, action, pad: 0 },
			`smccc_filter ${action} 0x${base.toString(16)} count ${count}`,
		);
	// Created and initialised one by one: 5.10 refuses a 32-bit vCPU while another waits to be initialised.
	machine.vcpus.forEach(({ place: at, id, features }, vcpu) => {
		// The first kernels have one PSCI only, and no feature to choose it by.
		const known = features.filter((f) => f !== 'PSCI_0_2' || profile.behaviours.psciVersions.length > 1);
		add(at, { op: 'vcpu_create', vcpu, id }, `vcpu_create ${id}`);
		add(at, { op: 'vcpu_init', vcpu, features: known }, `vcpu_init ${known.join(' ')}`.trim());
	});
	const { psciVersion } = machine;
	if (psciVersion)
		add(
			psciVersion.place,
			{ op: 'set_reg', vcpu: 0, reg: 'PSCI_VERSION', value: psciVersion.value },
			`set_reg PSCI_VERSION 0x${psciVersion.value.toString(16)}`,
		);
	return steps;
}

/** What a VMM sets by attributes of a vCPU, which the model has no operation for. */
export function withAttributes(vm: Vm, { vcpus }: Machine): Vm {
	return vcpus.reduce(
		(made, { stolenTime }, index) => (stolenTime === undefined ? made : adopt(made, index, { stolenTime })),
		vm,
	);
}
