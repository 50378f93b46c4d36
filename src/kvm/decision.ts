// Why the kernel did what it did: the rules it decided by, in order, what each looked at and what it changed.

import type { RuleId } from './rules.ts';

export type Value = bigint | number | string | boolean;

export interface Looked {
	readonly name: string;
	readonly value: Value;
}

/** A change of state: of one vCPU, or of the VM where `vcpu` is undefined. */
export interface Effect {
	readonly vcpu: number | undefined;
	/** `mp_state`, `requests`, `x0`, `reset_state.pc`, …: as the kernel names it */
	readonly field: string;
	readonly before: Value | undefined;
	readonly after: Value | undefined;
}

export interface Decision {
	/** stable, named after function and condition: `cpu_on.target_not_stopped` */
	readonly rule: RuleId;
	/** the vCPU on whose path the rule was decided; undefined for the VM */
	readonly vcpu: number | undefined;
	readonly looked: readonly Looked[];
	/** what was decided, in a few words */
	readonly outcome: string;
	readonly effects: readonly Effect[];
}
