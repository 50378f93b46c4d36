// Traces are plain text with any name. A plain-text document that looks like an ftrace recording gets the
// trace language, so that F5, breakpoints and colours work on it.

import * as vscode from 'vscode';

export const TRACE_LANGUAGE = 'psci-trace';

/** How many lines to look at: a `trace` file has a header of a dozen. */
const LOOK_AT = 40;

const TRACER_HEADER = /^# tracer: /;
/** task-pid, [cpu], flags, time: event: */
const EVENT_LINE = /^\s*\S.{0,40}-\d+\s+(?:\(.{1,10}\)\s+)?\[\d{3,}\]\s.{0,20}\d:\s+\w+:/;

/** Whether a text whose first lines these are is a recording of ftrace or trace-cmd. */
function looksLikeTrace(lines: readonly string[]): boolean {
	return lines.some((line) => TRACER_HEADER.test(line) || EVENT_LINE.test(line.slice(0, 200)));
}

export function recogniseTraces(context: vscode.ExtensionContext): void {
	const look = (document: vscode.TextDocument) => {
		if (document.languageId !== 'plaintext') return;
		const lines = Array.from(
			{ length: Math.min(LOOK_AT, document.lineCount) },
			(_, i) => document.lineAt(i).text,
		);
		if (looksLikeTrace(lines)) void vscode.languages.setTextDocumentLanguage(document, TRACE_LANGUAGE);
	};
	vscode.workspace.textDocuments.forEach(look);
	context.subscriptions.push(vscode.workspace.onDidOpenTextDocument(look));
}
