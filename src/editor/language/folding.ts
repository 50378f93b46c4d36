// A call's events fold into the line of the call, and what one vCPU does before another is at work into its first line.

import * as vscode from 'vscode';
import { callLines, endLine } from '../../session/call-lines.ts';
import { vcpuRuns } from '../../session/vcpu-runs.ts';
import type { DocumentSessions } from './document-session.ts';

/** As many as the editor takes by default (`editor.foldingMaximumRegions`). */
const MOST = 5000;

export function traceFolding(sessions: DocumentSessions): vscode.FoldingRangeProvider {
	return {
		async provideFoldingRanges(document, _context, token) {
			const session = await sessions.of(document);
			if (!session || token.isCancellationRequested) return [];
			const ranges = callLines(session)
				.between(1, document.lineCount)
				.slice(0, MOST)
				.map(({ line, index }) => ({ first: line, last: endLine(session, index) }));
			for (const run of vcpuRuns(session)) {
				if (ranges.length >= MOST) break;
				ranges.push(run);
			}
			return ranges
				.filter(({ first, last }) => last > first && last <= document.lineCount)
				.map(({ first, last }) => new vscode.FoldingRange(first - 1, last - 1));
		},
	};
}
