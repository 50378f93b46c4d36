// What each search for exceptions reports, and how it goes through a session.

import { positionCode } from '../position.ts';

export type ExceptionFilterId =
	| 'finding'
	| 'psci-error'
	| 'forbidden-call'
	| 'divergence'
	| 'system-event'
	| 'never-ran'
	| 'all-asleep'
	| 'lost-events'
	| 'expectation';

/** A row that shows it, and what it shows. */
export interface Evidence {
	readonly row: number;
	readonly text: string;
}

export interface Exception {
	readonly filterId: ExceptionFilterId;
	/** short and stable: `ALREADY_ON`, `RESET`, the clause that is broken, the rule that decides */
	readonly id: string;
	readonly description: string;
	readonly details: readonly Evidence[];
}

export interface FoundException extends Exception {
	/** code of the position to stop at */
	readonly position: number;
}

/** A search: yields now and then, so that it can be sliced. */
export type Search = Generator<number, FoundException[]>;

export const atRow = (row: number) => positionCode({ row, decision: 0 });
