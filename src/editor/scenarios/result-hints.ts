// At the end of a scenario's line: what came of it in the last run.

import * as vscode from 'vscode';
import type { LastRuns } from './last-runs.ts';

export function resultHints(runs: LastRuns): vscode.InlayHintsProvider {
	return {
		onDidChangeInlayHints: runs.onDidChange,
		provideInlayHints(document, range) {
			const results = runs.of(document.uri);
			const wanted = vscode.workspace.getConfiguration('psci', document).get('scenarios.resultHints', true);
			if (!results || !wanted) return [];
			return [...results].flatMap(([line, { text, times, met, says }]) => {
				if (line <= range.start.line || line > Math.min(range.end.line + 1, document.lineCount)) return [];
				const mark = met === undefined ? '→ ' : met ? '✓ ' : '✗ ';
				const often = times > 1 ? ` (${times}×)` : '';
				const hint = new vscode.InlayHint(document.lineAt(line - 1).range.end, `${mark}${text}${often}`);
				hint.paddingLeft = true;
				hint.tooltip = says;
				return [hint];
			});
		},
	};
}
