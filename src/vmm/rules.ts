// What a VMM decides about an exit: its rules, as the kernel's are in kvm/rules.ts.

import type { Rule } from '../kvm/rule.ts';

const DOC = 'Documentation/virt/kvm/api.rst';

export const VMM_RULES = {
	'vmm.power_off': {
		says: 'The machine is switched off; no vCPU runs again.',
		clauses: ['SYSTEM_OFF.use', 'kvm-api.system_event'],
		source: DOC,
	},
	'vmm.hibernate': {
		says: 'The machine is switched off, but kept for a later start from its hibernation image.',
		clauses: ['SYSTEM_OFF2.use', 'kvm-api.system_event'],
		source: DOC,
	},
	'vmm.restart': {
		says: 'All vCPUs go back to their initial state and the first one starts at the boot entry.',
		clauses: ['SYSTEM_RESET.use', 'kvm-api.system_event', 'kvm-api.vcpu_init'],
		source: 'target/arm/kvm.c of QEMU, kvm_arm_reset_vcpu',
	},
	'vmm.warm_restart': {
		says: 'A restart that keeps main memory.',
		clauses: ['SYSTEM_RESET2.warm', 'kvm-api.system_event'],
		source: DOC,
	},
	'vmm.vendor_restart': {
		says: 'A reset type of the vendor, which this VMM treats as a cold restart.',
		clauses: ['SYSTEM_RESET2.vendor', 'kvm-api.system_event'],
		source: DOC,
	},
	'vmm.run_on': {
		says: 'The request is ignored: the caller is made runnable and finds INTERNAL_FAILURE in x0; all others stay stopped.',
		clauses: ['kvm-api.system_event', 'kvm-api.mp_state'],
		source: DOC,
	},
	'vmm.suspend_denied': {
		says: 'The suspend is denied with a status that the specification allows; the caller goes on.',
		clauses: ['SYSTEM_SUSPEND.caller', 'kvm-api.system_suspend'],
		source: DOC,
	},
	'vmm.suspend_others_on': {
		says: 'Another vCPU is not stopped, so the suspend is denied with DENIED.',
		clauses: ['SYSTEM_SUSPEND.caller', 'kvm-api.system_suspend'],
		source: DOC,
	},
	'vmm.suspend_honoured': {
		says: 'The caller becomes SUSPENDED; its entry point and context_id are kept for the wake-up.',
		clauses: ['SYSTEM_SUSPEND.use', 'kvm-api.system_suspend', 'kvm-api.mp_state'],
		source: DOC,
	},
	'vmm.wakeup_resumes': {
		says: 'The suspended vCPU is reset, starts at its entry point with context_id in x0, and is runnable.',
		clauses: ['SYSTEM_SUSPEND.use', 'start.entry', 'kvm-api.mp_state'],
		source: DOC,
	},
	'vmm.wakeup_in_place': {
		says: 'The suspended vCPU goes on behind its call.',
		clauses: ['CPU_SUSPEND.return_state', 'kvm-api.mp_state'],
		source: DOC,
	},
	'vmm.wakeup_ignored': {
		says: 'The vCPU stays suspended; the next run gives the same exit while the interrupt is pending.',
		clauses: ['kvm-api.mp_state'],
		source: DOC,
	},
	'vmm.answers': {
		says: 'A forwarded call is answered in userspace: the status is written to x0.',
		clauses: ['kvm-api.hypercall_exit', 'kvm-api.smccc_filter'],
		source: DOC,
	},
	'vmm.starts_vcpu': {
		says: 'A forwarded CPU_ON is carried out: the target is reset, given entry point, context_id and the endianness of the caller, and made runnable.',
		clauses: ['CPU_ON.use', 'start.state', 'kvm-api.hypercall_exit'],
		source: DOC,
	},
	'vmm.stops_vcpu': {
		says: 'A forwarded CPU_OFF is carried out: the caller becomes STOPPED.',
		clauses: ['CPU_OFF.use', 'kvm-api.mp_state'],
		source: DOC,
	},
	'vmm.unknown_exit': {
		says: 'An exit that this VMM knows nothing about.',
		clauses: ['kvm-api.system_event'],
		source: DOC,
	},
} as const satisfies Readonly<Record<string, Rule>>;

export type VmmRuleId = keyof typeof VMM_RULES;
