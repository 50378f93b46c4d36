// Programs that wait for what never comes: nobody can go on, and they have not come to their end.

import { hasWorkLeft } from './can-go-on.ts';
import type { Code } from './code.ts';
import type { Place } from './place.ts';
import type { RunState, TaskState } from './run-state.ts';

export interface Waiting {
	/** `vcpu1`, or the name of a program of the VMM */
	readonly who: string;
	readonly place: Place;
}

/** Of the programs side by side, in a state in which none can take a turn. */
export function waitingTasks(state: RunState): readonly TaskState[] {
	return state.tasks.filter((task) => hasWorkLeft(state, task));
}

export function waitingAt({ code: { code, task }, at }: TaskState): Waiting {
	const who = task.vcpu === undefined ? task.name : `vcpu${task.vcpu}`;
	const instruction = code[at];
	const acts = instruction?.do === 'act' || instruction?.do === 'wait';
	return { who, place: acts ? instruction.statement.place : task.place };
}

/** Of the main program, which has no more than one place to wait at. */
export function mainWaiting(main: Code, at: number): readonly Waiting[] {
	const instruction = main[at];
	return instruction?.do === 'wait' ? [{ who: 'the scenario', place: instruction.statement.place }] : [];
}

export function waitingText({ who, place }: Waiting): string {
	return `${who} waits for ever at line ${place.line}`;
}
