// What a session says is wrong before one asks: one finding is one cause, in plain words, with what proves it.

import type { RuleId } from '../../kvm/index.ts';
import type { FindingCode } from './codes.ts';

/** `note`: worth knowing, nothing is broken by it. */
export type Severity = 'error' | 'warning' | 'note';

/** `seen` in the recording, `deduced` from what is there and what KVM does, or one `possible` cause of several. */
export type Certainty = 'seen' | 'deduced' | 'possible';

/** An event that proves a finding: a place to go to. */
export interface Evidence {
	readonly row: number;
	readonly text: string;
}

export interface Possibility {
	/** the code that the finding would have if this were known to be the cause */
	readonly code?: FindingCode;
	readonly cause: string;
	/** what would tell it from the others */
	readonly toldBy: string;
}

export interface Finding {
	readonly code: FindingCode;
	readonly severity: Severity;
	/** one sentence, with the actual values */
	readonly cause: string;
	/** the event that one goes to first */
	readonly row: number;
	readonly vm: number;
	/** vcpu_id of whom it is about; -1: the whole VM */
	readonly vcpu: number;
	/** ascending by row */
	readonly evidence: readonly Evidence[];
	/** the rule of KVM that decided it, where one did */
	readonly rule?: RuleId;
	/** ids of clauses of the documents */
	readonly clauses: readonly string[];
	/** what a Linux guest prints for it (drivers/firmware/psci/psci.c, arch/arm64/kernel/smp.c) */
	readonly prints?: string;
	/** what to look at or change next */
	readonly advice: string;
	readonly certainty: Certainty;
	/** only with `possible` */
	readonly possibilities?: readonly Possibility[];
}

/** A finding with those that it caused. */
export interface FindingTree extends Finding {
	readonly effects: readonly FindingTree[];
}

export const SEVERITIES: readonly Severity[] = ['error', 'warning', 'note'];
