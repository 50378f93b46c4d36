// One turn of one program: the statement at which it stands, and what follows it that no other program can
// see or influence. A turn is what a schedule orders and what exploring interleaves.

import { type Answer, type Decision, MP_STATE, type Operation } from '../kvm/index.ts';
import { powerOn, wakeup } from '../vmm/index.ts';
import { Acting, type Scene } from './acting.ts';
import { guestIsOver } from './can-go-on.ts';
import { check, needsNoReturn, type Outcome } from './check.ts';
import { type Instruction, labelOf } from './code.ts';
import { decidingRule, howAsleep, kept, operationOf } from './given.ts';
import { isLocal } from './is-local.ts';
import type { RunState } from './run-state.ts';
import type { RunStep } from './run-step.ts';
import type { LoopStatement, OperationStatement, VmmStatement } from './statement.ts';
import { type Exit, type Given, isElsewhere, newThread, type Sleep } from './thread.ts';
import { holds, numberOf } from './values.ts';

export interface Turn {
	readonly state: RunState;
	readonly steps: readonly RunStep[];
}

/** The main program's place in the list of tasks. */
export const MAIN = -1;

/** A guest that is run on after each exit, and exits each time: more is not waited for. */
const MOST_EXITS = 64;
/** Instructions of one turn that look at variables only. */
const MOST_LOCAL = 10_000;

/** The turn of a program that can go on (canGoOn); the state stays as it is. */
export function takeTurn(scene: Scene, state: RunState, who: number): Turn {
	const walk = new Walk(scene, state, who);
	walk.turn();
	return startedElsewhere(scene, { state: walk.state, steps: walk.steps });
}

/** Programs whose vCPU was meanwhile started elsewhere go on behind the call that it slept in. */
export function startedElsewhere(scene: Scene, turn: Turn): Turn {
	const steps = turn.steps.slice();
	let { state } = turn;
	turn.state.tasks.forEach((task, who) => {
		const now = task.sleep && state.vm.vcpus[task.sleep.vcpu.index];
		if (!task.sleep || !now || guestIsOver(state, task)) return;
		if (now.mpState !== MP_STATE.RUNNABLE || !isElsewhere(task.sleep, now)) return;
		const walk = new Walk(scene, state, who);
		walk.leaveCall(task.sleep);
		steps.push(...walk.steps);
		state = walk.state;
	});
	const last = steps.at(-1);
	if (last) steps[steps.length - 1] = { ...last, state };
	return { state, steps };
}

/** Programs that run side by side begin: what each does before others can see it is done at once. */
function begin(scene: Scene, state: RunState, walk: Walk): RunState {
	let now = state;
	for (let who = 0; who < state.tasks.length; who++) {
		const own = new Walk(scene, now, who);
		own.settle();
		now = own.state;
		walk.steps.push(...own.steps);
	}
	return now;
}

