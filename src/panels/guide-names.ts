// The guided sessions in the order in which they are meant to be read. A test compares them with the files of
// examples/guides/ and their headings; the web host cannot list a folder.

export interface Guide {
	/** file in examples/guides/, without `.md` */
	readonly name: string;
	readonly title: string;
}

export const GUIDES: readonly Guide[] = [
	{ name: 'bring-up', title: 'Bringing up the secondaries' },
	{ name: 'cpu-that-never-comes-up', title: 'A CPU that never comes up' },
	{ name: 'cpu-off', title: 'CPU_OFF, and asking AFFINITY_INFO' },
	{ name: 'cpu-suspend', title: 'CPU_SUSPEND is a WFI' },
	{ name: 'system-suspend', title: 'SYSTEM_SUSPEND: userspace decides' },
	{ name: 'reset', title: 'SYSTEM_RESET and SYSTEM_RESET2' },
	{ name: 'power-off-or-hibernate', title: 'Power off, or hibernate' },
	{ name: 'smccc-filter', title: 'PSCI behind the SMCCC filter' },
	{ name: 'psci-0.1', title: 'PSCI 0.1 and 0.2' },
	{ name: 'reports', title: 'Twenty reports, and what is behind them' },
	{ name: 'scenarios', title: 'Scenarios: questions without a recording' },
];

export function guideNamed(name: unknown): Guide | undefined {
	return GUIDES.find((guide) => guide.name === name);
}
