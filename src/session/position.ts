// A place to stand at in a session: a row, and a decision of the model about the call that the row decides.

export interface Position {
	readonly row: number;
	/** 0: at the event; n: at the nth decision about it */
	readonly decision: number;
}

/** More decisions than the model ever makes about one call. */
const DECISIONS = 1024;

/** A position as one number, ordered as positions are; exact up to 2^43 rows. */
export function positionCode({ row, decision }: Position): number {
	return row * DECISIONS + Math.min(decision, DECISIONS - 1);
}

export function positionOf(code: number): Position {
	return { row: Math.floor(code / DECISIONS), decision: code % DECISIONS };
}
