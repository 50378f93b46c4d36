// The VMM's own state beside KVM's: whether the machine is on, and what it promised to vCPUs.

import type { FeatureName } from '../kvm/operation.ts';

export type MachineState = 'running' | 'off' | 'hibernated';

/** Where a suspended vCPU is to go on: SYSTEM_SUSPEND's arguments. */
export interface Resume {
	readonly vcpu: number;
	readonly entry: bigint;
	readonly contextId: bigint;
	/** resumes after the call with SUCCESS in x0 instead (a CPU_SUSPEND served in userspace) */
	readonly inPlace: boolean;
}

export interface Machine {
	readonly state: MachineState;
	/** features with which each vCPU was initialised, by position; a restart repeats them exactly */
	readonly features: readonly (readonly FeatureName[])[];
	/** where the first vCPU starts after a restart, and with what in x0 (a device tree's address) */
	readonly bootEntry: bigint;
	readonly bootX0: bigint;
	readonly resumes: readonly Resume[];
	/** restarts so far, of either kind */
	readonly restarts: number;
}

/** A machine that is on, whose first vCPU booted at `bootEntry`. */
export function createMachine(
	features: readonly (readonly FeatureName[])[],
	bootEntry: bigint,
	bootX0 = 0n,
): Machine {
	return { state: 'running', features, bootEntry, bootX0, resumes: [], restarts: 0 };
}
