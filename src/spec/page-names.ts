// The pages of spec/ by name, so that they can be loaded where a folder cannot be listed. A test compares
// this list with the folder.

import { type FunctionInfo, functionByName } from '../psci/functions.ts';

const PSCI = [
	'general',
	'PSCI_VERSION',
	'PSCI_FEATURES',
	'CPU_ON',
	'CPU_OFF',
	'CPU_SUSPEND',
	'AFFINITY_INFO',
	'CPU_FREEZE',
	'CPU_DEFAULT_SUSPEND',
	'NODE_HW_STATE',
	'SYSTEM_OFF',
	'SYSTEM_OFF2',
	'SYSTEM_RESET',
	'SYSTEM_RESET2',
	'SYSTEM_SUSPEND',
	'MIGRATE',
	'MIGRATE_INFO_TYPE',
	'MIGRATE_INFO_UP_CPU',
	'MEM_PROTECT',
	'MEM_PROTECT_CHECK_RANGE',
	'PSCI_SET_SUSPEND_MODE',
	'PSCI_STAT_RESIDENCY',
	'PSCI_STAT_COUNT',
	'CLEAN_INV_MEMREGION',
	'CLEAN_INV_MEMREGION_ATTRIBUTES',
];

const KVM = [
	'hypercalls',
	'smccc-filter',
	'other-services',
	'psci-0.1',
	'vcpu-init',
	'run-loop',
	'mp-state',
	'registers',
	'capabilities',
	'firmware-registers',
	'system-events',
	'system-suspend',
	'linux-guest',
	'pkvm-relay',
];

/** Paths relative to spec/, with `/`, in the order in which they are meant to be read. */
export const pageNames: readonly string[] = [
	'README.md',
	...PSCI.map((name) => `psci/${name}.md`),
	'smccc.md',
	...KVM.map((name) => `kvm/${name}.md`),
];

/** The page about a function of the table; functions of services besides PSCI share one. */
export function pageOfFunction({ name, service }: Pick<FunctionInfo, 'name' | 'service'>): string {
	if (service === 'PSCI') return `psci/${name}.md`;
	return service === 'SMCCC architecture' ? 'smccc.md' : 'kvm/other-services.md';
}

/** The page that people mean by a word: a function as its table finds it, or a page (`run-loop`, `smccc`). */
export function pageCalled(word: string): string | undefined {
	const fn = functionByName(word);
	if (fn) return pageOfFunction(fn);
	const wanted = word.toLowerCase().replace(/\.md$/, '');
	return pageNames.find((page) => {
		const name = page.toLowerCase().replace(/\.md$/, '');
		return name === wanted || name.endsWith(`/${wanted}`);
	});
}
