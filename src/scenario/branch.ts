// Statements carried out in the middle of a run, as if somebody else had done them then. The rest of the
// scenario runs on from the machine that they leave behind.

import { canGoOn } from './can-go-on.ts';
import { flatten } from './code.ts';
import type { Place } from './place.ts';
import { goOn, MOST_STEPS, type Run } from './run.ts';
import type { RunState } from './run-state.ts';
import type { RunStep } from './run-step.ts';
import type { Statement } from './statement.ts';
import { newThread } from './thread.ts';
import { MAIN, takeTurn } from './turn.ts';

/** The file that statements given live are of. */
export const CONSOLE = 'Debug Console';

export interface Branched {
	readonly run: Run;
	/** steps that the statements made */
	readonly added: number;
}

/** `count`: steps of the run that stay, a whole number of statements. The run itself stays as it is. */
export function branched(run: Run, count: number, statements: readonly Statement[]): Branched {
	const kept = run.steps.slice(0, count);
	const base = kept.at(-1)?.state ?? run.start;
	const scene = { ...run.scene, main: flatten(statements) };
	const added: RunStep[] = [];
	const { variables } = base.main;
	let state: RunState = { ...base, main: newThread(variables), tasks: [] };
	while (canGoOn(state, scene.main, MAIN) && added.length < MOST_STEPS) {
		const turn = takeTurn(scene, state, MAIN);
		for (const step of turn.steps)
			added.push({ ...step, state: { ...base, vm: step.after, machine: turn.state.machine } });
		state = turn.state;
	}
	const after: RunState = { ...base, vm: state.vm, machine: state.machine, down: base.down || state.down };
	const last = added.at(-1);
	if (last) added[added.length - 1] = { ...last, state: after };
	return { run: goOn(run, after, [...kept, ...added]), added: added.length };
}

/** The statement as one that a line of the scenario called: it is shown there. */
export function calledFrom(statement: Statement, caller: Place): Statement {
	const { place } = statement;
	// Of a program by name that was called there, each line stays where it is.
	return { ...statement, place: place.caller ? place : { ...place, file: CONSOLE, caller } };
}
