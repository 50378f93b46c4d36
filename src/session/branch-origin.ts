// Which sessions are what-if branches, and of what.

import type { Position } from './position.ts';
import type { Session } from './session.ts';
import type { Changes } from './what-if.ts';

/** Where a branch comes from. */
export interface BranchOrigin {
	readonly original: Session;
	readonly from: Position;
	readonly changes: Changes;
	/** 1-based line of the branch by call of the original, ascending */
	readonly lines: ReadonlyMap<number, number>;
}

const origins = new WeakMap<Session, BranchOrigin>();

/** Undefined for a session that is no branch. */
export function originOf(branch: Session): BranchOrigin | undefined {
	return origins.get(branch);
}

export function remember(branch: Session, origin: BranchOrigin): void {
	origins.set(branch, origin);
}
