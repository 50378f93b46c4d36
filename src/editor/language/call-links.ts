// A call and its return lead to each other: a link on the event's name in either line.

import * as vscode from 'vscode';
import { callLines } from '../../session/call-lines.ts';
import type { Session } from '../../session/session.ts';
import { EventKind } from '../../trace/event.ts';
import type { DocumentSessions } from './document-session.ts';

/** As many as anybody follows; the editor asks for the whole document at once. */
const MOST = 5000;

export function callLinks(sessions: DocumentSessions): vscode.DocumentLinkProvider {
	return {
		async provideDocumentLinks(document, token) {
			const session = await sessions.of(document);
			if (!session || token.isCancellationRequested) return [];
			return callLines(session)
				.between(1, document.lineCount)
				.slice(0, MOST)
				.flatMap(({ index }) => linksOf(document, session, index));
		},
	};
}

function linksOf(document: vscode.TextDocument, session: Session, index: number): vscode.DocumentLink[] {
	const rows = session.calls.at(index);
	// Without probes: what shows that the call is over, an entry into the guest or an exit to the VMM.
	const back = !rows ? -1 : rows.ret >= 0 ? rows.ret : rows.next;
	if (!rows || back < 0) return [];
	const { events } = session.trace;
	const [site, ret] = [events.line(rows.site), events.line(back)];
	if (site > document.lineCount || ret > document.lineCount || events.kind(back) === EventKind.lost)
		return [];
	return [
		link(document, site, ret, vscode.l10n.t('Go to its return')),
		link(document, ret, site, vscode.l10n.t('Go to the call')),
	].filter((each) => each !== undefined);
}

/** From the event's name, which stands before the colon behind the time. */
function link(
	document: vscode.TextDocument,
	from: number,
	to: number,
	tooltip: string,
): vscode.DocumentLink | undefined {
	const { text } = document.lineAt(from - 1);
	const name = /\d:\s+(?:\w+:)*(\w+):/.exec(text);
	if (!name?.[1]) return undefined;
	const start = name.index + name[0].length - 1 - name[1].length;
	const range = new vscode.Range(from - 1, start, from - 1, start + name[1].length);
	const made = new vscode.DocumentLink(range, document.uri.with({ fragment: `L${to}` }));
	made.tooltip = tooltip;
	return made;
}
