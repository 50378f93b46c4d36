// Rules of the ioctls that userspace makes besides KVM_RUN
// (arch/arm64/kvm/{arm,guest,hypercalls}.c, virt/kvm/kvm_main.c).

import type { RuleTable } from './rule.ts';

export const IOCTL_RULES = {
	'vcpu.does_not_exist': {
		says: 'The operation names a vCPU that was not created.',
		clauses: ['kvm-api.create_vcpu'],
		source: 'virt/kvm/kvm_main.c',
	},
	'observe.set': {
		says: 'What is read back after each step changes; reading registers carries out owed resets.',
		clauses: ['kvm-api.one_reg'],
		source: 'the program that recorded the vectors',
	},
	'call.registers_written': {
		says: "The guest's x0 and up and its pc are written, as the one who makes it call.",
		clauses: ['kvm-api.one_reg'],
		source: 'the program that recorded the vectors; guest.c',
	},
	'vcpu_create.created': {
		says: 'A new vCPU: RUNNABLE, not initialised, MPIDR_EL1 still zero, so that a call may take it for vCPU 0.',
		clauses: ['kvm-api.create_vcpu'],
		source: 'virt/kvm/kvm_main.c',
	},
	'vcpu_create.id_taken': {
		says: 'Another vCPU has this id: EEXIST.',
		clauses: ['kvm-api.create_vcpu'],
		source: 'virt/kvm/kvm_main.c',
	},
	'vcpu_create.id_too_high': {
		says: 'The id, or the number of vCPUs, is above what this host allows: EINVAL.',
		clauses: ['kvm-api.create_vcpu'],
		source: 'arm.c, kvm_arch_vcpu_precreate',
	},
	'vcpu_create.drops_mpidr_table': {
		says: 'A vCPU that comes after the first run makes the MPIDR table wrong: it is dropped until another first run.',
		clauses: ['kvm-api.create_vcpu'],
		source: 'arm.c, kvm_destroy_mpidr_data (6.10 and later)',
	},
	'vcpu_init.feature_unknown': {
		says: 'A feature bit that this kernel does not know: ENOENT.',
		clauses: ['kvm-api.vcpu_init'],
		source: 'arm.c; kvm_vcpu_set_target (up to 6.2)',
	},
	'vcpu_init.features_differ': {
		says: 'Features must be repeated as they were first given, per vCPU or for the whole VM: EINVAL.',
		clauses: ['kvm-api.vcpu_init'],
		source: 'arm.c, kvm_vcpu_init_changed; kvm_vcpu_set_target (up to 6.2)',
	},
	'vcpu_init.features_per_vcpu': {
		says: "The features become this vCPU's own, POWER_OFF among them.",
		clauses: ['kvm-api.vcpu_init'],
		source: 'arm.c, kvm_vcpu_set_target (6.1)',
	},
	'vcpu_init.features_per_vm': {
		says: 'The features become those of the VM; POWER_OFF holds for this call only.',
		clauses: ['kvm-api.vcpu_init'],
		source: 'arm.c, __kvm_vcpu_set_target',
	},
	'vcpu_init.reset_failed': {
		says: 'The reset was refused: EINVAL, and the vCPU is no longer initialised.',
		clauses: ['kvm-api.vcpu_init'],
		source: 'arm.c, kvm_vcpu_set_target (6.1)',
	},
	'vcpu_init.lines_cleared': {
		says: 'The interrupt lines live in a register that is set up anew: they are released.',
		clauses: ['kvm-api.vcpu_init', 'kvm-api.irq_line'],
		source: 'kvm_emulate.h, vcpu_reset_hcr',
	},
	'vcpu_init.lines_survive': {
		says: 'The vCPU has run, so its interrupt lines stay as they are.',
		clauses: ['kvm-api.vcpu_init', 'kvm-api.irq_line'],
		source: 'kvm_emulate.h, vcpu_reset_hcr',
	},
	'vcpu_init.power_off': {
		says: 'POWER_OFF was asked for: the vCPU starts STOPPED.',
		clauses: ['kvm-api.vcpu_init', 'CPU_ON.use'],
		source: 'arm.c, kvm_arch_vcpu_ioctl_vcpu_init',
	},
	'vcpu_init.runnable': {
		says: 'POWER_OFF was not asked for: the vCPU is RUNNABLE.',
		clauses: ['kvm-api.vcpu_init'],
		source: 'arm.c, kvm_arch_vcpu_ioctl_vcpu_init',
	},
	'mp_state.get': {
		says: 'The state as it is; reading it carries out nothing.',
		clauses: ['kvm-api.mp_state'],
		source: 'arm.c, kvm_arch_vcpu_ioctl_get_mpstate',
	},
	'mp_state.runnable': {
		says: 'RUNNABLE: only the state changes; an owed reset and pending requests stay.',
		clauses: ['kvm-api.mp_state'],
		source: 'arm.c, kvm_arch_vcpu_ioctl_set_mpstate',
	},
	'mp_state.stopped': {
		says: 'STOPPED: as after CPU_OFF, with a request to sleep; an owed reset stays.',
		clauses: ['kvm-api.mp_state'],
		source: 'arm.c, kvm_arch_vcpu_ioctl_set_mpstate',
	},
	'mp_state.suspended': {
		says: 'SUSPENDED: the next KVM_RUN waits for an interrupt.',
		clauses: ['kvm-api.mp_state'],
		source: 'arm.c, kvm_arm_vcpu_suspend (5.19 and later)',
	},
	'mp_state.refused': {
		says: 'A state that this kernel does not take: EINVAL.',
		clauses: ['kvm-api.mp_state'],
		source: 'arm.c, kvm_arch_vcpu_ioctl_set_mpstate',
	},
	'irq_line.sets': {
		says: 'The line is set for this vCPU.',
		clauses: ['kvm-api.irq_line'],
		source: 'arm.c, vcpu_interrupt_line',
	},
	'irq_line.unchanged': {
		says: 'The line has that level already: no request is made.',
		clauses: ['kvm-api.irq_line'],
		source: 'arm.c, vcpu_interrupt_line',
	},
	'irq_line.no_such_line': {
		says: 'Without an interrupt controller a vCPU has lines 0 (IRQ) and 1 (FIQ) only: EINVAL.',
		clauses: ['kvm-api.irq_line'],
		source: 'arm.c, kvm_vm_ioctl_irq_line',
	},
	'check_cap.present': {
		says: 'The capability exists here.',
		clauses: ['kvm-api.check_extension'],
		source: 'arm.c, kvm_vm_ioctl_check_extension',
	},
	'check_cap.absent': {
		says: 'The capability does not exist here, or is not announced: 0.',
		clauses: ['kvm-api.check_extension'],
		source: 'arm.c, kvm_vm_ioctl_check_extension',
	},
	'enable_cap.flags': {
		says: 'flags must be zero: EINVAL.',
		clauses: ['kvm-api.enable_cap'],
		source: 'arm.c, kvm_vm_ioctl_enable_cap',
	},
	'enable_cap.unknown': {
		says: 'Nothing to enable by this name: EINVAL.',
		clauses: ['kvm-api.enable_cap'],
		source: 'arm.c, kvm_vm_ioctl_enable_cap',
	},
	'enable_cap.enabled': {
		says: 'Enabled, at any time and as often as one likes; the argument is not looked at.',
		clauses: ['kvm-api.enable_cap', 'kvm-api.system_suspend'],
		source: 'arm.c, kvm_vm_ioctl_enable_cap',
	},
	'has_attr.present': {
		says: 'The VM has the SMCCC filter attribute.',
		clauses: ['kvm-api.smccc_filter'],
		source: 'arm.c, kvm_vm_has_attr',
	},
	'has_attr.absent': {
		says: 'The VM has no such attribute: ENXIO, or EINVAL where a VM has none at all.',
		clauses: ['kvm-api.smccc_filter'],
		source: 'arm.c, kvm_vm_has_attr',
	},
	'smccc_filter.not_available': {
		says: 'This kernel has no SMCCC filter: EINVAL.',
		clauses: ['kvm-api.smccc_filter'],
		source: 'virt/kvm/kvm_main.c (up to 6.3)',
	},
	'smccc_filter.malformed': {
		says: 'Padding set, an unknown action, no numbers or numbers beyond 32 bits: EINVAL.',
		clauses: ['kvm-api.smccc_filter'],
		source: 'hypercalls.c, kvm_smccc_set_filter',
	},
	'smccc_filter.after_run': {
		says: 'Some vCPU has run: EBUSY.',
		clauses: ['kvm-api.smccc_filter'],
		source: 'hypercalls.c, kvm_smccc_set_filter',
	},
	'smccc_filter.reserved': {
		says: "The range touches the architecture's calls, which stay KVM's: EEXIST.",
		clauses: ['kvm-api.smccc_filter'],
		source: 'hypercalls.c, kvm_smccc_filter_insert_reserved',
	},
	'smccc_filter.overlaps': {
		says: 'The range touches one that is set already: EEXIST.',
		clauses: ['kvm-api.smccc_filter'],
		source: 'hypercalls.c, kvm_smccc_set_filter',
	},
	'smccc_filter.set': {
		says: 'The range is added to the filter.',
		clauses: ['kvm-api.smccc_filter'],
		source: 'hypercalls.c, kvm_smccc_set_filter',
	},
	'one_reg.not_initialised': {
		says: 'Registers before KVM_ARM_VCPU_INIT: ENOEXEC.',
		clauses: ['kvm-api.one_reg'],
		source: 'arm.c, kvm_arch_vcpu_ioctl',
	},
	'one_reg.owed_reset': {
		says: 'The vCPU owes a reset, and reading or writing any register carries it out first.',
		clauses: ['kvm-api.one_reg', 'CPU_ON.use'],
		source: 'arm.c, kvm_arch_vcpu_ioctl (5.15 and later)',
	},
	'one_reg.read': { says: 'The register is read.', clauses: ['kvm-api.one_reg'], source: 'guest.c' },
	'one_reg.written': {
		says: 'The register is written; in AArch32 a write to a core register cuts all of them to 32 bits.',
		clauses: ['kvm-api.one_reg'],
		source: 'guest.c, set_core_reg',
	},
	'one_reg.bad_mode': {
		says: 'PSTATE names a mode that this vCPU cannot be in: EINVAL.',
		clauses: ['kvm-api.one_reg'],
		source: 'guest.c, set_core_reg',
	},
	'one_reg.unknown': {
		says: 'The model has no register of this name: ENOENT.',
		clauses: ['kvm-api.one_reg'],
		source: 'guest.c',
	},
	'fw_reg.unknown': {
		says: 'No firmware register of this number, or of this size, in this kernel: ENOENT.',
		clauses: ['kvm-api.psci_version'],
		source: 'hypercalls.c, kvm_arm_get_fw_reg',
	},
	'fw_reg.list': {
		says: 'The firmware registers that this kernel has.',
		clauses: ['kvm-api.reg_list'],
		source: 'hypercalls.c, kvm_arm_copy_fw_reg_indices',
	},
	'fw_reg.version_read': {
		says: 'The version that this vCPU sees: 0.1 without the PSCI_0_2 feature, else as set, else the newest.',
		clauses: ['kvm-api.psci_version'],
		source: 'hypercalls.c, kvm_arm_get_fw_reg',
	},
	'fw_reg.version_set': {
		says: 'The version changes for all vCPUs, also while they run.',
		clauses: ['kvm-api.psci_version', 'PSCI_VERSION.use'],
		source: 'hypercalls.c, kvm_arm_set_fw_reg',
	},
	'fw_reg.version_unknown': {
		says: 'A version that this kernel does not have: EINVAL.',
		clauses: ['kvm-api.psci_version'],
		source: 'hypercalls.c, kvm_arm_set_fw_reg',
	},
	'fw_reg.version_not_of_feature': {
		says: '0.1 is for vCPUs without the PSCI_0_2 feature, all others for those with it: EINVAL.',
		clauses: ['kvm-api.psci_version'],
		source: 'hypercalls.c, kvm_arm_set_fw_reg',
	},
	'fw_reg.workaround_read': {
		says: 'The level of the workaround that the host gives.',
		clauses: ['kvm-api.workarounds'],
		source: 'hypercalls.c, get_kernel_wa_level',
	},
	'fw_reg.workaround_accepted': {
		says: 'The host gives at least this level; nothing is stored.',
		clauses: ['kvm-api.workarounds'],
		source: 'hypercalls.c, kvm_arm_set_fw_reg',
	},
	'fw_reg.workaround_malformed': {
		says: 'Bits that the register does not have, or that do not go together: EINVAL.',
		clauses: ['kvm-api.workarounds'],
		source: 'hypercalls.c, kvm_arm_set_fw_reg',
	},
	'fw_reg.workaround_too_high': {
		says: 'The host does not give this level: EINVAL.',
		clauses: ['kvm-api.workarounds'],
		source: 'hypercalls.c, kvm_arm_set_fw_reg',
	},
	'fw_reg.bitmap_read': {
		says: 'The services that are switched on.',
		clauses: ['kvm-api.bitmaps'],
		source: 'hypercalls.c, kvm_arm_get_fw_reg',
	},
	'fw_reg.bitmap_set': {
		says: 'The services are switched for the whole VM.',
		clauses: ['kvm-api.bitmaps'],
		source: 'hypercalls.c, kvm_arm_set_fw_reg_bmap',
	},
	'fw_reg.bitmap_unknown_bit': {
		says: 'A bit that the register does not have: EINVAL.',
		clauses: ['kvm-api.bitmaps'],
		source: 'hypercalls.c, kvm_arm_set_fw_reg_bmap',
	},
	'fw_reg.bitmap_after_run': {
		says: 'A change after some vCPU has run: EBUSY.',
		clauses: ['kvm-api.bitmaps'],
		source: 'hypercalls.c, kvm_arm_set_fw_reg_bmap',
	},
} as const satisfies RuleTable;
