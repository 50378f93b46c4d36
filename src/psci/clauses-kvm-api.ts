// What the kernel's KVM API document promises to userspace (Documentation/virt/kvm/api.rst and
// Documentation/virt/kvm/arm/, Linux 7.2). It is cited by heading; its numbers move between releases.

import type { Clause } from './clause.ts';

function api(id: string, title: string, summary: string): Clause {
	return { id: `kvm-api.${id}`, document: 'KVM API', function: 'general', title, sections: {}, summary };
}

export const KVM_API_CLAUSES: readonly Clause[] = [
	api('create_vcpu', 'KVM_CREATE_VCPU', 'Adds a vCPU with an id that no other vCPU of the VM has.'),
	api(
		'vcpu_init',
		'KVM_ARM_VCPU_INIT',
		'Picks the target and features of a vCPU and resets it. May be called again with the same target and features; the vCPU then returns to its initial state.',
	),
	api(
		'run',
		'KVM_RUN',
		'Runs a vCPU until an exit for userspace or a signal; EINTR where a signal is pending or immediate_exit is set.',
	),
	api(
		'mp_state',
		'KVM_GET_MP_STATE and KVM_SET_MP_STATE',
		'arm64 knows RUNNABLE, STOPPED and, since SYSTEM_SUSPEND, SUSPENDED; another state is EINVAL. A SUSPENDED vCPU exits with a WAKEUP event when it has something to wake for, until userspace makes it RUNNABLE.',
	),
	api(
		'one_reg',
		'KVM_GET_ONE_REG and KVM_SET_ONE_REG',
		'Read or write one register; ENOEXEC before the vCPU is initialised, ENOENT for a register that does not exist.',
	),
	api('reg_list', 'KVM_GET_REG_LIST', 'The registers that KVM_GET_ONE_REG takes.'),
	api(
		'irq_line',
		'KVM_IRQ_LINE',
		'Sets an interrupt input; without an in-kernel interrupt controller, the IRQ or FIQ line of one vCPU.',
	),
	api(
		'enable_cap',
		'KVM_ENABLE_CAP',
		'Switches a capability of the VM on; flags must be zero, an unknown one is EINVAL.',
	),
	api('check_extension', 'KVM_CHECK_EXTENSION', 'Whether a capability exists; 0 for one that does not.'),
	api(
		'system_event',
		'KVM_EXIT_SYSTEM_EVENT',
		'The guest asked for something about the whole system: type SHUTDOWN, RESET, CRASH, WAKEUP or SUSPEND, with data words. Userspace may ignore the request and run the vCPU again.',
	),
	api(
		'system_suspend',
		'KVM_CAP_ARM_SYSTEM_SUSPEND',
		'With it on, SYSTEM_SUSPEND exits with a SUSPEND event, the registers untouched; userspace honours it or writes a return code.',
	),
	api(
		'hypercall_exit',
		'KVM_EXIT_HYPERCALL',
		"A call that the SMCCC filter forwards: nr is the function number, flags say SMC or HVC and the instruction's size; the arguments are in the registers.",
	),
	api(
		'smccc_filter',
		'KVM_ARM_VM_SMCCC_FILTER',
		"Ranges of function numbers to handle, deny or forward. Set before the first run (EBUSY), no overlap and not the architecture's ranges (EEXIST), else EINVAL.",
	),
	api(
		'psci_version',
		'KVM_REG_ARM_PSCI_VERSION',
		'The PSCI version shown to the guest; reads as the default after initialisation, and one write changes it for the whole VM. Only with the PSCI_0_2 feature.',
	),
	api(
		'workarounds',
		'KVM_REG_ARM_SMCCC_ARCH_WORKAROUND_1, _2, _3',
		'The state of a firmware workaround as shown to the guest; a value that this host cannot give is EINVAL.',
	),
	api(
		'bitmaps',
		'Bitmap feature firmware registers',
		'One bit per hypercall service; unknown bits are EINVAL, and a change after a vCPU ran is EBUSY.',
	),
];
