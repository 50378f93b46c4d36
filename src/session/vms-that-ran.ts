// Which VMs of a recording are sessions. A VMM often creates a VM only to ask the kernel what it can do
// (QEMU does): one that never ran a guest is not shown.

import { EventKind } from '../trace/event.ts';
import type { Trace } from '../trace/trace.ts';

const IN_A_RUN: ReadonlySet<EventKind> = new Set([
	EventKind.kvm_entry,
	EventKind.kvm_exit,
	EventKind.kvm_hvc_arm64,
	EventKind.kvm_wfx_arm64,
	EventKind.call,
	EventKind.ret,
	EventKind.wfi,
]);

/** Indices of the VMs that ran a guest; of all VMs where none did. Yields now and then. */
export function* vmsThatRan({ events, vms }: Trace): Generator<number, readonly number[]> {
	const ran = new Set<number>();
	for (let row = 0; row < events.length && ran.size < vms.length; row++) {
		if (row % 65536 === 65535) yield row;
		if (IN_A_RUN.has(events.kind(row)) && events.vm(row) >= 0) ran.add(events.vm(row));
	}
	const all = vms.map((_, index) => index);
	return ran.size > 0 ? all.filter((vm) => ran.has(vm)) : all;
}
