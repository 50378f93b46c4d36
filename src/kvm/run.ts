// KVM_RUN: the checks, the loop of requests, guest and exits, and how it ends
// (kvm_arch_vcpu_ioctl_run, arch/arm64/kvm/arm.c).

import type { Outcome } from './answer.ts';
import { runGuest } from './guest.ts';
import { mpidrTable } from './mpidr.ts';
import { ERRNO } from './operation.ts';
import { changeVcpu, changeVm, decide, type Path, vcpuAt } from './path.ts';
import { serveRequests } from './requests.ts';

/** Runs a vCPU until it leaves for userspace. A vCPU that would wait for ever is `blocked` by a signal. */
export function runVcpu(path: Path, index: number, immediateExit: boolean): Outcome {
	if (!vcpuAt(path, index).initialized) {
		decide(path, 'run.not_initialised', index, 'ENOEXEC');
		return { outcome: 'error', errno: ERRNO.ENOEXEC };
	}
	firstRun(path, index);
	if (immediateExit) {
		decide(path, 'run.immediate_exit', index, 'EINTR', { immediate_exit: true });
		return { outcome: 'error', errno: ERRNO.EINTR };
	}
	return runLoop(path, index);
}

/** What is done once per vCPU: the VM counts as having run, and newer kernels make the MPIDR table. */
function firstRun(path: Path, index: number): void {
	if (vcpuAt(path, index).ranOnce) return;
	decide(path, 'run.first_run', index, 'the VM counts as having run', { vm_ran: path.vm.ranOnce });
	changeVcpu(path, index, { ranOnce: true });
	changeVm(path, { ranOnce: true });
	if (path.vm.profile.behaviours.mpidrLookup === 'in order' || path.vm.mpidrTable) return;
	const table = mpidrTable(path.vm.vcpus);
	if (!table) return;
	decide(path, 'run.makes_mpidr_table', index, 'table made', { mask: table.mask });
	changeVm(path, { mpidrTable: table });
}

function runLoop(path: Path, index: number): Outcome {
	for (;;) {
		const served = serveRequests(path, index);
		if (served.kind === 'exits') return served.exit;
		if (served.kind === 'fails') return { outcome: 'error', errno: served.errno };
		if (served.kind === 'sleeps') {
			decide(path, 'run.signal', index, 'EINTR');
			return { outcome: 'blocked' };
		}
		const left = runGuest(path, index);
		switch (left.kind) {
			case 'goes on':
				break;
			case 'exits':
				return left.exit;
			case 'fails':
				return { outcome: 'error', errno: left.errno };
			case 'store':
				decide(path, 'run.guest_store', index, 'the guest reached its store');
				return {
					outcome: 'return',
					x: path.vm.observe === 'all' ? vcpuAt(path, index).registers.x.slice(0, 4) : null,
				};
			case 'spins':
				decide(path, 'run.guest_spins', index, 'EINTR', { pc: vcpuAt(path, index).registers.pc });
				return { outcome: 'blocked' };
			case 'waits':
				decide(path, 'run.signal', index, 'EINTR');
				return { outcome: 'blocked' };
		}
	}
}
