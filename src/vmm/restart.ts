// A restart of the machine, and the start from a hibernation image, which to KVM is the same.

import type { Operation } from '../kvm/operation.ts';
import type { Vm } from '../kvm/vm.ts';
import type { Machine } from './machine.ts';
import { type Reaction, reaction, start } from './reaction.ts';

/** Every vCPU is initialised as it was at first; the first one starts at the boot entry. */
export function restartOperations(vm: Vm, machine: Machine): readonly Operation[] {
	return vm.vcpus.flatMap(({ index }): readonly Operation[] => {
		if (index === 0) return start(machine, 0, machine.bootEntry, machine.bootX0);
		return [{ op: 'vcpu_init', vcpu: index, features: machine.features[index] ?? [] }];
	});
}

export function restarted(machine: Machine): Machine {
	return { ...machine, state: 'running', resumes: [], restarts: machine.restarts + 1 };
}

/** Switches a machine on again that went off or hibernated. A cold boot: CPU_ONs come again. */
export function powerOn(vm: Vm, machine: Machine): Reaction {
	return reaction(restarted(machine), 0, 'vmm.restart', 'cold boot', restartOperations(vm, machine), {
		state: machine.state,
	});
}
