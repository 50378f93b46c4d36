// Rules of PSCI itself: arch/arm64/kvm/psci.c and what it calls.

import type { RuleTable } from './rule.ts';

export const PSCI_RULES = {
	'psci.version_0_1': {
		says: "The vCPU sees PSCI 0.1: only KVM's own numbers from 0x95c1ba5e on are looked at.",
		clauses: ['PSCI_VERSION.use', 'kvm-api.psci_version'],
		source: 'psci.c, kvm_psci_call',
	},
	'psci.version_0_2': {
		says: 'The vCPU sees PSCI 0.2: the fixed numbers, without PSCI_FEATURES and all that came later.',
		clauses: ['PSCI_VERSION.use', 'kvm-api.psci_version'],
		source: 'psci.c, kvm_psci_call',
	},
	'psci.version_1_x': {
		says: 'The vCPU sees PSCI 1.0 or later: its own functions first, then those of 0.2.',
		clauses: ['PSCI_VERSION.use', 'kvm-api.psci_version'],
		source: 'psci.c, kvm_psci_1_x_call',
	},
	'psci.version_unknown': {
		says: 'The version is none that this kernel knows: every call is NOT_SUPPORTED.',
		clauses: ['PSCI_VERSION.use'],
		source: 'psci.c, kvm_psci_call (6.4 and later)',
	},
	'psci.version_unknown_error': {
		says: 'The version is none that this kernel knows: the handler fails with EINVAL.',
		clauses: ['PSCI_VERSION.use'],
		source: 'psci.c, kvm_psci_call (up to 6.3)',
	},
	'psci.smc64_from_32bit': {
		says: 'A 32-bit guest used a number of the 64-bit convention: NOT_SUPPORTED.',
		clauses: ['general.registers'],
		source: 'psci.c, kvm_psci_check_allowed_function',
	},
	'psci.not_supported': {
		says: 'No function of this number at this version: NOT_SUPPORTED.',
		clauses: ['general.errors', 'general.mandatory'],
		source: 'psci.c, kvm_psci_0_2_call',
	},
	'psci.not_supported_0_1': {
		says: 'Under 0.1 KVM serves CPU_OFF and CPU_ON alone; CPU_SUSPEND and MIGRATE have numbers but no code.',
		clauses: ['general.errors'],
		source: 'psci.c, kvm_psci_0_1_call',
	},
	'psci.unknown_is_undefined': {
		says: 'A number that this kernel does not know is no call at all: the guest takes an undefined-instruction exception.',
		clauses: ['general.errors'],
		source: 'psci.c and handle_exit.c (before acfb3b883f6d, 4.15)',
	},
	'psci.narrow_arguments': {
		says: 'The 32-bit form of a call: x1 to x3 lose their upper halves in place, and userspace sees them so.',
		clauses: ['smccc.narrow', 'general.registers'],
		source: 'psci.c, kvm_psci_narrow_to_32bit',
	},
	'psci_version.answers': {
		says: 'PSCI_VERSION gives the version that the VM is set to, or the newest that this kernel has.',
		clauses: ['PSCI_VERSION.prototype', 'PSCI_VERSION.use'],
		source: 'psci.c',
	},
	'psci_features.smc64_from_32bit': {
		says: 'A 32-bit guest asks about a 64-bit number: NOT_SUPPORTED.',
		clauses: ['PSCI_FEATURES.flags'],
		source: 'psci.c, kvm_psci_1_x_call',
	},
	'psci_features.implemented': {
		says: 'The function asked about exists at this version: its flags, 0 for all but SYSTEM_OFF2.',
		clauses: ['PSCI_FEATURES.use', 'PSCI_FEATURES.flags'],
		source: 'psci.c, kvm_psci_1_x_call',
	},
	'psci_features.not_implemented': {
		says: 'The function asked about does not exist at this version, or its capability is off: NOT_SUPPORTED.',
		clauses: ['PSCI_FEATURES.use'],
		source: 'psci.c, kvm_psci_1_x_call',
	},
	'cpu_suspend.is_wfi': {
		says: 'CPU_SUSPEND is WFI under KVM: power_state, entry point and context_id are never read, and SUCCESS is returned.',
		clauses: ['CPU_SUSPEND.use', 'CPU_SUSPEND.power_state'],
		source: 'psci.c, kvm_psci_vcpu_suspend',
	},
	'cpu_off.stops': {
		says: 'CPU_OFF stops the caller and asks it to sleep; SUCCESS is written to x0 all the same. Nothing checks whether it is the last one.',
		clauses: ['CPU_OFF.use', 'CPU_OFF.prototype', 'general.races'],
		source: 'psci.c, kvm_arm_vcpu_power_off',
	},
	'cpu_on.stray_affinity_bits': {
		says: 'target_cpu has bits outside the affinity fields: INVALID_PARAMETERS.',
		clauses: ['CPU_ON.prototype', 'CPU_ON.caller'],
		source: 'psci.c, kvm_psci_valid_affinity (5.15 and later)',
	},
	'cpu_on.stray_affinity_bits_ignored': {
		says: 'target_cpu has bits outside the affinity fields: they are masked off.',
		clauses: ['CPU_ON.prototype'],
		source: 'virt/kvm/arm/psci.c, arch/arm64/kvm/psci.c (up to 5.14)',
	},
	'cpu_on.no_such_target': {
		says: "No vCPU has this MPIDR: INVALID_PARAMETERS. A vCPU's number and its MPIDR part ways from vCPU 16 on; the first kernels took the number.",
		clauses: ['CPU_ON.caller'],
		source: 'psci.c, kvm_psci_vcpu_on',
	},
	'cpu_on.target_not_stopped': {
		says: 'The target is not STOPPED, be it running or SUSPENDED: ALREADY_ON. There is no ON_PENDING under KVM.',
		clauses: ['CPU_ON.caller', 'general.races'],
		source: 'psci.c, kvm_psci_vcpu_on',
	},
	'cpu_on.target_not_stopped_0_1': {
		says: 'The target is not STOPPED; PSCI 0.1 has no ALREADY_ON, so INVALID_PARAMETERS.',
		clauses: ['CPU_ON.caller'],
		source: 'psci.c, kvm_psci_vcpu_on',
	},
	'cpu_on.target_stopped': {
		says: "The target is STOPPED: entry point, context_id and the caller's endianness are left for it, it owes a reset, and it is RUNNABLE at once. The entry point is not checked.",
		clauses: ['CPU_ON.use', 'start.entry', 'start.state', 'general.races'],
		source: 'psci.c, kvm_psci_vcpu_on',
	},
	'cpu_on.reset_in_call': {
		says: 'Old kernels reset the target within the call.',
		clauses: ['CPU_ON.use', 'start.state'],
		source: 'arch/arm/kvm/psci.c (up to 5.0)',
	},
	'affinity_info.stray_affinity_bits': {
		says: 'target_affinity has bits outside the affinity fields: INVALID_PARAMETERS.',
		clauses: ['AFFINITY_INFO.prototype'],
		source: 'psci.c, kvm_psci_vcpu_affinity_info (5.15 and later)',
	},
	'affinity_info.bad_level': {
		says: 'lowest_affinity_level is above 3: INVALID_PARAMETERS.',
		clauses: ['AFFINITY_INFO.prototype', 'AFFINITY_INFO.caller'],
		source: 'psci.c, psci_affinity_mask',
	},
	'affinity_info.no_match': {
		says: 'No vCPU belongs to the affinity instance: INVALID_PARAMETERS.',
		clauses: ['AFFINITY_INFO.use'],
		source: 'psci.c, kvm_psci_vcpu_affinity_info',
	},
	'affinity_info.no_match_off': {
		says: 'No vCPU belongs to the affinity instance; early kernels call that OFF.',
		clauses: ['AFFINITY_INFO.use'],
		source: 'arch/arm/kvm/psci.c (3.18)',
	},
	'affinity_info.one_is_on': {
		says: 'A vCPU of the affinity instance is not STOPPED: ON. SUSPENDED counts as on.',
		clauses: ['AFFINITY_INFO.use'],
		source: 'psci.c, kvm_psci_vcpu_affinity_info',
	},
	'affinity_info.all_stopped': {
		says: 'Every vCPU of the affinity instance is STOPPED: OFF.',
		clauses: ['AFFINITY_INFO.use'],
		source: 'psci.c, kvm_psci_vcpu_affinity_info',
	},
	'migrate_info_type.none': {
		says: 'KVM has no Trusted OS to migrate: 2.',
		clauses: ['MIGRATE_INFO_TYPE.use'],
		source: 'psci.c, kvm_psci_0_2_call',
	},
	'system_event.stops_all': {
		says: 'A system event stops every vCPU of the VM, the caller among them, before userspace hears of it.',
		clauses: ['general.system', 'kvm-api.system_event'],
		source: 'psci.c, kvm_prepare_system_event',
	},
	'system_off.exits': {
		says: 'SYSTEM_OFF exits to userspace; x0 holds INTERNAL_FAILURE for a caller that is run on, x1 to x3 are zero.',
		clauses: ['SYSTEM_OFF.use', 'kvm-api.system_event'],
		source: 'psci.c, kvm_psci_0_2_call',
	},
	'system_reset.exits': {
		says: 'SYSTEM_RESET exits to userspace; x0 holds INTERNAL_FAILURE for a caller that is run on, x1 to x3 are zero.',
		clauses: ['SYSTEM_RESET.use', 'kvm-api.system_event'],
		source: 'psci.c, kvm_psci_0_2_call',
	},
	'system_suspend.not_enabled': {
		says: 'Userspace did not enable KVM_CAP_ARM_SYSTEM_SUSPEND: NOT_SUPPORTED.',
		clauses: ['SYSTEM_SUSPEND.use', 'kvm-api.system_suspend'],
		source: 'psci.c, kvm_psci_1_x_call (5.19 and later)',
	},
	'system_suspend.exits': {
		says: "SYSTEM_SUSPEND exits with its arguments in place; whether other vCPUs are off is userspace's to check.",
		clauses: ['SYSTEM_SUSPEND.use', 'SYSTEM_SUSPEND.caller', 'kvm-api.system_suspend'],
		source: 'psci.c, kvm_psci_1_x_call (5.19 and later)',
	},
	'system_reset2.version_too_low': {
		says: 'SYSTEM_RESET2 needs PSCI 1.1: NOT_SUPPORTED.',
		clauses: ['SYSTEM_RESET2.prototype', 'general.mandatory'],
		source: 'psci.c, kvm_psci_1_x_call (5.18 and later)',
	},
	'system_reset2.reserved_type': {
		says: "The reset type, cut to 32 bits, is neither the warm reset nor a vendor's: INVALID_PARAMETERS.",
		clauses: ['SYSTEM_RESET2.architectural', 'SYSTEM_RESET2.implementation'],
		source: 'psci.c, kvm_psci_1_x_call (5.18 and later)',
	},
	'system_reset2.exits': {
		says: 'SYSTEM_RESET2 exits as a reset with its flag; only x0 is written, so userspace can read type and cookie.',
		clauses: ['SYSTEM_RESET2.warm', 'SYSTEM_RESET2.vendor', 'kvm-api.system_event'],
		source: 'psci.c, kvm_psci_1_x_call (5.18 and later)',
	},
	'system_off2.not_available': {
		says: 'SYSTEM_OFF2 needs PSCI 1.3, or in the series of 2024 its capability: NOT_SUPPORTED.',
		clauses: ['SYSTEM_OFF2.prototype', 'general.mandatory'],
		source: 'psci.c, kvm_psci_1_x_call (6.13 and later)',
	},
	'system_off2.bad_type': {
		says: 'The off type, cut to 32 bits, is none that this kernel takes: INVALID_PARAMETERS.',
		clauses: ['SYSTEM_OFF2.prototype'],
		source: 'psci.c, kvm_psci_1_x_call (6.13 and later)',
	},
	'system_off2.cookie_set': {
		says: 'The cookie, all 64 bits of it in the 64-bit form, is not zero: INVALID_PARAMETERS.',
		clauses: ['SYSTEM_OFF2.prototype'],
		source: 'psci.c, kvm_psci_1_x_call (6.13 and later)',
	},
	'system_off2.exits': {
		says: 'SYSTEM_OFF2 exits as a shutdown with its flag; x1 to x3 are zeroed, so userspace cannot read the type.',
		clauses: ['SYSTEM_OFF2.use', 'kvm-api.system_event'],
		source: 'psci.c, kvm_psci_1_x_call (6.13 and later)',
	},
} as const satisfies RuleTable;
