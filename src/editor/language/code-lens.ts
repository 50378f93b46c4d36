// Above each call of a trace: its result and the clause behind it; a click opens the page there. A lens is
// only filled in when it comes into view, so a long trace costs its call lines and not its calls.

import * as vscode from 'vscode';
import { explainCall } from '../../session/call-explanation.ts';
import { callLines } from '../../session/call-lines.ts';
import type { Session } from '../../session/session.ts';
import { lensText } from './call-text.ts';
import type { DocumentSessions } from './document-session.ts';
import { OPEN_PAGE, type SpecDocuments } from './spec-documents.ts';

/** The editor lays all of them out at once. */
const MOST = 5000;

class CallLens extends vscode.CodeLens {
	readonly session: Session;
	readonly index: number;

	constructor(session: Session, line: number, index: number) {
		super(new vscode.Range(line - 1, 0, line - 1, 0));
		this.session = session;
		this.index = index;
	}
}

export class CallLenses implements vscode.CodeLensProvider<CallLens>, vscode.Disposable {
	readonly #sessions: DocumentSessions;
	readonly #pages: SpecDocuments;
	readonly #changed = new vscode.EventEmitter<void>();
	readonly #subscriptions = [
		vscode.workspace.onDidChangeConfiguration((change) => {
			if (change.affectsConfiguration('psci.codeLens')) this.#changed.fire();
		}),
		// Its launch configuration may name another kernel.
		vscode.debug.onDidChangeActiveDebugSession(() => this.#changed.fire()),
	];
	readonly onDidChangeCodeLenses = this.#changed.event;

	constructor(sessions: DocumentSessions, pages: SpecDocuments) {
		this.#sessions = sessions;
		this.#pages = pages;
	}

	async provideCodeLenses(document: vscode.TextDocument, token: vscode.CancellationToken) {
		if (!vscode.workspace.getConfiguration('psci', document).get('codeLens', true)) return [];
		const session = await this.#sessions.of(document);
		if (!session || token.isCancellationRequested) return [];
		return callLines(session)
			.between(1, document.lineCount)
			.slice(0, MOST)
			.map(({ line, index }) => new CallLens(session, line, index));
	}

	async resolveCodeLens(lens: CallLens): Promise<CallLens> {
		const explained = explainCall(lens.session, lens.index);
		if (!explained) return lens;
		const spec = await this.#pages.load();
		const place = spec.find(explained.clauses[0]?.id ?? explained.name) ?? spec.find(explained.name);
		lens.command = {
			title: lensText(explained),
			// A lens without a command is text that cannot be clicked.
			command: place ? OPEN_PAGE : '',
			...(place ? { arguments: [place.page, place.line] } : {}),
			tooltip: explained.clauses[0]?.summary ?? explained.summary,
		};
		return lens;
	}

	dispose(): void {
		for (const subscription of this.#subscriptions) subscription.dispose();
		this.#changed.dispose();
	}
}
