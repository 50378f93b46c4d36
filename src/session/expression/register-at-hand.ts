// A register as an event shows it, or the call that the event begins: what the guest passes, which the vCPU's state
// shows only behind the event.

import type { Session } from '../session.ts';

export type RegisterName = 'pc' | 'x0' | 'x1' | 'x2' | 'x3';

export function isRegister(name: string): name is RegisterName {
	return /^(pc|x[0-3])$/.test(name);
}

/** With the row that records it; undefined where neither the event at `row` nor its call does. */
export function registerAtHand(
	session: Session,
	row: number,
	name: RegisterName,
): { readonly value: bigint; readonly row: number } | undefined {
	if (row >= session.length) return undefined;
	const { events } = session.trace;
	const event = events.detail(row);
	if (name === 'pc') return 'pc' in event && event.pc !== undefined ? { value: event.pc, row } : undefined;
	const n = Number(name.slice(1));
	const own = event.kind === 'call' || event.kind === 'ret' ? event.x[n] : undefined;
	if (own !== undefined) return { value: own, row };
	if (event.kind === 'kvm_hvc_arm64' && n === 0) return { value: event.r0, row };
	const call = session.calls.at(session.calls.around(events.vm(row), events.vcpu(row), row));
	const entry = call && call.entry >= row ? events.detail(call.entry) : undefined;
	const passed = entry?.kind === 'call' ? entry.x[n] : undefined;
	return call && passed !== undefined ? { value: passed, row: call.entry } : undefined;
}
