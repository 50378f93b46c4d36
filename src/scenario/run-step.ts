// One step of a run: one operation on the VM, or one statement that only looks. What the statement was, what
// came of it and why.

import type { Answer, Decision, Operation, Step, Vm } from '../kvm/index.ts';
import type { VmmDecision } from '../vmm/index.ts';
import type { Outcome } from './check.ts';
import type { Place } from './place.ts';
import type { RunState } from './run-state.ts';
import type { VmmStatement } from './statement.ts';

export interface RunStep {
	readonly place: Place;
	readonly text: string;
	/** first step of its statement: where a plain step of the debugger stops */
	readonly first: boolean;
	/** who acts: the machine's set-up, a statement, or the VMM's policy about an exit */
	readonly by: 'set-up' | 'statement' | 'policy';
	/** the task, as an index; -1: the main program */
	readonly task: number;
	/** the VMM acts by itself: what it does, once the step is over */
	readonly action?: VmmStatement['action'];
	/** of a statement without an operation: the vCPU whose it is */
	readonly vcpu?: number;
	/** undefined: the statement only looks, or assigns */
	readonly operation: Operation | undefined;
	readonly answer: Answer | undefined;
	readonly decisions: readonly Decision[];
	/** what the VMM decided about the exit that this step ended with */
	readonly vmm: readonly VmmDecision[];
	readonly before: Vm;
	readonly after: Vm;
	readonly outcomes: readonly Outcome[];
	/** The run when the step was over; in the middle of a statement still that before it. */
	readonly state: RunState;
}

/** An operation that the model carried out from `before` on. */
export function stepOf(
	acts: Pick<RunStep, 'place' | 'text' | 'first' | 'by' | 'task' | 'state'>,
	operation: Operation,
	before: Vm,
	{ got, decisions, after }: Step,
): RunStep {
	return { ...acts, operation, answer: got, decisions, vmm: [], before, after, outcomes: [] };
}
