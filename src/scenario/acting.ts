// What a program does to the machine in a turn, step by step: operations, exits put to the VMM's policy, and
// looks. The steps are kept with what came of them.

import { MP_STATE, type Operation, SYSTEM_EVENT, step } from '../kvm/index.ts';
import { type Policy, type Reaction, react } from '../vmm/index.ts';
import type { Outcome } from './check.ts';
import type { Code } from './code.ts';
import type { RunState } from './run-state.ts';
import { type RunStep, stepOf } from './run-step.ts';
import type { ExpectStatement, OperationStatement, VmmStatement } from './statement.ts';
import type { Exit, Thread } from './thread.ts';
import type { Sight } from './values.ts';

/** What does not change in a run. */
export interface Scene {
	readonly policy: Policy | undefined;
	readonly main: Code;
}

export class Acting {
	state: RunState;
	readonly steps: RunStep[] = [];
	protected readonly scene: Scene;
	protected readonly who: number;

	constructor(scene: Scene, state: RunState, who: number) {
		this.scene = scene;
		this.state = state;
		this.who = who;
	}

	protected get thread(): Thread {
		return this.state.tasks[this.who] ?? this.state.main;
	}

	protected get code(): Code {
		return this.state.tasks[this.who]?.code.code ?? this.scene.main;
	}

	protected get sight(): Sight {
		const { variables, result } = this.thread;
		const { vm, machine, reached } = this.state;
		return { vm, machine, variables, result, reached };
	}

	protected change(change: Partial<Thread>): void {
		const { tasks, main } = this.state;
		const task = tasks[this.who];
		this.state = task
			? { ...this.state, tasks: tasks.with(this.who, { ...task, ...change }) }
			: { ...this.state, main: { ...main, ...change } };
	}

	/** A statement that does nothing to the VM. */
	protected looks(
		{ place, vcpu }: Pick<ExpectStatement, 'place'> & { readonly vcpu?: number },
		text: string,
		outcomes: readonly Outcome[],
		change: Partial<Thread>,
		action?: VmmStatement['action'],
	): void {
		const { vm } = this.state;
		this.change(change);
		this.steps.push({
			place,
			text,
			first: true,
			by: 'statement',
			task: this.who,
			...(action ? { action } : {}),
			...(vcpu === undefined ? {} : { vcpu }),
			operation: undefined,
			answer: undefined,
			decisions: [],
			vmm: [],
			before: vm,
			after: vm,
			outcomes,
			state: this.state,
		});
	}

	/** One operation, one step of the run. */
	protected apply(
		{ place, text }: Pick<OperationStatement, 'place' | 'text'>,
		operation: Operation,
		first: boolean,
		by: RunStep['by'],
		state: RunState,
	) {
		const before = this.state.vm;
		const made = step(before, operation);
		this.state = { ...this.state, vm: made.after };
		this.steps.push(stepOf({ place, text, first, by, task: this.who, state }, operation, before, made));
		return made;
	}

	/** Puts an exit to the policy. True: the vCPU goes on behind its call, so the VMM runs it again. */
	protected treat(statement: OperationStatement, vcpu: number, exit: Exit, start: RunState): boolean {
		const { policy } = this.scene;
		if (!policy) {
			const ends = exit.outcome === 'system_event' && exit.type <= SYSTEM_EVENT.CRASH;
			if (ends) this.state = { ...this.state, down: true };
			return false;
		}
		const caller = this.state.vm.vcpus[vcpu];
		const { restarts } = this.state.machine;
		const reaction = react(policy, this.state.machine, this.state.vm, vcpu, exit);
		this.carryOut(statement, reaction, start);
		const now = this.state.vm.vcpus[vcpu];
		return (
			reaction.machine.state === 'running' &&
			reaction.machine.restarts === restarts &&
			now?.mpState === MP_STATE.RUNNABLE &&
			!now.resetState.reset &&
			now.registers.pc === caller?.registers.pc
		);
	}

	protected carryOut(
		statement: Pick<OperationStatement, 'place' | 'text'>,
		{ machine, operations, decisions }: Reaction,
		start: RunState,
	): void {
		const last = this.steps.at(-1);
		if (last) this.steps[this.steps.length - 1] = { ...last, vmm: [...last.vmm, ...decisions] };
		for (const operation of operations) this.apply(statement, operation, false, 'policy', start);
		this.state = { ...this.state, machine };
	}

	/** The statement is over: its last step gets what came of it. */
	protected seal(outcomes: readonly Outcome[]): void {
		const last = this.steps.at(-1);
		if (last) this.steps[this.steps.length - 1] = { ...last, outcomes, state: this.state };
	}
}
