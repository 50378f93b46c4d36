// The next and previous places for which an expression holds, streamed: the first ones come while later ones
// are still looked for, and whoever has enough stops asking.

import { candidatesOf } from './candidates.ts';
import { asksState, type Expression, holdsAt, looksAtDecisions } from './expression.ts';
import { type Position, positionCode } from './position.ts';
import { quietStretches } from './quiet-stretches.ts';
import { reached } from './reached.ts';
import type { Session } from './session.ts';
import { Pace, sliced } from './sliced.ts';

export type Direction = 'forwards' | 'backwards';

/** Rows that are looked through in their order, also on the way back: states are reached forwards. */
const CHUNK = 1024;

/**
 * Codes of the positions behind (or before) `from` at which the expression holds, nearest first: events, and
 * decisions where the expression is about those. Lets other work run meanwhile; throws the signal's reason
 * when aborted.
 */
export async function* searchEvents(
	session: Session,
	expression: Expression,
	from: Position,
	direction: Direction = 'forwards',
	signal?: AbortSignal,
): AsyncGenerator<number, void> {
	signal?.throwIfAborted();
	const pace = new Pace(signal);
	const candidate = await sliced(candidatesOf(session, expression.node), signal);
	const isQuiet = quietStretches(session, expression.node);
	const decisions = looksAtDecisions(expression);
	const start = positionCode(from);
	const forwards = direction === 'forwards';
	const step = forwards ? CHUNK : -CHUNK;
	const first = Math.max(0, Math.min(from.row, session.length - 1));
	if (asksState(expression)) await sliced(reached(session, first), signal);
	for (let low = first - (first % CHUNK); low >= 0 && low < session.length; low += step) {
		const hits: number[] = [];
		const high = Math.min(low + CHUNK, session.length);
		if (pace.due) await pace.breathe();
		if (isQuiet?.(low, high)) continue;
		for (let row = forwards ? Math.max(low, from.row) : low; row < high; row++) {
			if (!forwards && row > from.row) break;
			if (candidate && !candidate(row)) continue;
			if (row % 16 === 0 && pace.due) await pace.breathe();
			const last = decisions ? session.decisionsAt(row).length : 0;
			for (let decision = 0; decision <= last; decision++) {
				const code = positionCode({ row, decision });
				if (code === start || code > start !== forwards) continue;
				if (holdsAt(session, { row, decision }, expression)) hits.push(code);
			}
		}
		yield* forwards ? hits : hits.reverse();
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
