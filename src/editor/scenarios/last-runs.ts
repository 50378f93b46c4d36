// What came of each line in the last run of a scenario, as long as its text stays the same.

import * as vscode from 'vscode';
import { type LineResult, lineResults } from '../../scenario/line-results.ts';
import type { Run } from '../../scenario/run.ts';

export class LastRuns implements vscode.Disposable {
	readonly #results = new Map<string, ReadonlyMap<number, LineResult>>();
	readonly #changed = new vscode.EventEmitter<void>();
	readonly #subscription: vscode.Disposable;
	readonly onDidChange = this.#changed.event;

	constructor() {
		this.#subscription = vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
			if (contentChanges.length > 0 && this.#results.delete(document.uri.toString())) this.#changed.fire();
		});
	}

	/** By 1-based line. */
	of(uri: vscode.Uri): ReadonlyMap<number, LineResult> | undefined {
		return this.#results.get(uri.toString());
	}

	keep(uri: vscode.Uri, run: Run): void {
		this.#results.set(uri.toString(), lineResults(run));
		this.#changed.fire();
	}

	dispose(): void {
		this.#subscription.dispose();
		this.#changed.dispose();
	}
}
