// While one stands at a decision: what it looked at and what came of it, beside the line of its rule.

import * as vscode from 'vscode';
import type { SessionView } from '../../session/view.ts';
import { DEBUG_TYPE } from '../debugging.ts';
import type { SpecDocuments } from './spec-documents.ts';

export function decisionValues(pages: SpecDocuments): vscode.InlineValuesProvider {
	return {
		async provideInlineValues(document, _viewPort, { stoppedLocation }) {
			const session = vscode.debug.activeDebugSession;
			const page = pages.pageOf(document);
			if (page === undefined || session?.type !== DEBUG_TYPE) return [];
			const view = await session.customRequest('psci/state').then(
				(body: SessionView) => body,
				// It ended in the meantime.
				() => undefined,
			);
			const decision = view?.call?.model?.decisions.find(({ current }) => current);
			if (!decision) return [];
			const place = (await pages.load()).index.rule(decision.rule);
			// The frame that is shown may be another than the one at the stop.
			if (place?.page.name !== page || place.line !== stoppedLocation.start.line + 1) return [];
			// The editor cuts what is long: what came of it first.
			const said = [`→ ${decision.outcome}`, decision.looked].filter(Boolean).join(' · ');
			return [new vscode.InlineValueText(document.lineAt(place.line - 1).range, said)];
		},
	};
}
