// Waiting in the kernel for something to do (kvm_vcpu_wfi, kvm_vcpu_block; kvm_arch_vcpu_runnable).

import { changeVcpu, decide, makeRequest, type Path, takeRequest, vcpuAt } from './path.ts';
import { isStopped } from './vcpu.ts';

/** Something is pending for the vCPU, and it is not powered off. */
export function isRunnable(path: Path, index: number): boolean {
	const vcpu = vcpuAt(path, index);
	return vcpu.lines !== 0 && !isStopped(vcpu);
}

/** WFI, and CPU_SUSPEND which KVM treats as one. False: nothing is pending, so the vCPU sleeps. */
export function waitForInterrupt(path: Path, index: number): boolean {
	const vcpu = vcpuAt(path, index);
	const ready = isRunnable(path, index);
	decide(
		path,
		ready ? 'wait.interrupt_pending' : 'wait.nothing_pending',
		index,
		ready ? 'does not sleep' : 'sleeps until an interrupt or a signal',
		{ lines: vcpu.lines, mp_state: vcpu.mpState },
	);
	if (ready && path.vm.profile.behaviours.unhaltRequest) {
		makeRequest(path, index, 'UNHALT');
		takeRequest(path, index, 'UNHALT');
	}
	return ready;
}

/** Sets one interrupt input. False: it has that level already, so nothing happens. */
export function setLine(path: Path, index: number, line: number, level: boolean): boolean {
	const { lines } = vcpuAt(path, index);
	const after = level ? lines | line : lines & ~line;
	if (after === lines) return false;
	changeVcpu(path, index, { lines: after });
	makeRequest(path, index, 'IRQ_PENDING');
	return true;
}
