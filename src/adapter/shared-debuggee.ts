// What another client debugs, seen from here: the same sessions, in which one stands somewhere else.

import type { Position } from '../session/position.ts';
import type { Session } from '../session/session.ts';
import { Debuggee } from './debuggee.ts';
import type { Sources } from './sources.ts';

/** `theirs` with cursors of one's own: those of `mine` where one has some already, else beside theirs. */
export function mirrored(theirs: Debuggee, mine: Debuggee | undefined, sources: Sources): Debuggee {
	const own = mine && lineage(mine).find(({ session }) => session === theirs.session);
	if (own) return own;
	const original = theirs.original && mirrored(theirs.original, mine, sources);
	return new Debuggee(theirs.session, sources.of(theirs.session.trace), placeOf(theirs), {
		original,
		isOthers: true,
	});
}

/** Where one stands in `theirs` who stands in `mine`: before the same event as far as it is there. */
export function samePlace(theirs: Debuggee, mine: Debuggee): Position {
	const [from, to] = [lineage(mine), lineage(theirs)];
	const leaves = from.filter(({ session }) => !to.some((other) => other.session === session));
	const enters = to.filter(({ session }) => !from.some((other) => other.session === session));
	let place = placeOf(mine);
	for (const { session, original } of leaves)
		if (original) place = session.branch ? without(session.branch, place) : placeOf(original);
	for (const branch of enters.reverse())
		if (branch.original)
			place = branch.session.branch ? withIn(branch.session.branch, place) : placeOf(branch);
	return place;
}

const placeOf = ({ cursor }: Debuggee): Position => ({ row: cursor.row, decision: cursor.decision });

/** It, the one it is a branch of, and so on. */
function lineage(debuggee: Debuggee): Debuggee[] {
	const { original } = debuggee;
	return original ? [debuggee, ...lineage(original)] : [debuggee];
}

type Statements = NonNullable<Session['branch']>;

/** The statements are put in: who stands where they are stands behind them. */
function withIn({ row, behind }: Statements, place: Position): Position {
	return place.row < row ? place : { ...place, row: place.row + behind - row };
}

/** The statements are taken out. */
function without({ row, behind }: Statements, place: Position): Position {
	if (place.row < row) return place;
	return place.row < behind ? { row, decision: 0 } : { ...place, row: place.row - (behind - row) };
}
