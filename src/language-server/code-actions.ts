// Quick fixes: those that came with a diagnostic.

import type { LangiumDocument } from 'langium';
import type { CodeActionProvider } from 'langium/lsp';
import { type CodeAction, CodeActionKind, type CodeActionParams } from 'vscode-languageserver';
import type { FixData } from './validator.ts';

export class QuickFixes implements CodeActionProvider {
	getCodeActions(document: LangiumDocument, { context }: CodeActionParams): CodeAction[] {
		return context.diagnostics.flatMap((diagnostic) =>
			fixesOf(diagnostic.data).map(
				({ title, edit }, n): CodeAction => ({
					title,
					kind: CodeActionKind.QuickFix,
					diagnostics: [diagnostic],
					isPreferred: n === 0,
					edit: { changes: { [document.textDocument.uri]: [edit] } },
				}),
			),
		);
	}
}

/** What comes back from a client may be anything. */
function fixesOf(data: unknown): readonly FixData[] {
	if (!Array.isArray(data)) return [];
	return data.filter(
		(fix: Partial<FixData>): fix is FixData =>
			typeof fix?.title === 'string' && typeof fix.edit?.newText === 'string' && fix.edit.range !== undefined,
	);
}
