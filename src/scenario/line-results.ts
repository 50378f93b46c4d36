// What came of each line of a scenario in a run: what stands at the line's end in an editor.

import { decodeCall } from '../psci/call.ts';
import { decodeResult } from '../psci/result.ts';
import { answerText } from './check.ts';
import { outermost } from './place.ts';
import type { Run } from './run.ts';
import type { RunStep } from './run-step.ts';

export interface LineResult {
	/** `SUCCESS (0)`; of a line that ran several times the last one */
	readonly text: string;
	readonly times: number;
	/** undefined: nothing was expected of it */
	readonly met: boolean | undefined;
	readonly says: string;
}

/** By 1-based line of the scenario's own text. */
export function lineResults(run: Run): ReadonlyMap<number, LineResult> {
	const lines = new Map<number, LineResult>();
	for (const step of run.steps) {
		// What a library program did is shown at the line that called it.
		const place = outermost(step.place);
		if (step.by === 'set-up' || place.file !== run.program.file) continue;
		const before = lines.get(place.line);
		const { outcomes } = step;
		const failed = outcomes.find(({ met }) => !met);
		const met = failed || before?.met === false ? false : outcomes.length > 0 ? true : before?.met;
		// Where the VMM's policy acts, the last thing that it does ends the statement, and has what came of it.
		const own = step.by === 'statement';
		const got = failed?.got ?? (own ? (gotText(step) ?? outcomes[0]?.got) : before?.text);
		if (got === undefined) continue;
		const says = failed
			? `expected ${failed.expected}, got ${failed.got}`
			: own
				? (step.decisions.at(-1)?.rule ?? '')
				: (before?.says ?? '');
		lines.set(place.line, {
			text: withoutArrow(got),
			times: (before?.times ?? 0) + (step.first ? 1 : 0),
			met,
			says,
		});
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
