// The outline: a trace's calls by vCPU, a page's clauses and rules under their headings.

import * as vscode from 'vscode';
import { shortResult } from '../../session/call-explanation.ts';
import { callOutline } from '../../session/call-outline.ts';
import { type OutlineNode, pageOutline } from '../../spec/index.ts';
import type { DocumentSessions } from './document-session.ts';
import type { SpecDocuments } from './spec-documents.ts';

const MOST_CALLS = 5000;

export function traceSymbols(sessions: DocumentSessions): vscode.DocumentSymbolProvider {
	return {
		async provideDocumentSymbols(document, token) {
			const session = await sessions.of(document);
			if (!session || token.isCancellationRequested) return [];
			return callOutline(session, MOST_CALLS).flatMap(({ name, calls }) => {
				const [first] = calls;
				if (!first) return [];
				// The vCPUs' calls lie between each other: a group as long as its calls would be wrong in breadcrumbs
				// and in sticky scroll, which take the first group around a line for the line's own.
				const at = lines(document, first.line, first.endLine);
				const vcpu = symbol(name, String(calls.length), vscode.SymbolKind.Class, at);
				vcpu.children = calls.map(({ call, text, line, endLine }) => {
					const said = `${call.call?.name ?? text} → ${shortResult(call)}`;
					const kind = call.result?.isError ? vscode.SymbolKind.Event : vscode.SymbolKind.Function;
					return symbol(said, text, kind, lines(document, line, endLine));
				});
				return [vcpu];
			});
		},
	};
}

export function pageSymbols(pages: SpecDocuments): vscode.DocumentSymbolProvider {
	return {
		provideDocumentSymbols(document) {
			const page = pages.pageOf(document);
			if (page === undefined) return [];
			const shown = (node: OutlineNode): vscode.DocumentSymbol => {
				const found = symbol(
					node.name,
					node.detail,
					KINDS[node.kind],
					lines(document, node.line, node.endLine),
				);
				found.children = node.children.map(shown);
				return found;
			};
			return pageOutline(page, document.getText()).map(shown);
		},
	};
}

const KINDS: Readonly<Record<OutlineNode['kind'], vscode.SymbolKind>> = {
	heading: vscode.SymbolKind.String,
	clause: vscode.SymbolKind.Interface,
	rule: vscode.SymbolKind.Method,
};

function symbol(name: string, detail: string, kind: vscode.SymbolKind, range: vscode.Range) {
	// VS Code refuses a symbol without a name.
	return new vscode.DocumentSymbol(
		name || '?',
		detail,
		kind,
		range,
		new vscode.Range(range.start, range.start),
	);
}

/** 1-based lines, both included. */
function lines(document: vscode.TextDocument, first: number, last: number): vscode.Range {
	const end = document.lineAt(Math.min(Math.max(first, last), document.lineCount) - 1).range.end;
	return new vscode.Range(new vscode.Position(Math.min(first, document.lineCount) - 1, 0), end);
}
