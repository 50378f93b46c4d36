// One exit of KVM_RUN put to a policy.

import type { HypercallExit, SystemEvent } from '../kvm/answer.ts';
import { SYSTEM_EVENT } from '../kvm/answer.ts';
import type { Vm } from '../kvm/vm.ts';
import { reset, shutdown, suspend, wakeup } from './events.ts';
import type { Machine } from './machine.ts';
import type { Policy } from './policy.ts';
import { type Reaction, reaction } from './reaction.ts';
import { serveForwarded } from './userspace-psci.ts';

/**
 * What the VMM does about an exit of vCPU `vcpu`. It looks at registers as KVM_GET_ONE_REG would show them;
 * the caller of the event has no reset pending, so looking changes nothing.
 */
export function react(
	policy: Policy,
	machine: Machine,
	vm: Vm,
	vcpu: number,
	exit: SystemEvent | HypercallExit,
): Reaction {
	if (exit.outcome === 'hypercall') return serveForwarded(policy, machine, vm, vcpu, exit);
	switch (exit.type) {
		case SYSTEM_EVENT.SHUTDOWN:
			return shutdown(policy, machine, vcpu, exit);
		case SYSTEM_EVENT.RESET:
			return reset(policy, machine, vm, vcpu, exit);
		case SYSTEM_EVENT.SUSPEND: {
			// KVM has cut the arguments of the 32-bit form in place.
			const [, entry = 0n, contextId = 0n] = vm.vcpus[vcpu]?.registers.x ?? [];
			return suspend(policy, machine, vm, vcpu, entry, contextId);
		}
		case SYSTEM_EVENT.WAKEUP:
			return wakeup(policy, machine, vcpu);
		default:
			return reaction(machine, vcpu, 'vmm.unknown_exit', 'nothing done', [], { type: exit.type });
	}
}
