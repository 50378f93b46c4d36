// The next and previous events for which an expression holds, streamed.

import { type Expression, holdsAt } from './expression.ts';
import { type Position, positionCode } from './position.ts';
import type { Session } from './session.ts';
import { Pace } from './sliced.ts';

export type Direction = 'forwards' | 'backwards';

/**
 * Codes of the positions after (or before) `from` at which the expression holds, nearest first. Lets other
 * work run meanwhile; throws the signal's reason when aborted.
 */
export async function* searchEvents(
	session: Session,
	expression: Expression,
	from: Position,
	direction: Direction = 'forwards',
	signal?: AbortSignal,
): AsyncGenerator<number, void> {
	const pace = new Pace(signal);
	const step = direction === 'forwards' ? 1 : -1;
	for (let row = from.row + step; row >= 0 && row < session.length; row += step) {
		if (row % 64 === 0 && pace.due) await pace.breathe();
		if (holdsAt(session, { row, decision: 0 }, expression)) yield positionCode({ row, decision: 0 });
	}
}

/** The nearest match; undefined where there is none on that side. */
export async function nextMatch(
	session: Session,
	expression: Expression,
	from: Position,
	direction: Direction = 'forwards',
	signal?: AbortSignal,
): Promise<number | undefined> {
	for await (const code of searchEvents(session, expression, from, direction, signal)) return code;
	return undefined;
}
