// A call's events fold into the line of the call.

import * as vscode from 'vscode';
import { callLines, endLine } from '../../session/call-lines.ts';
import type { DocumentSessions } from './document-session.ts';

/** As many as the editor takes by default (`editor.foldingMaximumRegions`). */
const MOST = 5000;

export function callFolding(sessions: DocumentSessions): vscode.FoldingRangeProvider {
	return {
		async provideFoldingRanges(document, _context, token) {
			const session = await sessions.of(document);
			if (!session || token.isCancellationRequested) return [];
			return callLines(session)
				.between(1, document.lineCount)
				.slice(0, MOST)
				.map(({ line, index }) => new vscode.FoldingRange(line - 1, endLine(session, index) - 1))
				.filter(({ start, end }) => end > start && end < document.lineCount);
		},
	};
}
