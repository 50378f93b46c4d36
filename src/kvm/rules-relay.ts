// Rules of pKVM's relay of the host's own calls (arch/arm64/kvm/hyp/nvhe/psci-relay.c, 6.1 to 7.2).

import type { RuleTable } from './rule.ts';

export const RELAY_RULES = {
	'relay.not_psci': {
		says: "The number is none of PSCI's: for 0.1 none that the device tree gave, else outside the 32 numbers of either base.",
		clauses: ['smccc.function_id'],
		source: 'psci-relay.c, kvm_host_psci_handler',
	},
	'relay.refuses': {
		says: 'A PSCI number that the relay does not pass on, the 32-bit forms of CPU_ON, CPU_SUSPEND and AFFINITY_INFO among them: NOT_SUPPORTED.',
		clauses: ['general.errors'],
		source: 'psci-relay.c, psci_0_2_handler',
	},
	'relay.forwards': {
		says: "The call goes to the firmware as it is, and the firmware's x0 back to the host.",
		clauses: ['general.conduits'],
		source: 'psci-relay.c, psci_forward',
	},
	'relay.wraps_cpu_on': {
		says: "CPU_ON goes to the firmware with the hypervisor's entry point; the host's own is kept for the target.",
		clauses: ['CPU_ON.use', 'start.entry'],
		source: 'psci-relay.c, psci_cpu_on',
	},
	'relay.cpu_on_unknown_core': {
		says: 'No core that was online when KVM was initialised has this MPIDR: INVALID_PARAMETERS.',
		clauses: ['CPU_ON.caller'],
		source: 'psci-relay.c, find_cpu_id',
	},
	'relay.cpu_on_under_way': {
		says: 'An earlier CPU_ON for this core has not arrived yet: ALREADY_ON, where the specification says ON_PENDING.',
		clauses: ['CPU_ON.caller', 'general.races'],
		source: 'psci-relay.c, psci_cpu_on',
	},
	'relay.cpu_on_failed': {
		says: 'The firmware refused: the arguments are free again.',
		clauses: ['CPU_ON.caller'],
		source: 'psci-relay.c, psci_cpu_on',
	},
	'relay.wraps_suspend': {
		says: "CPU_SUSPEND or SYSTEM_SUSPEND goes to the firmware with the hypervisor's resume point; the host's own is kept.",
		clauses: ['CPU_SUSPEND.entry_point', 'SYSTEM_SUSPEND.use'],
		source: 'psci-relay.c, psci_cpu_suspend',
	},
	'relay.core_entry': {
		says: 'A core arrives in EL2 and goes on in the host where the host asked; after a CPU_ON its arguments are free again.',
		clauses: ['start.entry', 'start.level'],
		source: 'psci-relay.c, kvm_host_psci_cpu_entry',
	},
} as const satisfies RuleTable;
