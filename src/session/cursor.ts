// Where one stands in a session, and how one moves. A position is a row and a decision: just before that
// event, or, from 1 on, at that decision of the model about the call that the event is. The event under
// the cursor is the next thing to happen, and the state shown is the one it meets. Row `length` is the end
// of the recording: a place to stop at like any other.

import { type Position, positionCode, positionOf } from './position.ts';
import type { Session } from './session.ts';
import { drained } from './sliced.ts';
import { firstAfter, indexAfter, lastBefore } from './statements.ts';

/** `statement`: calls and changes of the machine; `instruction`: every event and decision. */
export type Granularity = 'statement' | 'instruction';

/** Why a move ended where it did. */
export type StopReason = 'step' | 'breakpoint' | 'start' | 'end';

export interface Stop extends Position {
	readonly reason: StopReason;
}

/** The rows that a move goes to: those of one vCPU, or of the VMM. */
export type Only = (row: number) => boolean;

export function ofVcpu(session: Session, { vm, id }: { readonly vm: number; readonly id: number }): Only {
	const { events } = session.trace;
	return (row) => events.vm(row) === vm && events.vcpu(row) === id;
}

/** A move, to be taken in slices. */
export type Pass = Generator<number, Stop>;

/** Rows that are looked at between two looks at the clock. */
const SLICE = 4096;

export class Cursor {
	readonly #session: Session;
	#at: Position = { row: 0, decision: 0 };
	/** steps taken forwards, so that a step back undoes exactly the last one */
	#trail: { from: Position; to: Position }[] = [];

	constructor(session: Session) {
		this.#session = session;
	}

	get row(): number {
		return this.#at.row;
	}

	get decision(): number {
		return this.#at.decision;
	}

