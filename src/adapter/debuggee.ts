// What is debugged: a session, where one stands in it, and what was shown of that stop. Made anew by each
// launch and restart.

import { Cursor } from '../session/cursor.ts';
import type { Session } from '../session/session.ts';
import type { VcpuState } from '../session/state.ts';
import type { Sources } from './sources.ts';

export class Debuggee {
	readonly session: Session;
	readonly cursor: Cursor;
	readonly sources: Sources;
	/** thread shown where the event under the cursor names no vCPU, and at the end */
	threadId = 1;
	/** row of the stop before: what differs from it is marked as changed */
	previousRow: number;

	constructor(session: Session, sources: Sources, startAt: 'firstCall' | 'firstEvent') {
		this.session = session;
		this.sources = sources;
		this.cursor = new Cursor(session);
		this.cursor.goto(startAt === 'firstEvent' ? 0 : this.cursor.home());
		this.previousRow = this.cursor.row;
	}

	/** The vCPU that the stop is about. */
	get selected(): VcpuState | undefined {
		return this.session.stateAt(this.cursor.row).vcpus[this.threadId - 1];
	}

	/** Selects the thread of the event under the cursor, where it names one. */
	follow(): void {
		const { session, cursor } = this;
		if (session.length === 0) return;
		const { events } = session.trace;
		const row = Math.min(cursor.row, session.length - 1);
		const vcpu = session.vcpus.findIndex((v) => v.vm === events.vm(row) && v.id === events.vcpu(row));
		if (vcpu >= 0) this.threadId = vcpu + 1;
	}
}
