// What the panels are about: a session that is being debugged, or a recording or scenario that is just open. To a panel all
// are the same: a state to show, questions to ask, and a place to go to.

import type * as vscode from 'vscode';
import { PanelData } from '../session/panel/panel-data.ts';
import type { AnswerTo, Question } from '../session/panel/question.ts';
import type { Session } from '../session/session.ts';
import { type SessionView, viewAt } from '../session/view.ts';
import { type WhyChain, why } from '../session/why.ts';
import { whyEvent } from '../session/why-event.ts';
import { uriOf } from './files.ts';
import { linesWithBreakpoints } from './trace-breakpoints.ts';

export interface Subject {
	/** another one is another session */
	readonly id: string;
	readonly debugged: boolean;
	/** what the trace is opened by: a path or a URI */
	readonly program: string;
	view(): Promise<SessionView>;
	answer<Q extends Question>(question: Q): Promise<AnswerTo<Q>>;
	/** what made this value, or the event of this row, what it is */
	why(of: string | number): Promise<WhyChain>;
	goto(row: number): Promise<void>;
}

export class DebuggedSubject implements Subject {
	readonly debugged = true;
	readonly #session: vscode.DebugSession;

	constructor(session: vscode.DebugSession) {
		this.#session = session;
	}

	get id(): string {
		return this.#session.id;
	}

	get program(): string {
		const { program } = this.#session.configuration;
		return typeof program === 'string' ? program : '';
	}

	async view(): Promise<SessionView> {
		return this.#session.customRequest('psci/state');
	}

	async answer<Q extends Question>(question: Q): Promise<AnswerTo<Q>> {
		return this.#session.customRequest('psci/ask', question);
	}

	async why(of: string | number): Promise<WhyChain> {
		return this.#session.customRequest(
			'psci/why',
			typeof of === 'string' ? { expression: of } : { place: String(of) },
		);
	}

	async goto(row: number): Promise<void> {
		await this.#session.customRequest('psci/goto', { place: String(row) });
	}
}

/** A recording or scenario that is open and not debugged: one stands where the cursor is in its text. */
export class OpenedSubject implements Subject {
	readonly debugged = false;
	readonly id: string;
	readonly program: string;
	readonly session: Session;
	readonly #data: PanelData;
	readonly #reveal: (row: number) => void | Promise<void>;
	#row: number;
	#previous: number;

	constructor(session: Session, id: string, program: string, reveal: (row: number) => void | Promise<void>) {
		this.session = session;
		this.id = id;
		this.program = program;
		this.#data = new PanelData(session);
		this.#reveal = reveal;
		this.#row = this.#previous = session.calls.length > 0 ? session.calls.site(0) : 0;
	}

	get row(): number {
		return this.#row;
	}

	/** The cursor is at the event of this row; whether that is elsewhere than before. */
	stand(row: number): boolean {
		if (row === this.#row) return false;
		this.#previous = this.#row;
		this.#row = row;
		return true;
	}

	async view(): Promise<SessionView> {
		const { events } = this.session.trace;
		const row = Math.min(this.#row, Math.max(0, this.session.length - 1));
		const selected =
			this.session.length === 0
				? undefined
				: this.session
						.stateAt(this.#row)
						.vcpus.find((v) => v.vm === events.vm(row) && v.id === events.vcpu(row));
		return viewAt(this.session, { row: this.#row, decision: 0 }, this.#previous, selected);
	}

	answer<Q extends Question>(question: Q): Promise<AnswerTo<Q>> {
		return this.#data.answer(question, () => ({ breakpoints: this.#breakpoints() }));
	}

	async why(of: string | number): Promise<WhyChain> {
		const chain =
			typeof of === 'string'
				? why(this.session, { row: this.#row, decision: 0 }, of)
				: whyEvent(this.session, of);
		if (!chain) throw new RangeError(`${of} is nothing of this session`);
		return chain;
	}

	async goto(row: number): Promise<void> {
		await this.#reveal(Math.max(0, Math.min(row, this.session.length)));
	}

	/** Rows at which those on lines of the file would stop first. */
	#breakpoints(): Uint32Array {
		const { events } = this.session.trace;
		const lines = linesWithBreakpoints(uriOf(this.program));
		const rows = lines.map((line) => events.rowAtOrAfterLine(line)).filter((row) => row < events.length);
		return Uint32Array.from(rows).sort();
	}

	dispose(): void {
		this.#data.dispose();
	}
}
