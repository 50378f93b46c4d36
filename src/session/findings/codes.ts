// The stable codes of findings. A number is never used again for something else.

export const FINDING_CODES = {
	'PSCI-101': 'CPU_ON of an affinity that no vCPU has',
	'PSCI-102': 'CPU_ON of a vCPU that is on already',
	'PSCI-103': 'a vCPU was started but never ran',
	'PSCI-104': 'a secondary vCPU was created running',
	'PSCI-105': 'CPU_ON refused',
	'PSCI-106': 'two CPU_ONs race for one vCPU',
	'PSCI-201': 'the VMM ran the guest on after a system event',
	'PSCI-205': 'the machine does not run again after a reset',
	'PSCI-207': 'SYSTEM_SUSPEND while other vCPUs are on',
	'PSCI-208': 'a woken vCPU was never made runnable',
	'PSCI-209': 'SYSTEM_SUSPEND is not supported',
	'PSCI-301': 'PSCI_VERSION reached no PSCI',
	'PSCI-302': 'the PSCI version changed',
	'PSCI-303': 'an answer of PSCI_FEATURES changed',
	'PSCI-304': 'a call against what PSCI_FEATURES said',
	'PSCI-401': 'all vCPUs are off',
	'PSCI-504': 'CPUs left on before kexec',
	'PSCI-601': 'events were lost',
} as const;

export type FindingCode = keyof typeof FINDING_CODES;
