// Which system event leaves the kernel at an event: its making (probe system_event), or, where that was not
// recorded, the exit that delivers it to the VMM.

import { MP_STATE } from '../kvm/index.ts';
import { KVM_EXIT_SYSTEM_EVENT } from './calls.ts';
import { SYSTEM_EVENT } from './kvm-names.ts';
import { recordedCall } from './recorded-call.ts';
import type { Session } from './session.ts';
import { vcpuOf } from './state.ts';

export interface SystemEventAt {
	/** KVM_SYSTEM_EVENT_* number; undefined where the recording does not tell */
	readonly type: number | undefined;
	readonly flags: bigint | undefined;
	/** the exit of an event whose making was an event before */
	readonly delivery: boolean;
}

export function systemEventAt(session: Session, row: number): SystemEventAt | undefined {
	const { events } = session.trace;
	const detail = events.detail(row);
	if (detail.kind === 'system_event') return { type: detail.type, flags: detail.flags, delivery: false };
	if (detail.kind !== 'kvm_userspace_exit' || detail.reason !== KVM_EXIT_SYSTEM_EVENT) return undefined;
	const [vm, id] = [events.vm(row), events.vcpu(row)];
	const state = session.stateAt(row);
	const made = state.vms.find((v) => v.vm === vm)?.lastExit;
	if (made && made.vcpu === id && made.delivered === undefined)
		return { type: made.type?.value, flags: made.flags?.value, delivery: true };
	const call = recordedCall(session, session.calls.around(vm, id, row))?.call;
	if (call) return { type: TYPE_OF_CALL[call.name], flags: undefined, delivery: false };
	// Without a call only a SUSPENDED vCPU with something to wake for leaves (kvm_vcpu_suspend, arm.c, 7.2).
	const suspended = vcpuOf(state, vm, id)?.mpState?.value === MP_STATE.SUSPENDED;
	return { type: suspended ? SYSTEM_EVENT.WAKEUP : undefined, flags: undefined, delivery: false };
}

const TYPE_OF_CALL: Readonly<Record<string, number>> = {
	SYSTEM_OFF: SYSTEM_EVENT.SHUTDOWN,
	SYSTEM_OFF2: SYSTEM_EVENT.SHUTDOWN,
	SYSTEM_RESET: SYSTEM_EVENT.RESET,
	SYSTEM_RESET2: SYSTEM_EVENT.RESET,
	SYSTEM_SUSPEND: SYSTEM_EVENT.SUSPEND,
};
