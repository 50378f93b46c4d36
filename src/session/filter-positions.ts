// An expression as a filter over positions: a breakpoint with a condition stops where it holds, whichever way
// one comes from.

import { asksState, type Expression, holdsAt } from './expression.ts';
import { positionOf } from './position.ts';
import { reached } from './reached.ts';
import type { Session } from './session.ts';
import { sliced } from './sliced.ts';

/** Those of the positions (codes, ascending) at which the expression holds, seen from the event there. */
export function filterPositions(
	session: Session,
	positions: ArrayLike<number>,
	expression: Expression,
	signal?: AbortSignal,
): Promise<readonly number[]> {
	return sliced(filtered(session, positions, expression), signal);
}

function* filtered(
	session: Session,
	positions: ArrayLike<number>,
	expression: Expression,
): Generator<number, readonly number[]> {
	const kept: number[] = [];
	const asks = asksState(expression);
	for (let n = 0; n < positions.length; n++) {
		if (n % 8 === 7) yield n;
		const code = positions[n] ?? 0;
		if (asks) yield* reached(session, positionOf(code).row);
		if (holdsAt(session, positionOf(code), expression)) kept.push(code);
	}
	return kept;
}
