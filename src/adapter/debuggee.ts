// What is debugged: a session, where one stands in it, and which thread that is about. Made anew by each launch,
// restart and branch.

import { Cursor } from '../session/cursor.ts';
import type { Growth } from '../session/growing-session.ts';
import type { Position } from '../session/position.ts';
import type { Session } from '../session/session.ts';
import { Pace } from '../session/sliced.ts';
import type { VcpuState } from '../session/state.ts';
import type { Sources } from './sources.ts';
import { type Thread, threadNumbered, threadOfRow } from './threads.ts';

/** Events that are replayed between two looks at the clock. */
const STRIDE = 256;
/** Milliseconds that a replay may keep others waiting: steps where it is done ahead, a pause where one waits for it. */
const AHEAD_SLICE = 3;
const WAITED_SLICE = 15;

async function rest(signal: AbortSignal): Promise<void> {
	await new Promise<void>((resolve) => setTimeout(resolve, 20));
	signal.throwIfAborted();
}

export class Debuggee {
	readonly session: Session;
	readonly cursor: Cursor;
	readonly sources: Sources;
	/** thread shown where the event under the cursor names none, and at the end */
	threadId = 1;
	/** row of the stop before: what differs from it is marked as changed */
	previousRow: number;
	/** how the session grows, where it does */
	readonly growth: Growth | undefined;
	/** the state is at hand of rows up to here; further on it takes a replay from here */
	#reached = 0;
	/** the session that this one is a branch of, and where one stood in it */
	readonly original: Debuggee | undefined;
	/** a branch that another client made */
	readonly isOthers: boolean;

	constructor(
		session: Session,
		sources: Sources,
		start: Position | undefined,
		more: {
			readonly original?: Debuggee | undefined;
			readonly growth?: Growth | undefined;
			readonly isOthers?: boolean;
		} = {},
	) {
		this.session = session;
		this.sources = sources;
		this.original = more.original;
		this.growth = more.growth;
		this.isOthers = more.isOthers === true;
		this.cursor = new Cursor(session);
		this.cursor.goto(start?.row ?? this.cursor.home(), start?.decision ?? 0);
		this.previousRow = this.cursor.row;
	}

	/** What the end is called, where one can stand. */
	get end(): string {
		if (this.growth && this.grows)
			return this.growth.follows ? 'End of what has been recorded so far' : 'End of what is loaded so far';
		if (this.growth?.isCutShort) return 'End of what was loaded';
		const { kind, ending } = this.session;
		return `End of the ${kind === 'recorded' ? 'recording' : 'scenario'}${ending ? `: ${ending}` : ''}`;
	}

	/** The thread that the stop is about. */
	get thread(): Thread | undefined {
		return threadNumbered(this.session, this.threadId);
	}

	/** The vCPU that the stop is about; undefined where it is about a VMM. */
	get selected(): VcpuState | undefined {
		return this.session.stateAt(this.cursor.row).vcpus[this.threadId - 1];
	}

	/** More may come behind the last event. */
	get grows(): boolean {
		return this.growth?.isFinished === false;
	}

	/** How far it is to `row` from where the state is at hand: 0 is no way at all. */
	wayTo(row: number): number {
		return Math.max(0, Math.min(row, this.session.length) - this.#reached);
	}

	/**
	 * Replays up to `row`, in slices, so that looking there is quick; throws the signal's reason when aborted. Rests
	 * while `isBusy`: nobody waits for what is done ahead.
	 */
	async reach(
		row: number,
		signal: AbortSignal,
		{ report, isBusy }: { report?: (fraction: number) => void; isBusy?: () => boolean } = {},
	): Promise<void> {
		const pace = new Pace(signal, isBusy ? AHEAD_SLICE : WAITED_SLICE);
		const from = this.#reached;
		while (this.wayTo(row) > 0) {
			signal.throwIfAborted();
			while (isBusy?.()) await rest(signal);
			const to = Math.min(this.#reached + STRIDE, this.session.length);
			this.session.stateAt(to);
			this.#reached = to;
			if (!pace.due) continue;
			report?.((to - from) / (row - from));
			await pace.breathe();
		}
	}

	/** Rows from here on are not what they were. */
	changed(row: number): void {
		this.#reached = Math.min(this.#reached, row);
	}

	/** Up to where the state is at hand. */
	get reached(): number {
		return this.#reached;
	}

	/** Selects `thread`, else that of the event under the cursor, where it names one. */
	follow(thread?: Thread): void {
		const row = Math.min(this.cursor.row, this.session.length - 1);
		this.threadId = thread?.id ?? threadOfRow(this.session, row) ?? this.threadId;
	}
}