/** The one thing that changes during a turn. */
class Walk extends Acting {
	get #vcpu(): number | undefined {
		return this.state.tasks[this.who]?.code.task.vcpu;
	}

	turn(): void {
		if (this.who !== MAIN) this.state = { ...this.state, last: this.who, turns: this.state.turns + 1 };
		this.#one();
		this.settle();
	}

	/** The call is over, and what was expected of its return did not come. */
	leaveCall(sleep: Sleep): void {
		const { at, given } = this.thread;
		const instruction = this.code[at];
		if (instruction?.do === 'act' && !sleep.checked) {
			const outcomes = check(instruction.statement.expect, given, this.sight);
			if (outcomes.length > 0) this.looks(instruction.statement, 'the call never came back', outcomes, {});
		}
		this.change({ sleep: undefined, at: at + 1 });
		this.settle();
	}

	/** What follows and concerns nobody else. */
	settle(): void {
		for (let n = 0; n < MOST_LOCAL && !this.thread.sleep; n++) {
			const instruction = this.code[this.thread.at];
			if (!instruction || !isLocal(instruction)) return;
			this.#one();
		}
	}

	#one(): void {
		const { at, sleep } = this.thread;
		const instruction = this.code[at];
		if (!instruction) return;
		this.#reach(labelOf(instruction));
		switch (instruction.do) {
			case 'act':
				if (instruction.statement.kind === 'vmm') this.#vmm(instruction.statement);
				else this.#operate(instruction.statement, sleep);
				break;
			case 'expect':
				this.looks(
					instruction.statement,
					'expect',
					check(instruction.statement.expect, this.thread.given, this.sight),
					{
						at: at + 1,
					},
				);
				break;
			case 'assign': {
				const { name, value } = instruction.statement;
				const number = BigInt.asUintN(64, numberOf(value, this.sight));
				const variables = { ...this.thread.variables, [name]: number };
				this.looks(instruction.statement, `${name} = 0x${number.toString(16)}`, [], {
					at: at + 1,
					variables,
				});
				break;
			}
			case 'wait':
				this.looks(instruction.statement, instruction.statement.text, [], { at: at + 1 });
				break;
			case 'use':
				this.looks(instruction.statement, instruction.statement.text, [], { at: at + 1 });
				break;
			case 'together':
				this.#begin(instruction);
				break;
			case 'jump':
				this.change({ at: instruction.to });
				break;
			case 'unless':
				this.change({ at: holds(instruction.condition, this.sight) ? at + 1 : instruction.to });
				break;
			case 'begin':
				this.change({ at: at + 1, rounds: this.#counted(instruction.loop, instruction.rounds) });
				break;
			case 'round':
				this.#round(instruction.loop, instruction.statement, instruction.end);
				break;
		}
	}

	#reach(label: string | undefined): void {
		const { reached } = this.state;
		if (label !== undefined && !reached.includes(label))
			this.state = { ...this.state, reached: [...reached, label].sort() };
	}

	#counted(loop: number, rounds: number): readonly number[] {
		const counts = this.thread.rounds.slice();
		while (counts.length <= loop) counts.push(0);
		return counts.with(loop, rounds);
	}

	#round(loop: number, statement: LoopStatement, end: number): void {
		const { at, rounds } = this.thread;
		const done = rounds[loop] ?? 0;
		const { condition, limit } = statement;
		const ends = condition !== undefined && holds(condition.ends, this.sight);
		if (!ends && done < limit) {
			this.change({ at: at + 1, rounds: this.#counted(loop, done + 1) });
			return;
		}
		if (ends || !condition) {
			this.change({ at: end });
			return;
		}
		const outcome: Outcome = {
			place: statement.place,
			text: 'the loop ends',
			met: false,
			expected: `the loop ends within ${limit} rounds`,
			got: `${limit} rounds, and its condition does not hold`,
			rule: this.thread.given?.rule,
		};
		this.looks(statement, 'loop', [outcome], { at: end });
	}

	#begin({ tasks }: Extract<Instruction, { do: 'together' }>): void {
		const { variables } = this.state.main;
		this.state = {
			...this.state,
			tasks: tasks.map((code) => ({ ...newThread(variables), code })),
			last: -1,
			down: false,
			restarts: this.state.machine.restarts,
		};
		this.state = begin(this.scene, this.state, this);
	}

	#operate(statement: OperationStatement, sleep: Sleep | undefined): void {
		const wanted = operationOf(statement.operation, this.sight);
		const start = this.state;
		let operation: Operation = sleep ? { op: 'run', vcpu: sleep.vcpu.index } : wanted;
		const exits: Exit[] = [...(sleep?.exits ?? [])];
		let answer: Answer = { r: 0 };
		let decisions: readonly Decision[] = [];
		for (let n = 0; n < MOST_EXITS; n++) {
			const made = this.apply(statement, operation, n === 0, 'statement', start);
			answer = made.got;
			decisions = made.decisions;
			if (!('outcome' in answer) || (answer.outcome !== 'system_event' && answer.outcome !== 'hypercall'))
				break;
			exits.push(answer);
			const vcpu = 'vcpu' in operation ? operation.vcpu : 0;
			if (!this.treat(statement, vcpu, answer, start)) break;
			operation = { op: 'run', vcpu };
		}
		this.#given(statement, wanted, answer, exits, decisions, sleep?.checked ?? false);
	}

	/** The VMM acts by itself. */
	#vmm(statement: VmmStatement): void {
		const { action } = statement;
		const { vm, machine } = this.state;
		const start = this.state;
		this.looks(statement, statement.text, [], {}, action);
		const { policy } = this.scene;
		if (action.do === 'power on') this.carryOut(statement, powerOn(vm, machine), start);
		else if (policy) this.carryOut(statement, wakeup(policy, machine, action.vcpu), start);
		const given: Given = { answer: { r: 0 }, exits: [], result: undefined, rule: undefined };
		this.change({ given, at: this.thread.at + 1 });
		this.seal(check(statement.expect, given, this.sight));
	}

	#given(
		statement: OperationStatement,
		wanted: Operation,
		answer: Answer,
		exits: readonly Exit[],
		decisions: readonly Decision[],
		checked: boolean,
	): void {
		const vcpu = 'vcpu' in wanted ? this.state.vm.vcpus[wanted.vcpu] : undefined;
		const returned = 'outcome' in answer && answer.outcome === 'return';
		const result = returned ? vcpu?.registers.x.slice(0, 4) : undefined;
		const given: Given = { answer, exits, result, rule: decidingRule(decisions) };
		const runs = wanted.op === 'call' || wanted.op === 'run';
		const asleep = this.#vcpu !== undefined && vcpu?.index === this.#vcpu && runs;
		const how = asleep ? howAsleep(answer, decisions, vcpu.mpState) : undefined;
		const early = statement.expect.every(needsNoReturn);
		if (vcpu && how) {
			const sleep: Sleep = { how, vcpu, exits, checked: checked || early };
			this.change({ given, sleep });
			this.seal(early && !checked ? check(statement.expect, given, this.sight) : []);
			return;
		}
		const { variables, at } = this.thread;
		const { into } = statement;
		this.change({
			given,
			sleep: undefined,
			at: at + 1,
			...(result ? { result } : {}),
			...(into ? { variables: { ...variables, [into]: kept(answer, result) } } : {}),
		});
		this.seal(checked ? [] : check(statement.expect, given, this.sight));
	}
}
