// What came of each line in the last run of a scenario, as long as its text stays the same.

import * as vscode from 'vscode';
import { decodeCall } from '../../psci/call.ts';
import { decodeResult } from '../../psci/result.ts';
import { answerText } from '../../scenario/check.ts';
import { outermost } from '../../scenario/place.ts';
import type { Run } from '../../scenario/run.ts';
import type { RunStep } from '../../scenario/run-step.ts';

export interface LineResult {
	/** `SUCCESS`; of a line that ran several times the last one */
	readonly text: string;
	readonly times: number;
	/** undefined: nothing was expected of it */
	readonly met: boolean | undefined;
	readonly says: string;
}

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
		this.#results.set(uri.toString(), byLine(run));
		this.#changed.fire();
	}

	dispose(): void {
		this.#subscription.dispose();
		this.#changed.dispose();
	}
}

function byLine(run: Run): ReadonlyMap<number, LineResult> {
	const lines = new Map<number, LineResult>();
	for (const step of run.steps) {
		// What a library program did is shown at the line that called it.
		const place = outermost(step.place);
		if (step.by !== 'statement' || place.file !== run.program.file) continue;
		const before = lines.get(place.line);
		const failed = step.outcomes.find(({ met }) => !met);
		const met = failed || before?.met === false ? false : step.outcomes.length > 0 ? true : before?.met;
		const got = failed?.got ?? gotText(step) ?? step.outcomes[0]?.got;
		if (got === undefined) continue;
		const says = failed
			? `expected ${failed.expected}, got ${failed.got}`
			: (step.decisions.at(-1)?.rule ?? '');
		lines.set(place.line, { text: withoutArrow(got), times: (before?.times ?? 0) + 1, met, says });
	}
	return lines;
}

/** With the result of a call by its name, also where the scenario has no registers read. */
function gotText({ answer, operation, after }: RunStep): string | undefined {
	if (!answer) return undefined;
	const vcpu = operation && 'vcpu' in operation ? after.vcpus[operation.vcpu] : undefined;
	if (!('outcome' in answer) || answer.outcome !== 'return' || !vcpu) return answerText(answer);
	const [x0 = 0n] = vcpu.registers.x;
	if (operation?.op === 'call') return decodeResult(decodeCall(operation.x), x0).text;
	return answerText({ ...answer, x: vcpu.registers.x.slice(0, 4) });
}

/** `=> -4 (ALREADY_ON)` as people say it. */
export function withoutArrow(text: string): string {
	return text.replace(/^=> /, '').replace(/^(-?\d+) \((\w+)\)$/, '$2 ($1)');
}
