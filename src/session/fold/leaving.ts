// Exits to userspace, and the system events among them.

import { MP_STATE } from '../../kvm/index.ts';
import { type CallRows, KVM_EXIT_SYSTEM_EVENT, SYSTEM_SUSPEND_IDS } from '../calls.ts';
import { SYSTEM_EVENT } from '../kvm-names.ts';
import type { SystemEventExit, Whereabouts } from '../state.ts';
import type { Step } from './step.ts';

/** The system event that a function makes, where it makes one (arch/arm64/kvm/psci.c, 7.2). */
export const EVENT_OF: ReadonlyMap<number, number> = new Map([
	[0x84000008, SYSTEM_EVENT.SHUTDOWN],
	[0x84000009, SYSTEM_EVENT.RESET],
	[0x84000012, SYSTEM_EVENT.RESET],
	[0xc4000012, SYSTEM_EVENT.RESET],
	[0x84000015, SYSTEM_EVENT.SHUTDOWN],
	[0xc4000015, SYSTEM_EVENT.SHUTDOWN],
	...[...SYSTEM_SUSPEND_IDS].map((id): [number, number] => [id, SYSTEM_EVENT.SUSPEND]),
]);

/** SYSTEM_RESET2, SYSTEM_OFF2: their events have bit 0 of data[0] set. */
const FLAGGED: ReadonlySet<number> = new Set([0x84000012, 0xc4000012, 0x84000015, 0xc4000015]);

/** kvm_prepare_system_event ran. */
export function systemEvent(step: Step, type: number, flags: bigint | undefined): void {
	step.stopAll();
	step.machine.changeVm(step.vm, {
		lastExit: {
			vcpu: step.id,
			type: step.recorded(type),
			flags: flags === undefined ? undefined : step.recorded(flags),
			row: step.row,
			delivered: undefined,
		},
	});
}

export function leavesToVmm(step: Step, reason: number): void {
	step.vcpu.whereabouts = step.recorded<Whereabouts>('VMM');
	if (reason !== KVM_EXIT_SYSTEM_EVENT) return;
	const pending = step.machine.vms.find(({ vm }) => vm === step.vm)?.lastExit;
	const lastExit =
		pending && pending.vcpu === step.id && pending.delivered === undefined
			? { ...pending, delivered: step.row }
			: unprobed(step);
	step.machine.changeVm(step.vm, { lastExit });
}

/** An exit with a system event of which no probe told. */
function unprobed(step: Step): SystemEventExit {
	const { calls, vm, id, row } = step;
	const call = calls.at(calls.around(vm, id, row));
	const type = call ? EVENT_OF.get(call.functionId) : wakeup(step);
	const why = call
		? 'the call that ended in this exit makes such an event'
		: 'without a call only a suspended vCPU with something to wake for leaves with an event';
	if (type === SYSTEM_EVENT.SHUTDOWN || type === SYSTEM_EVENT.RESET) step.stopAll();
	const flags = flagsOf(type, call);
	return {
		vcpu: id,
		type: type === undefined ? undefined : step.inferred(type, why),
		flags: flags === undefined ? undefined : step.inferred(flags, why),
		row,
		delivered: row,
	};
}

/** As kernels have them since 5.18: before, there was no call that has one. */
function flagsOf(type: number | undefined, call: CallRows | undefined): bigint | undefined {
	if (type === SYSTEM_EVENT.SUSPEND || !call) return undefined;
	return FLAGGED.has(call.functionId) ? 1n : 0n;
}

/** kvm_vcpu_suspend, arch/arm64/kvm/arm.c, 7.2. */
function wakeup({ calls, vm, id, row, vcpu }: Step): number | undefined {
	const latest = calls.at(calls.latest(vm, id, row));
	const suspended =
		vcpu.mpState?.value === MP_STATE.SUSPENDED || SYSTEM_SUSPEND_IDS.has(latest?.functionId ?? -1);
	return suspended ? SYSTEM_EVENT.WAKEUP : undefined;
}
