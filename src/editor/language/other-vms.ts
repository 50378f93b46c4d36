// While a session with several VMs is shown: the lines of those that the current event is not about are dimmed.

import * as vscode from 'vscode';
import type { Session } from '../../session/session.ts';
import { TRACE_LANGUAGE } from '../recognise.ts';
import type { Subjects } from '../subjects.ts';
import type { DocumentSessions } from './document-session.ts';

/** Lines around what is in view that are looked at too. */
const MARGIN = 50;

export function registerOtherVms(
	context: vscode.ExtensionContext,
	sessions: DocumentSessions,
	subjects: Subjects,
): void {
	const dimmed = vscode.window.createTextEditorDecorationType({ opacity: '0.45', isWholeLine: true });
	const draw = async (editor: vscode.TextEditor) => {
		if (editor.document.languageId !== TRACE_LANGUAGE) return;
		const session = await sessions.of(editor.document);
		editor.setDecorations(dimmed, session ? otherLines(session, editor, subjects.view?.row ?? 0) : []);
	};
	const drawAll = () => {
		for (const editor of vscode.window.visibleTextEditors) void draw(editor);
	};
	drawAll();
	context.subscriptions.push(
		dimmed,
		subjects.onDidChange(drawAll),
		vscode.window.onDidChangeVisibleTextEditors(drawAll),
		vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => void draw(textEditor)),
		vscode.workspace.onDidChangeConfiguration((change) => {
			if (change.affectsConfiguration('psci.dimOtherVms')) drawAll();
		}),
	);
}

/** The lines in view of VMs other than the one of the event at `row`. */
function otherLines(session: Session, editor: vscode.TextEditor, row: number): vscode.Range[] {
	const { document, visibleRanges } = editor;
	if (session.trace.vms.length < 2 || row >= session.length) return [];
	if (!vscode.workspace.getConfiguration('psci', document).get('dimOtherVms', true)) return [];
	const { events } = session.trace;
	const here = events.vm(row);
	if (here < 0) return [];
	return visibleRanges.flatMap(({ start, end }) => {
		const lines: vscode.Range[] = [];
		const last = Math.min(document.lineCount, end.line + MARGIN);
		const first = Math.max(1, start.line + 1 - MARGIN);
		for (let at = events.rowAtOrAfterLine(first); at < session.length; at++) {
			const line = events.line(at);
			if (line > last) break;
			// Rows are in order of time: one may stand further up in the file.
			if (line < first || events.vm(at) < 0 || events.vm(at) === here) continue;
			lines.push(document.lineAt(line - 1).range);
		}
		return lines;
	});
}
