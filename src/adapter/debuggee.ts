// What is debugged: a session, where one stands in it, and which thread that is about. Made anew by each launch,
// restart and branch.

import { Cursor } from '../session/cursor.ts';
import type { Growth } from '../session/growing-session.ts';
import type { Position } from '../session/position.ts';
import type { Session } from '../session/session.ts';
import type { VcpuState } from '../session/state.ts';
import type { Sources } from './sources.ts';
import { type Thread, threadNumbered, threadOfRow } from './threads.ts';

export class Debuggee {
	readonly session: Session;
	readonly cursor: Cursor;
	readonly sources: Sources;
	/** thread shown where the event under the cursor names none, and at the end */
	threadId = 1;
	/** row of the stop before: what differs from it is marked as changed */
	previousRow: number;
	/** the session is still being read, or its file still being written */
	growth: Growth | undefined;
	/** the session that this one is a branch of, and where one stood in it */
	readonly original: Debuggee | undefined;

	constructor(session: Session, sources: Sources, start: Position | undefined, original?: Debuggee) {
		this.session = session;
		this.sources = sources;
		this.original = original;
		this.cursor = new Cursor(session);
		this.cursor.goto(start?.row ?? this.cursor.home(), start?.decision ?? 0);
		this.previousRow = this.cursor.row;
	}

	/** What the end is called, where one can stand. */
	get end(): string {
		if (this.growth && !this.growth.isFinished)
			return this.growth.follows ? 'End of what has been recorded so far' : 'End of what is loaded so far';
		return `End of the ${this.session.kind === 'recorded' ? 'recording' : 'scenario'}`;
	}

	/** The thread that the stop is about. */
	get thread(): Thread | undefined {
		return threadNumbered(this.session, this.threadId);
	}

	/** The vCPU that the stop is about; undefined where it is about a VMM. */
	get selected(): VcpuState | undefined {
		return this.session.stateAt(this.cursor.row).vcpus[this.threadId - 1];
	}

	/** Selects the thread of the event under the cursor, where it names one. */
	follow(): void {
		const row = Math.min(this.cursor.row, this.session.length - 1);
		this.threadId = threadOfRow(this.session, row) ?? this.threadId;
	}
}
