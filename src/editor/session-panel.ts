// The session panel: a web page in the editor area that shows the machine where the session stands, and its
// timeline.

import * as vscode from 'vscode';
import { type FromPanel, fromPanel, type ToPanel } from '../panels/messages.ts';
import { asQuestion } from '../session/panel/question.ts';
import { revealLine } from './debugging.ts';
import { Panel } from './panel.ts';
import { SESSION_PAGE } from './panel-page.ts';
import type { SessionStates } from './session-states.ts';
import type { Subject } from './subject.ts';
import type { Subjects } from './subjects.ts';
import { whyOfSubject } from './why.ts';

const VIEW_TYPE = 'psci.session';

export function registerSessionPanel(
	context: vscode.ExtensionContext,
	states: SessionStates,
	subjects: Subjects,
): void {
	const panel = new SessionPanel(context.extensionUri, subjects);
	context.subscriptions.push(
		panel,
		vscode.commands.registerCommand('psci.showSessionPanel', (column?: number) => panel.show(false, column)),
		vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, {
			// Nothing of the page's own state is trusted or needed: it asks for the current one.
			deserializeWebviewPanel: async (restored) => panel.adopt(restored),
		}),
		subjects.onDidChange(() => panel.send()),
		states.onDidChange(() => {
			if (states.session) panel.introduce(states.session);
		}),
		vscode.debug.onDidTerminateDebugSession((session) => panel.forget(session)),
	);
}

class SessionPanel extends Panel {
	readonly #subjects: Subjects;
	/** sessions for which the panel was opened by itself: closing it then is respected */
	readonly #introduced = new Set<string>();

	constructor(extension: vscode.Uri, subjects: Subjects) {
		super(extension, { viewType: VIEW_TYPE, title: vscode.l10n.t('PSCI Session'), page: SESSION_PAGE });
		this.#subjects = subjects;
	}

	/** Opens the panel when a session stops for the first time. */
	introduce(session: vscode.DebugSession): void {
		if (this.#introduced.has(session.id)) return;
		this.#introduced.add(session.id);
		if (vscode.workspace.getConfiguration('psci').get('panel.openOnStart', true)) this.show(true);
	}

	forget(session: vscode.DebugSession): void {
		this.#introduced.delete(session.id);
	}

	show(preserveFocus: boolean, viewColumn: vscode.ViewColumn = vscode.ViewColumn.Beside): void {
		this.present(viewColumn, preserveFocus, false);
	}

	send(): void {
		const { current, view, problem } = this.#subjects;
		const message: ToPanel =
			current && view
				? { type: 'state', subject: current.id, debugged: current.debugged, view }
				: { type: 'empty', ...(problem ? { problem } : {}) };
		this.post(message);
	}

	protected override async receive(raw: unknown): Promise<void> {
		const message = fromPanel(raw);
		const subject = this.#subjects.current;
		switch (message?.type) {
			case 'ready':
				this.send();
				break;
			case 'start':
				await vscode.commands.executeCommand('psci.debugFile');
				break;
			case 'specification':
				await vscode.commands.executeCommand('psci.showSpecification', message.id || undefined);
				break;
			case 'reveal':
				if (subject) await revealLine(subject.program, message.line);
				break;
			case 'goto':
				await subject?.goto(message.row);
				break;
			case 'why':
				if (subject) await whyOfSubject(subject, message.of);
				break;
			case 'ask':
				this.post(await answerOf(message, subject));
				break;
			default:
		}
	}
}

/** The answer to a page's question, or why there is none. */
export async function answerOf(
	{ id, question: raw }: Extract<FromPanel, { type: 'ask' }>,
	subject: Subject | undefined,
): Promise<ToPanel> {
	const question = asQuestion(raw);
	if (!question || !subject) return { type: 'failure', id, message: vscode.l10n.t('There is no session.') };
	try {
		return { type: 'answer', id, body: await subject.answer(question) };
	} catch (error) {
		// The session ended, or a newer question took this one's place.
		return { type: 'failure', id, message: error instanceof Error ? error.message : String(error) };
	}
}
