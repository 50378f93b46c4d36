// Threads as a client sees them: one for each vCPU, and one for the VMM of each virtual machine. Their numbers
// never change during a session, though a growing one may get more of them.

import { type Only, ofVcpu } from '../session/cursor.ts';
import type { Session } from '../session/session.ts';
import type { VcpuState } from '../session/state.ts';
import { vcpuName } from '../session/view.ts';
import { EventKind } from '../trace/event.ts';

/** Number of the thread of VM 0's VMM; vCPUs count from 1. */
const FIRST_VMM = 1_000_000;

export type Thread =
	| { readonly kind: 'vcpu'; readonly id: number; readonly vcpu: VcpuState }
	| { readonly kind: 'vmm'; readonly id: number; readonly vm: number };

export function threadsOf(session: Session): Thread[] {
	const vms = [...new Set(session.vcpus.map(({ vm }) => vm))];
	return [
		...session.vcpus.map((vcpu, i): Thread => ({ kind: 'vcpu', id: i + 1, vcpu })),
		...vms.map((vm): Thread => ({ kind: 'vmm', id: FIRST_VMM + vm, vm })),
	];
}

export function threadName(session: Session, thread: Thread): string {
	if (thread.kind === 'vcpu') return vcpuName(session, thread.vcpu);
	return session.shownVms > 1 ? `VM ${thread.vm} VMM` : 'VMM';
}

export function threadNumbered(session: Session, id: number): Thread | undefined {
	if (id >= FIRST_VMM) {
		const vm = id - FIRST_VMM;
		return session.vcpus.some((v) => v.vm === vm) ? { kind: 'vmm', id, vm } : undefined;
	}
	const vcpu = session.vcpus[id - 1];
	return vcpu && { kind: 'vcpu', id, vcpu };
}

/** The thread of the event at `row`: its vCPU's; the VMM's where it has none; undefined where neither is known. */
export function threadOfRow(session: Session, row: number): number | undefined {
	if (row < 0 || row >= session.length) return undefined;
	const { events } = session.trace;
	const [vm, id] = [events.vm(row), events.vcpu(row)];
	const vcpu = session.vcpus.findIndex((v) => v.vm === vm && v.id === id);
	if (vcpu >= 0) return vcpu + 1;
	return isVmmEvent(events.kind(row)) && session.vcpus.some((v) => v.vm === vm) ? FIRST_VMM + vm : undefined;
}

/** The rows that are about a thread: of a VMM, those of what it does to its vCPUs, too. */
export function rowsOf(session: Session, thread: Thread): Only {
	const { events } = session.trace;
	return thread.kind === 'vcpu'
		? ofVcpu(session, thread.vcpu)
		: (row) => events.vm(row) === thread.vm && isVmmEvent(events.kind(row));
}

const VMM_EVENTS: ReadonlySet<EventKind> = new Set([
	EventKind.kvm_irq_line,
	EventKind.kvm_userspace_exit,
	EventKind.operation,
	EventKind.set_fw_reg,
	EventKind.set_mp_state,
]);

/** What the VMM does, or is told. */
export function isVmmEvent(kind: EventKind): boolean {
	return VMM_EVENTS.has(kind);
}

/** So far back one looks for what a VMM did last. */
const MOST_ROWS_BACK = 100_000;

/** The last event at or before `row` that the VMM did or was told; -1 where there is none near. */
export function lastVmmRow(session: Session, vm: number, row: number): number {
	const { events } = session.trace;
	const first = Math.max(0, row - MOST_ROWS_BACK);
	for (let at = Math.min(row, session.length - 1); at >= first; at--)
		if (events.vm(at) === vm && isVmmEvent(events.kind(at))) return at;
	return -1;
}
