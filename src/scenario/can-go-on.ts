// Which programs can take a turn, and which have work left when none can.

import { MP_STATE } from '../kvm/index.ts';
import type { Code } from './code.ts';
import type { RunState, TaskState } from './run-state.ts';
import { isAwake } from './thread.ts';
import { holds } from './values.ts';

/** Whether the program `who` (-1: the main one) can take a turn now. */
export function canGoOn(state: RunState, main: Code, who: number): boolean {
	const task = state.tasks[who];
	if (!task) return who === -1 && state.tasks.length === 0 && mainCanGoOn(state, main);
	if (guestIsOver(state, task)) return false;
	if (task.sleep) {
		const now = state.vm.vcpus[task.sleep.vcpu.index];
		return now !== undefined && isAwake(task.sleep, now);
	}
	const instruction = task.code.code[task.at];
	if (!instruction) return false;
	if (instruction.do === 'wait') return waitIsOver(state, task, instruction);
	if (instruction.do !== 'act' || instruction.statement.kind !== 'operation') return true;
	const { operation } = instruction.statement;
	const { vcpu } = task.code.task;
	if (vcpu === undefined || (operation.op !== 'call' && operation.op !== 'run') || operation.vcpu !== vcpu)
		return true;
	const own = state.vm.vcpus[vcpu];
	return own?.initialized === true && own.mpState === MP_STATE.RUNNABLE;
}

function mainCanGoOn(state: RunState, main: Code): boolean {
	const instruction = main[state.main.at];
	if (!instruction) return false;
	return instruction.do !== 'wait' || waitIsOver(state, state.main, instruction);
}

function waitIsOver(
	{ vm, machine, reached }: RunState,
	{ variables, result }: Pick<TaskState, 'variables' | 'result'>,
	{ statement }: Extract<Code[number], { do: 'wait' }>,
): boolean {
	return holds(statement.until, { vm, machine, variables, result, reached });
}

/** The machine is off, or was restarted: the guest's programs are gone, those of the VMM are not. */
export function guestIsOver(state: RunState, { code }: TaskState): boolean {
	if (code.task.vcpu === undefined) return false;
	return state.down || state.machine.state !== 'running' || state.machine.restarts !== state.restarts;
}

/** Whether a program that cannot go on has not come to its end. */
export function hasWorkLeft(state: RunState, task: TaskState): boolean {
	if (guestIsOver(state, task)) return false;
	const { length } = task.code.code;
	if (!task.sleep) return task.at < length;
	// A vCPU that is off, as the last thing it did, has nothing left to do.
	return task.sleep.how === 'waits' || !task.sleep.checked || task.at + 1 < length;
}
