// Find all references on a clause or rule in a page: the calls, in the open traces and in the one that is
// being debugged, which the rule decided or whose rules rest on the clause; and the rules that rest on it.

import * as vscode from 'vscode';
import { linesDecidedBy, rulesOnClause } from '../../session/decided-calls.ts';
import type { DocumentSessions } from './document-session.ts';
import type { Spec, SpecDocuments } from './spec-documents.ts';
import { WORD } from './word-text.ts';

/** In one trace: a list of more is read by nobody. */
const MOST = 10_000;

export function pageReferences(sessions: DocumentSessions, pages: SpecDocuments): vscode.ReferenceProvider {
	return {
		async provideReferences(document, position, { includeDeclaration }, token) {
			const page = pages.pageOf(document);
			if (page === undefined) return undefined;
			const spec = await pages.load();
			const place = placeAt(spec, page, document, position);
			if (!place) return undefined;
			const { id, kind } = place.anchor;
			const found: vscode.Location[] = includeDeclaration
				? [pages.location({ page: place.page.name, line: place.line })]
				: [];
			for (const rule of kind === 'clause' ? rulesOnClause(id) : []) {
				const at = spec.index.rule(rule);
				if (at) found.push(pages.location({ page: at.page.name, line: at.line }));
			}
			for (const trace of await sessions.documents()) {
				const session = await sessions.of(trace);
				if (token.isCancellationRequested) return undefined;
				const lines = session ? await linesDecidedBy(session, kind, id) : [];
				for (const line of lines.slice(0, MOST)) found.push(callSite(trace, line));
			}
			return found;
		},
	};
}

/** The id under the pointer, else the rule or clause that the line stands for. */
function placeAt(spec: Spec, page: string, document: vscode.TextDocument, position: vscode.Position) {
	const range = document.getWordRangeAtPosition(position, WORD);
	const word = range ? document.getText(range) : '';
	return spec.index.rule(word) ?? spec.index.clause(word) ?? spec.index.at(page, position.line + 1);
}

/** The part of the line after the recorder's columns, which is what a list of references should show. */
function callSite(document: vscode.TextDocument, line: number): vscode.Location {
	const { text, range } = document.lineAt(Math.min(line, document.lineCount) - 1);
	const start = /\s\w+:\s/.exec(text)?.index;
	return new vscode.Location(
		document.uri,
		start === undefined ? range : new vscode.Range(range.start.translate(0, start + 1), range.end),
	);
}
