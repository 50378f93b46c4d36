// The system events one by one, as a policy wants them treated.

import type { SystemEvent } from '../kvm/answer.ts';
import { isStopped } from '../kvm/vcpu.ts';
import type { Vm } from '../kvm/vm.ts';
import { PSCI } from '../psci/return-codes.ts';
import { VENDOR_RESET_START } from '../psci/states.ts';
import type { Machine, Resume } from './machine.ts';
import { type Policy, SUSPEND_DENIALS } from './policy.ts';
import { answer, type Reaction, reaction, setState, start } from './reaction.ts';
import { restarted, restartOperations } from './restart.ts';

function runOn(machine: Machine, vcpu: number): Reaction {
	return reaction(machine, vcpu, 'vmm.run_on', 'caller runnable', [setState(vcpu, 'RUNNABLE')]);
}

export function shutdown(
	policy: Policy,
	machine: Machine,
	vcpu: number,
	{ data0 }: Pick<SystemEvent, 'data0'>,
): Reaction {
	const off2 = (data0 & 1n) !== 0n;
	const choice = off2 ? policy.onOff2 : policy.onOff;
	if (choice === 'run on') return runOn(machine, vcpu);
	const looked = { data0 };
	if (choice === 'hibernate')
		return reaction({ ...machine, state: 'hibernated' }, vcpu, 'vmm.hibernate', 'hibernated', [], looked);
	return reaction({ ...machine, state: 'off' }, vcpu, 'vmm.power_off', 'off', [], looked);
}

export function reset(
	policy: Policy,
	machine: Machine,
	vm: Vm,
	vcpu: number,
	{ data0 }: Pick<SystemEvent, 'data0'>,
): Reaction {
	const reset2 = (data0 & 1n) !== 0n;
	const choice = reset2 ? policy.onReset2 : policy.onReset;
	if (choice === 'run on') return runOn(machine, vcpu);
	if (choice === 'power off')
		return reaction({ ...machine, state: 'off' }, vcpu, 'vmm.power_off', 'off', [], { data0 });
	const operations = restartOperations(vm, machine);
	const after = restarted(machine);
	if (choice === 'restart')
		return reaction(after, vcpu, 'vmm.restart', 'cold restart', operations, { data0 });
	// SYSTEM_RESET2 leaves its type in x1; KVM reads its low 32 bits (psci.c, kvm_psci_1_x_call).
	const type = BigInt.asUintN(32, vm.vcpus[vcpu]?.registers.x[1] ?? 0n);
	if (type >= VENDOR_RESET_START)
		return reaction(after, vcpu, 'vmm.vendor_restart', 'cold restart', operations, { data0, type });
	return reaction(after, vcpu, 'vmm.warm_restart', 'warm restart, memory kept', operations, { data0, type });
}

/** `entry` and `contextId` are SYSTEM_SUSPEND's arguments, cut to what its form has. */
export function suspend(
	policy: Policy,
	machine: Machine,
	vm: Vm,
	vcpu: number,
	entry: bigint,
	contextId: bigint,
): Reaction {
	const { onSuspend } = policy;
	if (onSuspend === 'off') return deny(machine, vcpu, PSCI.NOT_SUPPORTED);
	if (onSuspend !== 'honour' && onSuspend !== 'honour if all others are off')
		return deny(machine, vcpu, SUSPEND_DENIALS[onSuspend]);
	const on = vm.vcpus.find((other) => other.index !== vcpu && !isStopped(other));
	if (onSuspend === 'honour if all others are off' && on)
		return reaction(
			machine,
			vcpu,
			'vmm.suspend_others_on',
			'DENIED',
			[setState(vcpu, 'RUNNABLE'), answer(vcpu, PSCI.DENIED)],
			{ other: on.index, mp_state: on.mpState },
		);
	const promised: Resume = { vcpu, entry, contextId, inPlace: false };
	return reaction(
		{ ...machine, resumes: [...machine.resumes.filter((r) => r.vcpu !== vcpu), promised] },
		vcpu,
		'vmm.suspend_honoured',
		'SUSPENDED',
		[setState(vcpu, 'SUSPENDED')],
		{ entry, context_id: contextId },
	);
}

function deny(machine: Machine, vcpu: number, status: bigint): Reaction {
	return reaction(machine, vcpu, 'vmm.suspend_denied', `${status}`, [answer(vcpu, status)], { status });
}

/** Ends a suspend: because KVM reported a wake-up, or because the VMM wants it so. */
export function wakeup(policy: Policy, machine: Machine, vcpu: number): Reaction {
	if (policy.onWakeup === 'stay suspended')
		return reaction(machine, vcpu, 'vmm.wakeup_ignored', 'stays suspended');
	const promised = machine.resumes.find((r) => r.vcpu === vcpu);
	const after = { ...machine, resumes: machine.resumes.filter((r) => r.vcpu !== vcpu) };
	if (!promised || promised.inPlace)
		return reaction(after, vcpu, 'vmm.wakeup_in_place', 'runnable', [setState(vcpu, 'RUNNABLE')]);
	const { entry, contextId } = promised;
	return reaction(after, vcpu, 'vmm.wakeup_resumes', 'resumes', start(machine, vcpu, entry, contextId), {
		entry,
		context_id: contextId,
	});
}
