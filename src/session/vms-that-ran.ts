// Which VMs of a recording are sessions. A VMM often creates a VM only to ask the kernel what it can do
// (QEMU does): one that never ran a guest is not shown.

import { EventKind } from '../trace/event.ts';

const IN_A_RUN = new Uint8Array(256);
for (const kind of [
	EventKind.kvm_entry,
	EventKind.kvm_exit,
	EventKind.kvm_hvc_arm64,
	EventKind.kvm_wfx_arm64,
	EventKind.call,
	EventKind.ret,
	EventKind.wfi,
])
	IN_A_RUN[kind] = 1;

/** Whether an event of this kind is of a VM that runs a guest. */
export function showsARun(kind: EventKind): boolean {
	return IN_A_RUN[kind] === 1;
}

/** Indices of the VMs that ran a guest, of `vms`; of all VMs where none did. */
export function shownVms(vms: number, ran: ReadonlySet<number>): readonly number[] {
	const all = Array.from({ length: vms }, (_, index) => index);
	const those = all.filter((vm) => ran.has(vm));
	return those.length > 0 ? those : all;
}
