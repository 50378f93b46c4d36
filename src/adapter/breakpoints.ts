// The breakpoints of a session. Each kind is replaced as a whole, as the protocol does. Continuing is a search in
// sorted positions, in either direction.

import { type Position, positionCode, positionOf } from '../session/position.ts';
import type { Session } from '../session/session.ts';
import { drained } from '../session/sliced.ts';
import { indexAfter } from '../session/statements.ts';
import type { Breakpoint } from './breakpoint.ts';

export type Direction = 'forwards' | 'backwards';

/** A log point on the way. */
export interface Passed {
	readonly breakpoint: Breakpoint;
	readonly code: number;
}

/** Whether a position (a code) counts; undefined: all do. */
export type Where = ((code: number) => boolean) | undefined;

/** The breakpoints of a document or of a kind, and the search for where they stop. */
interface Group {
	readonly breakpoints: readonly Breakpoint[];
	readonly search: AbortController;
	/** done when all positions are found */
	readonly found: Promise<unknown>;
}

export class Breakpoints {
	readonly #groups = new Map<string, Group>();
	readonly #changed: (breakpoint: Breakpoint) => void;
	#nextId = 1;
	#rows: Float64Array | undefined;
	#session: Session | undefined;

	/** `changed`: the client should be told of what was found out about a breakpoint. */
	constructor(changed: (breakpoint: Breakpoint) => void) {
		this.#changed = changed;
	}

	nextId(): number {
		return this.#nextId++;
	}

	/** Replaces the breakpoints of a group: a document, a kind. */
	set(group: string, breakpoints: readonly Breakpoint[]): void {
		this.#groups.get(group)?.search.abort();
		const search = new AbortController();
		const session = this.#session;
		const found = Promise.all(
			session ? breakpoints.map((b) => this.#resolve(b, session, search.signal)) : [],
		);
		// Whoever waits for it hears of a failure; where nobody does it is no matter.
		found.catch(() => undefined);
		this.#groups.set(group, { breakpoints, search, found });
		this.#rows = undefined;
	}

	/** Finds all anew, in a session that is another one or has grown. */
	attach(session: Session): void {
		this.#session = session;
		for (const [group, { breakpoints }] of this.#groups) this.set(group, breakpoints);
	}

	/** Stops what still goes on in the background. */
	abandon(): void {
		for (const { search } of this.#groups.values()) search.abort();
	}

	/** Rows at which one stops, ascending: for the timeline. */
	get rows(): Float64Array {
		this.#rows ??= rowsOf([...this.#all()].flatMap(({ positions }) => (positions ? [positions] : [])));
		return this.#rows;
	}

	/** Done when all positions are found, of those breakpoints that are set now. */
	get ready(): Promise<unknown> {
		return Promise.all([...this.#groups.values()].map(({ found }) => found));
	}

	get isReady(): boolean {
		return [...this.#all()].every((b) => b.positions !== undefined);
	}

	async #resolve(breakpoint: Breakpoint, session: Session, signal: AbortSignal): Promise<void> {
		const isNew = await breakpoint.resolve(session, signal).catch((error: unknown) => {
			if (!signal.aborted) throw error;
			return false;
		});
		this.#rows = undefined;
		if (breakpoint.told && isNew) this.#changed(breakpoint);
	}

	/** A pass for the nearest position after, or before, `from` at which one of them stops. */
	*nearest(from: number, direction: Direction, where?: Where): Generator<number, number | undefined> {
		let nearest: number | undefined;
		for (const { positions, log } of this.#all()) {
			const found = log || !positions ? undefined : yield* nearestIn(positions, from, direction, where);
			if (found === undefined) continue;
			nearest ??= found;
			nearest = direction === 'forwards' ? Math.min(nearest, found) : Math.max(nearest, found);
		}
		return nearest;
	}

	/** The log points passed on the way from `from` (not itself) to `to`, in the order of the way. */
	*passed(from: number, to: number): Generator<Passed> {
		const direction = to < from ? 'backwards' : 'forwards';
		const logs = [...this.#all()].filter((b) => b.log);
		for (let at = from; logs.length > 0; ) {
			const nexts = logs.map((b) => drained(nearestIn(b.positions ?? [], at, direction)));
			const known = nexts.filter((code) => code !== undefined);
			if (known.length === 0) return;
			at = direction === 'forwards' ? Math.min(...known) : Math.max(...known);
			if (direction === 'forwards' ? at > to : at < to) return;
			for (const [i, breakpoint] of logs.entries()) if (nexts[i] === at) yield { breakpoint, code: at };
		}
	}

	/** Those that stop at a position. */
	at(position: Position): Breakpoint[] {
		const code = positionCode(position);
		return [...this.#all()].filter(
			({ positions, log }) => !log && positions && positions[indexAfter(positions, code) - 1] === code,
		);
	}

	*#all(): Generator<Breakpoint> {
		for (const { breakpoints } of this.#groups.values()) yield* breakpoints;
	}
}

/** Ascending: of one breakpoint they are so already, and sorting many takes long. */
function rowsOf(lists: readonly ArrayLike<number>[]): Float64Array {
	const rows = new Float64Array(lists.reduce((sum, { length }) => sum + length, 0));
	let at = 0;
	for (const list of lists) for (let n = 0; n < list.length; n++) rows[at++] = positionOf(list[n] ?? 0).row;
	return lists.length > 1 ? rows.sort() : rows;
}

function* nearestIn(
	positions: ArrayLike<number>,
	from: number,
	direction: Direction,
	where?: Where,
): Generator<number, number | undefined> {
	const step = direction === 'forwards' ? 1 : -1;
	let at = direction === 'forwards' ? indexAfter(positions, from) : indexAfter(positions, from - 1) - 1;
	for (; where && at >= 0 && at < positions.length && !where(positions[at] ?? 0); at += step)
		if (at % 4096 === 0) yield at;
	return positions[at];
}
