// At the end of a call's line: the call decoded, and what it gave.

import * as vscode from 'vscode';
import { explainArguments } from '../../session/call-explanation.ts';
import { callLines } from '../../session/call-lines.ts';
import { callText, recordedCall, resultText } from '../../session/recorded-call.ts';
import { hintText } from './call-text.ts';
import type { DocumentSessions } from './document-session.ts';

export function callHints(sessions: DocumentSessions): vscode.InlayHintsProvider {
	return {
		async provideInlayHints(document, range, token) {
			const session = await sessions.of(document);
			if (!session || token.isCancellationRequested) return [];
			return callLines(session)
				.between(range.start.line + 1, range.end.line + 1)
				.flatMap(({ line, index }) => {
					const call = recordedCall(session, index);
					if (!call?.call || line > document.lineCount) return [];
					const text = hintText(call, explainArguments(session, call));
					const hint = new vscode.InlayHint(document.lineAt(line - 1).range.end, text);
					hint.tooltip = `${callText(call)} → ${resultText(call)}`;
					hint.paddingLeft = true;
					return [hint];
				});
		},
	};
}
