// Pointing at a line of a trace: the word under the pointer, the event, and the call that it belongs to.

import * as vscode from 'vscode';
import { explainCall } from '../../session/call-explanation.ts';
import { rowOnLine } from '../../session/call-lines.ts';
import { describeEvent, timeText } from '../../session/describe.ts';
import type { Session } from '../../session/session.ts';
import { vcpuName } from '../../session/view.ts';
import { whyLink } from '../why.ts';
import { callMarkdown } from './call-text.ts';
import type { DocumentSessions } from './document-session.ts';
import { markdownText } from './markdown-text.ts';
import { linkTo, markdownWithPages, type SpecDocuments } from './spec-documents.ts';
import { WORD, wordMarkdown } from './word-text.ts';

export function traceHover(sessions: DocumentSessions, pages: SpecDocuments): vscode.HoverProvider {
	return {
		async provideHover(document, position, token) {
			const [session, spec] = await Promise.all([sessions.of(document), pages.load()]);
			if (token.isCancellationRequested) return undefined;
			const link = linkTo(spec);
			const range = document.getWordRangeAtPosition(position, WORD);
			const word = range && wordMarkdown(document.getText(range), spec.index, link, false);
			const row = session && rowOnLine(session, position.line + 1);
			const parts = [word, ...(session && row !== undefined ? aboutRow(session, row, link) : [])];
			const said = parts.filter((part) => part !== undefined);
			if (said.length === 0) return undefined;
			const asks = session && row !== undefined ? [whyLink(document.uri, position.line + 1)] : [];
			// First: what is said of a call is longer than a hover shows at once.
			return new vscode.Hover([...asks, ...said.map(markdownWithPages)], range);
		},
	};
}

function aboutRow(session: Session, row: number, link: ReturnType<typeof linkTo>): string[] {
	const { events, clockUnit } = session.trace;
	const vcpu = { vm: events.vm(row), id: events.vcpu(row) };
	const index = session.calls.around(vcpu.vm, vcpu.id, row);
	const call = index >= 0 ? explainCall(session, index) : undefined;
	const told = call ? [callMarkdown(call, vscode.l10n, link)] : [];
	if (call?.call.rows.site === row) return told;
	const who = vcpu.id >= 0 ? `${vcpuName(session, vcpu)}: ` : '';
	const when = timeText(events.time(row), clockUnit);
	return [`${who}${markdownText(describeEvent(session, row))} (${when})`, ...told];
}
