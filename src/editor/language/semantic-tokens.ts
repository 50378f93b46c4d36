// Colours that take the recording: functions by what they are for, calls that were refused, whose event it is.
// Only what is in view is asked for.

import * as vscode from 'vscode';
import { lineTokens, TOKEN_MODIFIERS, TOKEN_TYPES } from '../../session/line-tokens.ts';
import type { DocumentSessions } from './document-session.ts';

export const TRACE_TOKENS = new vscode.SemanticTokensLegend([...TOKEN_TYPES], [...TOKEN_MODIFIERS]);

/** Nobody has so many lines in view. */
const MOST_LINES = 2000;

export function traceTokens(sessions: DocumentSessions): vscode.DocumentRangeSemanticTokensProvider {
	return {
		async provideDocumentRangeSemanticTokens(document, { start, end }, token) {
			const session = await sessions.of(document);
			if (!session || token.isCancellationRequested) return undefined;
			const tokens = new vscode.SemanticTokensBuilder(TRACE_TOKENS);
			const last = Math.min(end.line, start.line + MOST_LINES, document.lineCount - 1);
			for (let line = start.line; line <= last; line++) {
				for (const found of lineTokens(session, line + 1, document.lineAt(line).text)) {
					const range = new vscode.Range(line, found.start, line, found.start + found.length);
					tokens.push(range, found.type, [...found.modifiers]);
				}
			}
			return tokens.build();
		},
	};
}
