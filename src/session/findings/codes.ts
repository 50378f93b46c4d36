// The stable codes of findings. A number is never used again for something else.

export const FINDING_CODES = {
	'PSCI-101': 'CPU_ON of an affinity that no vCPU has',
	'PSCI-102': 'CPU_ON of a vCPU that is on already',
	'PSCI-103': 'a vCPU was started but never ran',
	'PSCI-104': 'a secondary vCPU was created running',
	'PSCI-105': 'CPU_ON refused',
	'PSCI-106': 'two CPU_ONs race for one vCPU',
} as const;

export type FindingCode = keyof typeof FINDING_CODES;
