// A checked scenario as data: what the compiler of the language makes of a text, a converter of a recording,
// and what the runner runs. Names are resolved: constants are numbers, library programs are put in where they
// are called, and a call by name is the registers that it loads. What KVM makes of it (an errno, say) only a
// run tells.

import type { FeatureName, FilterAction, HostProcessor, Observe } from '../kvm/index.ts';
import type { KernelCondition } from './expression.ts';
import type { Place } from './place.ts';
import type { Schedule, Statement } from './statement.ts';

export type { KernelCondition } from './expression.ts';
export type { Place } from './place.ts';
export type { Schedule, Statement } from './statement.ts';

export interface Program {
	/** the file as the session shows it; places name files the same way */
	readonly file: string;
	/** what the scenario is about, in a few words; the file's name where it does not say */
	readonly title: string;
	readonly machine: Machine;
	readonly statements: readonly Statement[];
	/** of `together` blocks that do not say */
	readonly schedule: Schedule;
	/** included files with the place that includes each */
	readonly includes?: ReadonlyMap<string, Place>;
	/**
	 * Kernels on which all must come out as expected. On all others the scenario must fail: it shows that the
	 * kernel lacks the call. Undefined: every kernel
	 */
	readonly needs?: KernelCondition;
}

/** How the VM is made before the first statement. Everything here becomes operations, in this order. */
export interface Machine {
	readonly place: Place;
	/** a profile of kvm/ (`7.2`); undefined: the session's, else the newest */
	readonly kernel?: string;
	readonly host: Partial<HostProcessor>;
	/** what is read back after each step. `nothing`: no owed reset is carried out by looking */
	readonly observe: Observe;
	/** a policy of vmm/ by name; undefined: nobody reacts to exits. Its capabilities and filter are set first */
	readonly policy?: string;
	readonly capabilities: readonly { readonly place: Place; readonly cap: string; readonly arg0: bigint }[];
	readonly filters: readonly MachineFilter[];
	/** created and initialised one by one, in order; none: the statements do it themselves */
	readonly vcpus: readonly MachineVcpu[];
	/** written to KVM_REG_ARM_PSCI_VERSION of the first vCPU, major << 16 | minor; undefined: the kernel's newest */
	readonly psciVersion?: { readonly place: Place; readonly value: bigint };
	/** the guest's device tree; calls by name were already compiled by it */
	readonly deviceTree: DeviceTreePsci;
	/** where the first vCPU starts after a restart, and with what in x0 */
	readonly bootEntry: bigint;
	readonly bootX0: bigint;
}

export interface MachineVcpu {
	readonly place: Place;
	/** KVM's vcpu_id, which fixes the MPIDR */
	readonly id: number;
	readonly features: readonly FeatureName[];
	/** guest address of its stolen-time record (KVM_ARM_VCPU_PVTIME_IPA); undefined: it has none */
	readonly stolenTime?: bigint;
}

export interface MachineFilter {
	readonly place: Place;
	readonly base: number;
	readonly count: number;
	readonly action: FilterAction;
}

/** The `psci` node: by what instruction the guest calls, and its numbers where they are those of 0.1. */
export interface DeviceTreePsci {
	readonly method: 'hvc' | 'smc';
	readonly compatible: readonly string[];
	readonly functionIds: {
		readonly cpu_suspend?: number;
		readonly cpu_off?: number;
		readonly cpu_on?: number;
		readonly migrate?: number;
	};
}
