// Rules of KVM_RUN: checks, requests, entry, waiting, resets (arch/arm64/kvm/{arm,reset}.c).

import type { RuleTable } from './rule.ts';

export const RUN_RULES = {
	'run.not_initialised': {
		says: 'KVM_RUN before KVM_ARM_VCPU_INIT: ENOEXEC.',
		clauses: ['kvm-api.run'],
		source: 'arm.c, kvm_arch_vcpu_run_pid_change',
	},
	'run.first_run': {
		says: 'The first KVM_RUN of a vCPU, also one that leaves at once: the VM counts as having run, which closes filter and bitmaps.',
		clauses: ['kvm-api.run', 'kvm-api.smccc_filter', 'kvm-api.bitmaps'],
		source: 'arm.c, kvm_arch_vcpu_run_pid_change',
	},
	'run.makes_mpidr_table': {
		says: "At a vCPU's first run the table from MPIDR to vCPU is made, unless there is one or the VM has one vCPU.",
		clauses: ['CPU_ON.prototype'],
		source: 'arm.c, kvm_init_mpidr_data (6.7 and later)',
	},
	'run.immediate_exit': {
		says: 'immediate_exit is set: EINTR before any request is looked at.',
		clauses: ['kvm-api.run'],
		source: 'arm.c, kvm_arch_vcpu_ioctl_run',
	},
	'run.enters_guest': {
		says: 'No request is left and no signal pending: the guest runs.',
		clauses: ['kvm-api.run'],
		source: 'arm.c, kvm_arch_vcpu_ioctl_run',
	},
	'run.guest_store': {
		says: 'The guest code reached the store that ends it, which userspace completes.',
		clauses: ['kvm-api.run'],
		source: 'guest code of the program that recorded the vectors',
	},
	'run.guest_spins': {
		says: 'The guest faults at an address without code or memory, over and over, until a signal.',
		clauses: ['kvm-api.run'],
		source: 'guest code of the program that recorded the vectors',
	},
	'run.signal': {
		says: 'A signal ended the wait: EINTR. Whatever the vCPU waited in is over for it.',
		clauses: ['kvm-api.run'],
		source: 'arm.c, kvm_arch_vcpu_ioctl_run',
	},
	'request.vm_dead': {
		says: 'The VM was declared dead: EIO, now and for ever.',
		clauses: ['kvm-api.run'],
		source: 'arm.c, check_vcpu_requests',
	},
	'request.sleep_stopped': {
		says: 'Asked to sleep and still STOPPED: sleeps in the kernel, and asks itself to sleep again when woken by a signal.',
		clauses: ['CPU_OFF.use', 'kvm-api.mp_state'],
		source: 'arm.c, kvm_vcpu_sleep',
	},
	'request.sleep_not_stopped': {
		says: 'Asked to sleep, but no longer STOPPED: goes on.',
		clauses: ['kvm-api.mp_state'],
		source: 'arm.c, kvm_vcpu_sleep',
	},
	'request.vcpu_reset': {
		says: 'The vCPU owes a reset and carries it out before it enters the guest. A stopped one does so when a signal wakes it.',
		clauses: ['CPU_ON.use', 'start.state'],
		source: 'arm.c, check_vcpu_requests',
	},
	'request.irq_pending': {
		says: 'An interrupt line changed since the last look; the request itself does nothing more.',
		clauses: ['kvm-api.irq_line'],
		source: 'arm.c, check_vcpu_requests',
	},
	'request.suspend_not_suspended': {
		says: 'Asked to suspend, but no longer SUSPENDED: goes on.',
		clauses: ['kvm-api.mp_state'],
		source: 'arm.c, kvm_vcpu_suspend (5.19 and later)',
	},
	'request.suspend_wakeup': {
		says: 'SUSPENDED with an interrupt pending: exits with a WAKEUP event, and stays suspended until userspace says RUNNABLE.',
		clauses: ['kvm-api.mp_state', 'kvm-api.system_event'],
		source: 'arm.c, kvm_vcpu_suspend (5.19 and later)',
	},
	'request.suspend_sleeps': {
		says: 'SUSPENDED with nothing to wake for: sleeps, and asks itself to suspend again.',
		clauses: ['kvm-api.mp_state'],
		source: 'arm.c, kvm_vcpu_suspend (5.19 and later)',
	},
	'wait.interrupt_pending': {
		says: 'An interrupt line is asserted and the vCPU not stopped: waiting ends at once, masked or not.',
		clauses: ['CPU_SUSPEND.use'],
		source: 'arm.c, kvm_vcpu_wfi',
	},
	'wait.nothing_pending': {
		says: 'Nothing is pending: the vCPU sleeps until an interrupt, or any signal of the VMM, ends the wait.',
		clauses: ['CPU_SUSPEND.use'],
		source: 'arm.c, kvm_vcpu_wfi',
	},
	'reset.initial_state': {
		says: 'Registers go back to their initial values; no CPU_ON left anything to apply.',
		clauses: ['kvm-api.vcpu_init', 'start.state'],
		source: 'reset.c, kvm_reset_vcpu',
	},
	'reset.cpu_on_state': {
		says: 'Registers go back to their initial values, then pc, x0 and endianness become what CPU_ON left; bit 0 of the entry point means T32 to a 32-bit vCPU.',
		clauses: ['CPU_ON.use', 'start.entry', 'start.state'],
		source: 'reset.c, kvm_reset_vcpu',
	},
	'reset.width_differs': {
		says: "The vCPU's register width is not that of the VM: EINVAL, and what CPU_ON left may be lost.",
		clauses: ['kvm-api.vcpu_init'],
		source: 'reset.c, kvm_set_vm_width; vcpu_allowed_register_width (5.10)',
	},
	'reset.no_aarch32': {
		says: 'A 32-bit vCPU on a host without AArch32 at EL1: EINVAL.',
		clauses: ['kvm-api.vcpu_init'],
		source: 'reset.c',
	},
} as const satisfies RuleTable;
