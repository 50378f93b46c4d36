// What a `KVM_…` name is, in a sentence. The interface's own calls are told by the clauses about them; the
// rest stands here (include/uapi/linux/kvm.h, arch/arm64/include/asm/kvm_host.h, Linux 7.2).

import { KVM_API_CLAUSES } from '../psci/clauses-kvm-api.ts';

const MEANINGS: Readonly<Record<string, string>> = {
	KVM_EXIT_UNKNOWN: 'KVM_RUN returned without a reason for the VMM (0).',
	KVM_EXIT_HYPERCALL: 'KVM_RUN returned with a call that the SMCCC filter forwards to the VMM (3).',
	KVM_EXIT_MMIO: 'KVM_RUN returned with an access to a device that the VMM emulates (6).',
	KVM_EXIT_INTR: 'KVM_RUN returned because a signal is pending for the thread (10).',
	KVM_EXIT_SYSTEM_EVENT: 'KVM_RUN returned with a request about the whole system: off, reset, suspend (24).',
	KVM_REQ_SLEEP: 'Request: the vCPU waits, before it enters the guest again, until it is RUNNABLE.',
	KVM_REQ_VCPU_RESET: 'Request: the vCPU carries out the reset that a CPU_ON left for it.',
	KVM_REQ_SUSPEND: 'Request: the vCPU waits as SUSPENDED for something to wake for.',
	KVM_REQ_UNHALT: 'Request of old kernels: the vCPU has something to wake for.',
	KVM_MP_STATE_RUNNABLE: 'mp_state 0: the vCPU runs when its thread calls KVM_RUN.',
	KVM_MP_STATE_STOPPED: 'mp_state 5: the vCPU is off.',
	KVM_MP_STATE_SUSPENDED: 'mp_state 10: the vCPU waits for a wakeup, as after SYSTEM_SUSPEND.',
	KVM_REG_ARM_PSCI_VERSION: 'Firmware register: which PSCI version the guest is given.',
	KVM_REG_ARM_STD_BMAP: 'Firmware register: the standard secure services that the guest is given (TRNG).',
	KVM_REG_ARM_STD_HYP_BMAP: 'Firmware register: the standard hypervisor services (stolen time).',
	KVM_REG_ARM_VENDOR_HYP_BMAP: 'Firmware register: the services of KVM itself.',
};

const BY_WORD: ReadonlyMap<string, string> = new Map([
	...KVM_API_CLAUSES.toReversed().flatMap(({ title, summary }) =>
		(title.match(/KVM_[A-Z0-9_]+/g) ?? []).map((word) => [word, summary] as const),
	),
	...Object.entries(MEANINGS),
]);

export function kvmMeaning(name: string): string | undefined {
	return BY_WORD.get(name);
}
