// Which system event KVM_RUN returns with, from the rows of its call: the state would have to be replayed up to here.

import { EventKind } from '../../trace/event.ts';
import { SYSTEM_SUSPEND_IDS } from '../calls.ts';
import { SYSTEM_EVENT } from '../kvm-names.ts';
import type { Session } from '../session.ts';
import type { SeenVcpu } from './seen.ts';

export interface EventOfExit {
	/** undefined where nothing tells */
	readonly type: number | undefined;
	readonly flags: bigint | undefined;
}

const UNKNOWN: EventOfExit = { type: undefined, flags: undefined };
/** Rows of a call that are looked through for the probe's. */
const MOST_ROWS = 1000;

/** By the low byte of the number: flags as kernels have them since 5.18, where RESET2 exists at all. */
const BY_FUNCTION: ReadonlyMap<number, EventOfExit> = new Map([
	[0x08, { type: SYSTEM_EVENT.SHUTDOWN, flags: 0n }],
	[0x09, { type: SYSTEM_EVENT.RESET, flags: 0n }],
	[0x0e, { type: SYSTEM_EVENT.SUSPEND, flags: undefined }],
	[0x12, { type: SYSTEM_EVENT.RESET, flags: 1n }],
	[0x15, { type: SYSTEM_EVENT.SHUTDOWN, flags: 1n }],
]);

export function eventOfExit(session: Session, row: number, { vm, id }: SeenVcpu): EventOfExit {
	if (session.kind === 'simulated') {
		const exit = session.stateAt(row + 1).vms.find((one) => one.vm === vm)?.lastExit;
		return { type: exit?.type?.value, flags: exit?.flags?.value };
	}
	const { calls, trace } = session;
	const call = calls.at(calls.around(vm, id, row));
	// Without a call only a suspended vCPU with something to wake for leaves (kvm_vcpu_suspend, arm.c, 7.2).
	if (!call) {
		const latest = calls.functionId(calls.latest(vm, id, row));
		if (SYSTEM_SUSPEND_IDS.has(latest)) return { type: SYSTEM_EVENT.WAKEUP, flags: undefined };
		const state = session.stateAt(row + 1).vms.find((one) => one.vm === vm)?.lastExit;
		return { type: state?.type?.value, flags: state?.flags?.value };
	}
	for (let at = call.site; at < Math.min(row, call.site + MOST_ROWS); at++) {
		if (trace.events.kind(at) !== EventKind.system_event || trace.events.vcpu(at) !== id) continue;
		const detail = trace.events.detail(at);
		if (detail.kind === 'system_event') return { type: detail.type, flags: detail.flags };
	}
	const psci = (call.functionId & 0xbfffffe0) >>> 0 === 0x84000000;
	return (psci && BY_FUNCTION.get(call.functionId & 0x1f)) || UNKNOWN;
}
