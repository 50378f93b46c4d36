// Which PSCI functions KVM carries out, on a kernel and under a version of PSCI that the guest is shown. Tests
// ask the model itself the same questions.

import type { Behaviours } from '../kvm/profile.ts';
import type { FunctionInfo } from '../psci/functions.ts';
import { PSCI_VERSIONS } from '../psci/versions.ts';

const V = PSCI_VERSIONS;

/** `if enabled`: once userspace has enabled the function's capability. */
export type Served = 'yes' | 'if enabled' | 'no';

/** For PSCI's functions; others are not of any PSCI version. */
export function servedUnder(
	{ name }: Pick<FunctionInfo, 'name'>,
	behaviours: Behaviours,
	version: bigint,
): Served {
	const if02: Served = version >= V['0.2'] ? 'yes' : 'no';
	switch (name) {
		case 'CPU_ON':
		case 'CPU_OFF':
			return 'yes';
		case 'PSCI_VERSION':
		case 'CPU_SUSPEND':
		case 'AFFINITY_INFO':
		case 'MIGRATE_INFO_TYPE':
			return if02;
		case 'SYSTEM_OFF':
		case 'SYSTEM_RESET':
			if (behaviours.systemOffReset === '0.2') return if02;
			return behaviours.systemOffReset === '0.1 range' && if02 === 'no' ? 'yes' : 'no';
		case 'PSCI_FEATURES':
			return version >= V['1.0'] ? 'yes' : 'no';
		case 'SYSTEM_SUSPEND':
			return behaviours.systemSuspend === 'capability' && version >= V['1.0'] ? 'if enabled' : 'no';
		case 'SYSTEM_RESET2':
			return behaviours.systemReset2 !== 'none' && version >= V['1.1'] ? 'yes' : 'no';
		case 'SYSTEM_OFF2':
			if (behaviours.systemOff2 === 'capability') return version >= V['1.0'] ? 'if enabled' : 'no';
			return behaviours.systemOff2 === 'version' && version >= V['1.3'] ? 'yes' : 'no';
		default:
			return 'no';
	}
}
