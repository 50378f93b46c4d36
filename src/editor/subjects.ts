// The subject in front: the session last stopped, else the recording or scenario in the text editor that was active last.

import * as vscode from 'vscode';
import type { Session } from '../session/session.ts';
import type { SessionView } from '../session/view.ts';
import { revealLine } from './debugging.ts';
import { programOf } from './files.ts';
import type { DocumentSessions } from './language/document-session.ts';
import { TRACE_LANGUAGE } from './recognise.ts';
import { SCENARIO_LANGUAGE } from './scenarios/scenario-file.ts';
import { ScenarioSessions } from './scenarios/scenario-session.ts';
import type { SessionStates } from './session-states.ts';
import { DebuggedSubject, OpenedSubject, type Subject } from './subject.ts';

/** How long a cursor must rest before what it is at is looked up. */
const REST_MS = 60;

interface Opened {
	/** undefined: there is none, for this reason */
	readonly subject: OpenedSubject | undefined;
	readonly problem?: string;
	/** undefined: it belongs to an editor of its own, which disposes of it */
	readonly document: vscode.TextDocument | undefined;
}

export class Subjects implements vscode.Disposable {
	readonly #states: SessionStates;
	readonly #documents: DocumentSessions;
	readonly #scenarios = new ScenarioSessions();
	readonly #changed = new vscode.EventEmitter<SessionView | undefined>();
	readonly #disposables: vscode.Disposable[];
	#debugged: DebuggedSubject | undefined;
	#opened: Opened | undefined;
	#view: SessionView | undefined;
	/** counts looks at editors, so that a slow one never undoes a later one */
	#looked = 0;
	#rest: ReturnType<typeof setTimeout> | undefined;

	/** The subject in front is another one, or stands elsewhere. */
	readonly onDidChange = this.#changed.event;

	constructor(states: SessionStates, documents: DocumentSessions) {
		this.#states = states;
		this.#documents = documents;
		const look = () => void this.#look(vscode.window.activeTextEditor);
		this.#disposables = [
			this.#changed,
			this.#scenarios,
			states.onDidChange((view) => this.#followDebugged(view)),
			vscode.window.onDidChangeActiveTextEditor(look),
			vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
				if (textEditor !== vscode.window.activeTextEditor) return;
				clearTimeout(this.#rest);
				this.#rest = setTimeout(() => void this.#look(textEditor), REST_MS);
			}),
			// A plain text becomes a trace when it was looked into.
			vscode.workspace.onDidOpenTextDocument(look),
			vscode.workspace.onDidChangeTextDocument(({ document }) => {
				if (document === this.#opened?.document) look();
			}),
			vscode.debug.onDidChangeBreakpoints(() => void this.#tellOpened()),
			vscode.workspace.onDidCloseTextDocument((document) => {
				if (document === this.#opened?.document) this.#show(undefined);
			}),
		];
		look();
	}

	get current(): Subject | undefined {
		return this.#debugged ?? this.#opened?.subject;
	}

	get view(): SessionView | undefined {
		return this.#view;
	}

	/** Why the document in front has no session, where it should have one. */
	get problem(): string | undefined {
		return this.#debugged ? undefined : this.#opened?.problem;
	}

	/** An editor of its own came to the front, or one moved in it. */
	async present(subject: OpenedSubject): Promise<void> {
		this.#looked++;
		if (this.#opened?.subject !== subject) this.#show({ subject, document: undefined });
		await this.#tellOpened();
	}

	/** That editor was closed. */
	withdraw(subject: OpenedSubject): void {
		if (this.#opened?.subject === subject) this.#show(undefined);
	}

	dispose(): void {
		clearTimeout(this.#rest);
		this.#show(undefined);
		for (const disposable of this.#disposables) disposable.dispose();
	}

	#followDebugged(view: SessionView | undefined): void {
		const { session } = this.#states;
		this.#debugged = session && view ? new DebuggedSubject(session) : undefined;
		if (this.#debugged) this.#tell(view);
		else void this.#tellOpened();
	}

	async #look(editor: vscode.TextEditor | undefined): Promise<void> {
		const sessions = editor && this.#sessionsFor(editor.document);
		if (!sessions) return;
		const { document } = editor;
		const looked = ++this.#looked;
		const session = await sessions.of(document);
		if (looked !== this.#looked || !session) return;
		if (session instanceof Error) this.#show({ subject: undefined, problem: session.message, document });
		else if (this.#opened?.subject?.session !== session)
			this.#show({ subject: this.#subjectOf(document, session), document });
		const { subject } = this.#opened ?? {};
		if (subject) standAtCursor(subject, editor.selection.active.line + 1);
		await this.#tellOpened();
	}

	#sessionsFor({ languageId }: vscode.TextDocument): DocumentSessions | ScenarioSessions | undefined {
		if (languageId === TRACE_LANGUAGE) return this.#documents;
		return languageId === SCENARIO_LANGUAGE ? this.#scenarios : undefined;
	}

	#subjectOf({ uri, version }: vscode.TextDocument, session: Session): OpenedSubject {
		const program = programOf(uri);
		const { events } = session.trace;
		const subject = new OpenedSubject(session, `${uri}#${version}`, program, async (row) => {
			subject.stand(row);
			if (row < events.length) await revealLine(program, events.line(row));
			await this.#tellOpened();
		});
		return subject;
	}

	#show(opened: Opened | undefined): void {
		if (this.#opened?.document) this.#opened.subject?.dispose();
		this.#opened = opened;
		if (!opened) void this.#tellOpened();
	}

	async #tellOpened(): Promise<void> {
		if (this.#debugged) return;
		const subject = this.#opened?.subject;
		const view = await subject?.view();
		if (!this.#debugged && subject === this.#opened?.subject) this.#tell(view);
	}

	#tell(view: SessionView | undefined): void {
		this.#view = view;
		this.#changed.fire(view);
	}
}

/** At the first event of the cursor's line, unless it stands at one of the line's events already. */
function standAtCursor(subject: OpenedSubject, line: number): void {
	const { events } = subject.session.trace;
	// A cursor that rests at the top has not been put anywhere yet.
	if (line === 1 || (subject.row < events.length && events.line(subject.row) === line)) return;
	subject.stand(events.rowAtOrAfterLine(line));
}
