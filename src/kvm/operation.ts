// What userspace can do to a VM: the model's only inputs. One line of a vector, one statement of a
// scenario and one followed ioctl of a recording all become one of these.

import type { FilterAction } from './smccc-filter.ts';
import type { Observe } from './vm.ts';

export const FEATURE_NAMES = ['POWER_OFF', 'EL1_32BIT', 'PSCI_0_2', 'BIT_30', 'BIT_31'] as const;
export type FeatureName = (typeof FEATURE_NAMES)[number];
export type Conduit = 'hvc' | 'smc' | 'wfi' | 'nop';
export type Isa = 'a64' | 'a32';

export type Operation =
	| { readonly op: 'check_cap'; readonly cap: string }
	| { readonly op: 'enable_cap'; readonly cap: string; readonly flags: number; readonly arg0: bigint }
	| { readonly op: 'has_attr'; readonly group: number; readonly attr: number }
	| {
			readonly op: 'smccc_filter';
			readonly base: number;
			readonly count: number;
			readonly action: FilterAction | number;
			readonly pad: number;
	  }
	| { readonly op: 'vcpu_create'; readonly vcpu: number; readonly id: number }
	| { readonly op: 'vcpu_init'; readonly vcpu: number; readonly features: readonly FeatureName[] }
	| { readonly op: 'get_reg'; readonly vcpu: number; readonly reg: string }
	| { readonly op: 'set_reg'; readonly vcpu: number; readonly reg: string; readonly value: bigint }
	| { readonly op: 'list_fw_regs'; readonly vcpu: number }
	| { readonly op: 'set_mp_state'; readonly vcpu: number; readonly state: number }
	| { readonly op: 'get_mp_state'; readonly vcpu: number }
	| {
			readonly op: 'irq';
			readonly vcpu: number;
			readonly level: number;
			readonly line: 'irq' | 'fiq' | number;
	  }
	| {
			readonly op: 'call';
			readonly vcpu: number;
			readonly isa: Isa;
			readonly conduit: Conduit;
			readonly imm: number;
			readonly x: readonly bigint[];
	  }
	| { readonly op: 'run'; readonly vcpu: number }
	| { readonly op: 'run_immediate'; readonly vcpu: number }
	| { readonly op: 'observe'; readonly what: Observe };

/** Linux errno numbers that KVM answers with here (asm-generic). Answers carry them negated. */
export const ERRNO = {
	ENOENT: 2,
	EINTR: 4,
	EIO: 5,
	ENXIO: 6,
	ENOEXEC: 8,
	EBUSY: 16,
	EEXIST: 17,
	EINVAL: 22,
} as const;