	/** The first guest call, else the first statement, else the first event: where a newcomer wants to begin. */
	home(): number {
		const { calls, statements } = this.#session;
		let row = calls.length > 0 ? calls.site(0) : (statements[0] ?? 0);
		// Not in the middle of a program that a line calls.
		while (row > 0 && this.#depth(row) > 0) row--;
		return row;
	}

	goto(row: number, decision = 0): Stop {
		this.#trail = [];
		const at = Math.max(0, Math.min(row, this.#session.length));
		return this.#stand(at, decision > 0 ? Math.min(decision, this.#session.decisionsAt(at).length) : 0);
	}

	/**
	 * To the next statement, over a program that the line calls, or to the next event or decision; of those that
	 * are `only` wanted.
	 */
	next(granularity: Granularity, only?: Only): Stop {
		return drained(this.nextPass(granularity, only));
	}

	/** The same as a pass: what is wanted may be far, or nowhere. The cursor stays where it is until the pass is over. */
	*nextPass(granularity: Granularity, only?: Only): Pass {
		if (granularity === 'instruction') return yield* this.stepInPass(only);
		return this.#stepTo(yield* this.#nextOf(only, this.#session.statements, this.#depth(this.row)));
	}

	/** Into the decisions about the call at hand, through them, then to the next event of any kind. */
	stepIn(only?: Only): Stop {
		return drained(this.stepInPass(only));
	}

	/** The same as a pass. */
	*stepInPass(only?: Only): Pass {
		return this.decision < this.#session.decisionsAt(this.row).length && this.#isOf(this.row, only)
			? this.#stepTo(this.row, this.decision + 1)
			: this.#stepTo(yield* this.#nextOf(only));
	}

	/** Straight to a place further on, as a step that `stepBack` undoes: a target of stepping in. */
	stepTo({ row, decision }: Position): Stop {
		return this.#stepTo(row, decision);
	}

	/** A pass to the next event that is wanted. */
	*runToPass(only: Only): Pass {
		return this.#stepTo(yield* this.#nextOf(only));
	}

	/**
	 * To before the call that the cursor is in: its site; to the line that called the program that it is in; a plain step
	 * back where it is in none.
	 */
	stepOutBackwards(): Stop {
		const { calls } = this.#session;
		const site = calls.at(callAt(this.#session, this.row))?.site ?? this.row;
		const depth = this.#depth(this.row);
		const isSite = site === this.row && this.decision === 0;
		if (isSite && depth === 0) return this.stepBack('statement');
		this.#trail = [];
		return this.#stand(
			isSite ? (drained(this.#lastOf(undefined, this.#session.statements, depth - 1)) ?? 0) : site,
		);
	}

	/**
	 * Behind the last event of the call that the cursor is in; at its site, out of the program that the line belongs to; a
	 * plain step where it is in none.
	 */
	stepOut(): Stop {
		const { calls, statements } = this.#session;
		const call = calls.at(callAt(this.#session, this.row));
		const depth = this.#depth(this.row);
		if (depth > 0 && this.decision === 0 && (!call || call.site === this.row))
			return this.#stepTo(drained(this.#nextOf(undefined, statements, depth - 1)));
		const end = call?.end;
		return end === undefined ? this.next('statement') : this.#stepTo(end + 1);
	}

	/** Undoes the last step forwards, else goes to what lies before; of those that are `only` wanted. */
	stepBack(granularity: Granularity, only?: Only): Stop {
		return drained(this.stepBackPass(granularity, only));
	}

	/** The same as a pass. */
	*stepBackPass(granularity: Granularity, only?: Only): Pass {
		const last = this.#trail.at(-1);
		if (
			last &&
			last.to.row === this.row &&
			last.to.decision === this.decision &&
			granularity === 'statement'
		) {
			this.#trail.pop();
			return this.#stand(last.from.row, last.from.decision);
		}
		if (this.decision > 0 && this.#isOf(this.row, only)) {
			this.#trail = [];
			return this.#stand(this.row, granularity === 'statement' ? 0 : this.decision - 1);
		}
		const to =
			granularity === 'statement'
				? yield* this.#lastOf(only, this.#session.statements, this.#depth(this.row))
				: yield* this.#lastOf(only);
		this.#trail = [];
		if (to === undefined || to < 0) return { ...this.#stand(0), reason: 'start' };
		return this.#stand(to, granularity === 'instruction' ? this.#session.decisionsAt(to).length : 0);
	}

	/** To the next of `positions` (codes, ascending), or the end. */
	continue(positions: ArrayLike<number>): Stop {
		this.#trail = [];
		return this.#jump(firstAfter(positions, positionCode(this.#at)), this.#session.length, 'end');
	}

	/** To the previous of `positions` (codes, ascending), or the start. */
	reverseContinue(positions: ArrayLike<number>): Stop {
		this.#trail = [];
		return this.#jump(lastBefore(positions, positionCode(this.#at)), 0, 'start');
	}

	#jump(hit: number | undefined, otherwise: number, edge: 'start' | 'end'): Stop {
		if (hit === undefined) return { ...this.#stand(otherwise), reason: edge };
		const { row, decision } = positionOf(hit);
		return { ...this.#stand(row, decision), reason: 'breakpoint' };
	}

	#stand(row: number, decision = 0): Stop {
		this.#at = { row, decision };
		return { row, decision, reason: 'step' };
	}

	#stepTo(row: number | undefined, decision = 0): Stop {
		const { length } = this.#session;
		const from = this.#at;
		const stop = this.#stand(Math.min(row ?? length, length), decision);
		if (stop.row !== from.row || stop.decision !== from.decision) this.#trail.push({ from, to: this.#at });
		return stop.row === length ? { ...stop, reason: 'end' } : stop;
	}

	#isOf(row: number, only: Only | undefined): boolean {
		return !only || (row < this.#session.length && only(row));
	}

	/** The first row after this one that is wanted: any, or one of `among` (ascending) in no more than `deepest` programs. */
	*#nextOf(
		only: Only | undefined,
		among?: ArrayLike<number>,
		deepest = 0,
	): Generator<number, number | undefined> {
		if (!among) {
			let row = this.row + 1;
			for (; row < this.#session.length && !this.#isOf(row, only); row++) if (row % SLICE === 0) yield row;
			return row;
		}
		let n = indexAfter(among, this.row);
		for (; n < among.length && !this.#isStop(among[n] ?? 0, only, deepest); n++) if (n % SLICE === 0) yield n;
		return among[n];
	}

	*#lastOf(
		only: Only | undefined,
		among?: ArrayLike<number>,
		deepest = 0,
	): Generator<number, number | undefined> {
		if (!among) {
			let row = this.row - 1;
			for (; row >= 0 && !this.#isOf(row, only); row--) if (row % SLICE === 0) yield row;
			return row;
		}
		let n = indexAfter(among, this.row - 1) - 1;
		for (; n >= 0 && !this.#isStop(among[n] ?? 0, only, deepest); n--) if (n % SLICE === 0) yield n;
		return among[n];
	}

	/** How many programs by name the row is in. */
	#depth(row: number): number {
		return this.#session.depthAt?.(row) ?? 0;
	}

	#isStop(row: number, only: Only | undefined, deepest: number): boolean {
		return this.#isOf(row, only) && this.#depth(row) <= deepest;
	}
}

/** The call whose rows span `row` on that row's vCPU, or -1. */
function callAt(session: Session, row: number): number {
	if (row >= session.length) return -1;
	const { events } = session.trace;
	return session.calls.around(events.vm(row), events.vcpu(row), row);
}
