// Go to definition: from a function, its number, a return code, a `KVM_…` name or an id to where the
// documents tell of it, out of a trace or from one page to another.

import type * as vscode from 'vscode';
import { rowOnLine } from '../../session/call-lines.ts';
import { recordedCall } from '../../session/recorded-call.ts';
import { pageOfFunction } from '../../spec/index.ts';
import type { DocumentSessions } from './document-session.ts';
import type { SpecDocuments } from './spec-documents.ts';
import { WORD } from './word-text.ts';

export function traceDefinition(sessions: DocumentSessions, pages: SpecDocuments): vscode.DefinitionProvider {
	return {
		async provideDefinition(document, position) {
			const range = document.getWordRangeAtPosition(position, WORD);
			if (!range) return undefined;
			const [session, spec] = await Promise.all([sessions.of(document), pages.load()]);
			const row = session && rowOnLine(session, position.line + 1);
			let near: string | undefined;
			if (session && row !== undefined) {
				const { events } = session.trace;
				const index = session.calls.around(events.vm(row), events.vcpu(row), row);
				// A return code is told by the page of the call that gave it.
				const fn = recordedCall(session, index)?.call?.fn;
				near = fn && pageOfFunction(fn);
			}
			const place = spec.find(document.getText(range), near);
			return place && pages.location(place);
		},
	};
}

export function pageDefinition(pages: SpecDocuments): vscode.DefinitionProvider {
	return {
		async provideDefinition(document, position) {
			const page = pages.pageOf(document);
			const range = document.getWordRangeAtPosition(position, WORD);
			if (page === undefined || !range) return undefined;
			const place = (await pages.load()).find(document.getText(range), page);
			return place && pages.location(place);
		},
	};
}
