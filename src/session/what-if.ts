// What if: a branch of a session from one of its positions, on the model, with something changed. Calls that
// the guests made after it are made again, in the recorded order; their answers are the model's.

import type { KernelProfile } from '../kvm/index.ts';
import type { Policy } from '../vmm/index.ts';
import type { Position } from './position.ts';
import type { Session } from './session.ts';

/** What is different in the branch. At least one. */
export interface Changes {
	readonly kernel?: KernelProfile;
	/** as KVM_REG_ARM_PSCI_VERSION: major in [31:16], minor in [15:0] */
	readonly psciVersion?: bigint;
	/** capabilities that the VMM has enabled besides: ARM_SYSTEM_SUSPEND, … */
	readonly capabilities?: readonly string[];
	readonly policy?: Policy;
	/** registers of the call at the position that are other than recorded: `{ 1: 0x5n }` is x1 */
	readonly registers?: Readonly<Record<number, bigint>>;
	/** the call at the position never happened */
	readonly withoutCall?: boolean;
	/** a call that vCPU `vcpu` makes first */
	readonly newCall?: { readonly vcpu: number; readonly x: readonly bigint[] };
}

/** Where a branch and its original part. */
export interface Difference {
	/** of the original's call; the same number counts in the branch for what follows it */
	readonly call: number;
	readonly originalRow: number;
	readonly branchRow: number;
	readonly text: string;
	readonly original: string;
	readonly branch: string;
	readonly rule: string | undefined;
}

/** The branch: the session up to `position`, then what the model makes of the same guests' calls. */
export function fork(
	_session: Session,
	_position: Position,
	_changes: Changes,
	_signal?: AbortSignal,
): Promise<Session> {
	return Promise.reject(new Error('branches need simulated sessions, which this build does not have'));
}

/** The first call after the fork that the branch answers otherwise; undefined where all agree. */
export function firstDifference(
	_original: Session,
	_branch: Session,
	_signal?: AbortSignal,
): Promise<Difference | undefined> {
	return Promise.resolve(undefined);
}
