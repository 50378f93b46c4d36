// What each event of a trace is, in a sentence: for a person who points at its name. Sources: the
// tracepoints' definitions (include/trace/events/kvm.h, arch/arm64/kvm/trace_arm.h, trace_handle_exit.h, 7.2).

import type { EventName } from '../trace/event.ts';

export const EVENT_MEANINGS: Readonly<Record<EventName, string>> = {
	kvm_entry: 'The vCPU enters the guest at this pc.',
	kvm_exit: 'The vCPU leaves the guest: an interrupt (IRQ) or a trap of this exception class (TRAP).',
	kvm_hvc_arm64:
		'The guest made a hypercall by HVC: r0 is the function ID; the pc is the instruction after the HVC. SMC calls have no such event.',
	kvm_wfx_arm64: 'The guest executed WFI or WFE.',
	kvm_vcpu_wakeup: 'A vCPU that waited in KVM was woken.',
	kvm_userspace_exit:
		'KVM_RUN returned to the VMM: 24 is a system event, 3 a call forwarded to the VMM, 6 MMIO.',
	kvm_irq_line: 'The VMM drove an interrupt line (KVM_IRQ_LINE).',
	kvm_guest_fault: 'The guest touched memory that was not mapped yet.',
	kvm_mmio: 'The guest accessed a device that the VMM emulates.',
	call: "Probe: KVM's hypercall handler is entered; x0 is the function ID, x1 to x3 the arguments.",
	ret: "Probe: KVM's hypercall handler returns; x0 is the result. ret=1: the vCPU goes on, 0: KVM_RUN returns to the VMM.",
	cpu_on: 'Probe: kvm_psci_vcpu_on begins: a CPU_ON is carried out.',
	cpu_on_ret: 'Probe: kvm_psci_vcpu_on returns its result.',
	power_off: 'Probe: the vCPU is stopped (CPU_OFF, or KVM_SET_MP_STATE on some kernels).',
	system_event:
		'Probe: a system event is prepared for the VMM: type 1 SHUTDOWN, 2 RESET. Every vCPU is stopped.',
	wfi: 'Probe: the vCPU waits for an interrupt in KVM (WFI, CPU_SUSPEND or mp_state SUSPENDED).',
	reset: 'Probe: the vCPU is reset. pending=1: the reset that a CPU_ON left for it; 0: KVM_ARM_VCPU_INIT.',
	set_mp_state: 'Probe: the VMM sets the mp_state: 0 RUNNABLE, 5 STOPPED, 10 SUSPENDED.',
	set_fw_reg: 'Probe: the VMM writes a firmware register, the PSCI version among them.',
	console: 'A line that the firmware or the guest printed on its console.',
	operation: 'An operation of the VMM on the VM or one of its vCPUs.',
	lost: 'The recorder dropped events here.',
};
