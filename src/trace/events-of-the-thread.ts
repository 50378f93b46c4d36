// Which events happen to the vCPU whose thread it is, without naming it.

import { EventKind } from './event.ts';

const ofTheThread = new Uint8Array(256);
for (const kind of [
	EventKind.kvm_entry,
	EventKind.kvm_exit,
	EventKind.kvm_hvc_arm64,
	EventKind.kvm_wfx_arm64,
	EventKind.kvm_vcpu_wakeup,
	EventKind.kvm_userspace_exit,
	EventKind.kvm_guest_fault,
	EventKind.kvm_mmio,
	EventKind.cpu_on_ret,
]) {
	ofTheThread[kind] = 1;
}

export function isOfTheThread(kind: number): boolean {
	return ofTheThread[kind] === 1;
}
