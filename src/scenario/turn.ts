// One turn of one program: the statement at which it stands, and what follows it that no other program can
// see or influence. A turn is what a schedule orders and what exploring interleaves.

import { type Answer, type Decision, MP_STATE, type Operation, SYSTEM_EVENT, step } from '../kvm/index.ts';
import { type Policy, powerOn, type Reaction, react, wakeup } from '../vmm/index.ts';
import { guestIsOver } from './can-go-on.ts';
import { check, needsNoReturn, type Outcome } from './check.ts';
import type { Code, Instruction } from './code.ts';
import { conditionReads, expectationsRead, expressionReads, looksAtNothing } from './reads.ts';
import type { RunState } from './run-state.ts';
import type { RunStep } from './run-step.ts';
import type {
	ExpectStatement,
	LoopStatement,
	OperationStatement,
	OperationTemplate,
	VmmStatement,
} from './statement.ts';
import { type Exit, type Given, isElsewhere, newThread, type Sleep, type Thread } from './thread.ts';
import { holds, numberOf, type Sight } from './values.ts';

/** What does not change in a run. */
export interface Scene {
	readonly policy: Policy | undefined;
	readonly main: Code;
}

export interface Turn {
	readonly state: RunState;
	readonly steps: readonly RunStep[];
}

/** The main program's place in the list of tasks. */
export const MAIN = -1;

/** A guest that is run on after each exit, and exits each time: more is not waited for. */
const MOST_EXITS = 64;
/** Statements of one turn that look at variables only. */
const MOST_LOCAL = 100_000;

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
class Walk {
	state: RunState;
	readonly steps: RunStep[] = [];
	readonly #scene: Scene;
	readonly #who: number;

	constructor(scene: Scene, state: RunState, who: number) {
		this.#scene = scene;
		this.state = state;
		this.#who = who;
	}

	get #thread(): Thread {
		return this.state.tasks[this.#who] ?? this.state.main;
	}

	get #code(): Code {
		return this.state.tasks[this.#who]?.code.code ?? this.#scene.main;
	}

	get #vcpu(): number | undefined {
		return this.state.tasks[this.#who]?.code.task.vcpu;
	}

	get #sight(): Sight {
		const { variables, result } = this.#thread;
		return { vm: this.state.vm, machine: this.state.machine, variables, result };
	}

	#change(change: Partial<Thread>): void {
		const { tasks, main } = this.state;
		const task = tasks[this.#who];
		this.state = task
			? { ...this.state, tasks: tasks.with(this.#who, { ...task, ...change }) }
			: { ...this.state, main: { ...main, ...change } };
	}

	turn(): void {
		if (this.#who !== MAIN) this.state = { ...this.state, last: this.#who, turns: this.state.turns + 1 };
		this.#one();
		this.settle();
	}

	/** The call is over, and what was expected of its return did not come. */
	leaveCall(sleep: Sleep): void {
		const { at, given } = this.#thread;
		const instruction = this.#code[at];
		if (instruction?.do === 'act' && !sleep.checked) {
			const outcomes = check(instruction.statement.expect, given, this.#sight);
			if (outcomes.length > 0) this.#looks(instruction.statement, 'the call never came back', outcomes, {});
		}
		this.#change({ sleep: undefined, at: at + 1 });
		this.settle();
	}

	/** What follows and concerns nobody else. */
	settle(): void {
		for (let n = 0; n < MOST_LOCAL && !this.#thread.sleep; n++) {
			const instruction = this.#code[this.#thread.at];
			if (!instruction || !isLocal(instruction)) return;
			this.#one();
		}
	}

	#one(): void {
		const { at, sleep } = this.#thread;
		const instruction = this.#code[at];
		if (!instruction) return;
		switch (instruction.do) {
			case 'act':
				if (instruction.statement.kind === 'vmm') this.#vmm(instruction.statement);
				else this.#operate(instruction.statement, sleep);
				break;
			case 'expect':
				this.#looks(
					instruction.statement,
					'expect',
					check(instruction.statement.expect, this.#thread.given, this.#sight),
					{
						at: at + 1,
					},
				);
				break;
			case 'assign': {
				const { name, value } = instruction.statement;
				const number = BigInt.asUintN(64, numberOf(value, this.#sight));
				const variables = { ...this.#thread.variables, [name]: number };
				this.#looks(instruction.statement, `${name} = 0x${number.toString(16)}`, [], {
					at: at + 1,
					variables,
				});
				break;
			}
			case 'wait':
				this.#looks(instruction.statement, instruction.statement.text, [], { at: at + 1 });
				break;
			case 'together':
				this.#begin(instruction);
				break;
			case 'jump':
				this.#change({ at: instruction.to });
				break;
			case 'unless':
				this.#change({ at: holds(instruction.condition, this.#sight) ? at + 1 : instruction.to });
				break;
			case 'begin':
				this.#change({ at: at + 1, rounds: this.#counted(instruction.loop, instruction.rounds) });
				break;
			case 'round':
				this.#round(instruction.loop, instruction.statement, instruction.end);
				break;
		}
	}

	#counted(loop: number, rounds: number): readonly number[] {
		const counts = this.#thread.rounds.slice();
		while (counts.length <= loop) counts.push(0);
		return counts.with(loop, rounds);
	}

	#round(loop: number, statement: LoopStatement, end: number): void {
		const { at, rounds } = this.#thread;
		const done = rounds[loop] ?? 0;
		const { condition, limit } = statement;
		const ends = condition !== undefined && holds(condition.ends, this.#sight);
		if (!ends && done < limit) {
			this.#change({ at: at + 1, rounds: this.#counted(loop, done + 1) });
			return;
		}
		if (ends || !condition) {
			this.#change({ at: end });
			return;
		}
		const outcome: Outcome = {
			place: statement.place,
			text: 'the loop ends',
			met: false,
			expected: `the loop ends within ${limit} rounds`,
			got: `${limit} rounds, and its condition does not hold`,
			rule: this.#thread.given?.rule,
		};
		this.#looks(statement, 'loop', [outcome], { at: end });
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
		this.state = begin(this.#scene, this.state, this);
	}

	/** A statement that does nothing to the VM. */
	#looks(
		{ place }: Pick<ExpectStatement, 'place'>,
		text: string,
		outcomes: readonly Outcome[],
		change: Partial<Thread>,
	): void {
		const { vm } = this.state;
		this.#change(change);
		this.steps.push({
			place,
			text,
			first: true,
			by: 'statement',
			task: this.#who,
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

	#operate(statement: OperationStatement, sleep: Sleep | undefined): void {
		const wanted = operationOf(statement.operation, this.#sight);
		const start = this.state;
		let operation: Operation = sleep ? { op: 'run', vcpu: sleep.vcpu.index } : wanted;
		const exits: Exit[] = [...(sleep?.exits ?? [])];
		let answer: Answer = { r: 0 };
		let decisions: readonly Decision[] = [];
		for (let n = 0; n < MOST_EXITS; n++) {
			const made = this.#apply(statement, operation, n === 0, 'statement', start);
			answer = made.got;
			decisions = made.decisions;
			if (!('outcome' in answer) || (answer.outcome !== 'system_event' && answer.outcome !== 'hypercall'))
				break;
			exits.push(answer);
			const vcpu = 'vcpu' in operation ? operation.vcpu : 0;
			if (!this.#treat(statement, vcpu, answer, start)) break;
			operation = { op: 'run', vcpu };
		}
		this.#given(statement, wanted, answer, exits, decisions, sleep?.checked ?? false);
	}

	/** One operation, one step of the run. */
	#apply(
		{ place, text }: Pick<OperationStatement, 'place' | 'text'>,
		operation: Operation,
		first: boolean,
		by: RunStep['by'],
		state: RunState,
	) {
		const before = this.state.vm;
		const made = step(before, operation);
		this.state = { ...this.state, vm: made.after };
		this.steps.push({
			place,
			text,
			first,
			by,
			task: this.#who,
			operation,
			answer: made.got,
			decisions: made.decisions,
			vmm: [],
			before,
			after: made.after,
			outcomes: [],
			state,
		});
		return made;
	}

	/** Puts an exit to the policy. True: the vCPU goes on behind its call, so the VMM runs it again. */
	#treat(statement: OperationStatement, vcpu: number, exit: Exit, start: RunState): boolean {
		const { policy } = this.#scene;
		if (!policy) {
			const ends = exit.outcome === 'system_event' && exit.type <= SYSTEM_EVENT.CRASH;
			if (ends) this.state = { ...this.state, down: true };
			return false;
		}
		const caller = this.state.vm.vcpus[vcpu];
		const { restarts } = this.state.machine;
		const reaction = react(policy, this.state.machine, this.state.vm, vcpu, exit);
		this.#carryOut(statement, reaction, start);
		const now = this.state.vm.vcpus[vcpu];
		return (
			reaction.machine.state === 'running' &&
			reaction.machine.restarts === restarts &&
			now?.mpState === MP_STATE.RUNNABLE &&
			!now.resetState.reset &&
			now.registers.pc === caller?.registers.pc
		);
	}

	#carryOut(
		statement: Pick<OperationStatement, 'place' | 'text'>,
		{ machine, operations, decisions }: Reaction,
		start: RunState,
	): void {
		const last = this.steps.at(-1);
		if (last) this.steps[this.steps.length - 1] = { ...last, vmm: [...last.vmm, ...decisions] };
		for (const operation of operations) this.#apply(statement, operation, false, 'policy', start);
		this.state = { ...this.state, machine };
	}

	/** The VMM acts by itself. */
	#vmm(statement: VmmStatement): void {
		const { action } = statement;
		const { vm, machine } = this.state;
		const start = this.state;
		this.#looks(statement, statement.text, [], {});
		const { policy } = this.#scene;
		if (action.do === 'power on') this.#carryOut(statement, powerOn(vm, machine), start);
		else if (policy) this.#carryOut(statement, wakeup(policy, machine, vm, action.vcpu), start);
		const given: Given = { answer: { r: 0 }, exits: [], result: undefined, rule: undefined };
		this.#change({ given, at: this.#thread.at + 1 });
		this.#seal(check(statement.expect, given, this.#sight));
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
			this.#change({ given, sleep });
			this.#seal(early && !checked ? check(statement.expect, given, this.#sight) : []);
			return;
		}
		const { variables, at } = this.#thread;
		const { into } = statement;
		this.#change({
			given,
			sleep: undefined,
			at: at + 1,
			...(result ? { result } : {}),
			...(into ? { variables: { ...variables, [into]: kept(answer, result) } } : {}),
		});
		this.#seal(checked ? [] : check(statement.expect, given, this.#sight));
	}

	/** The statement is over: its last step gets what came of it. */
	#seal(outcomes: readonly Outcome[]): void {
		const last = this.steps.at(-1);
		if (last) this.steps[this.steps.length - 1] = { ...last, outcomes, state: this.state };
	}
}

/** Concerns no other program: it neither changes the VM nor looks at it. */
export function isLocal(instruction: Instruction): boolean {
	switch (instruction.do) {
		case 'jump':
		case 'begin':
			return true;
		case 'unless':
			return looksAtNothing(conditionReads(instruction.condition));
		case 'round': {
			const { condition } = instruction.statement;
			return !condition || looksAtNothing(conditionReads(condition.ends));
		}
		case 'expect':
			return looksAtNothing(expectationsRead(instruction.statement.expect));
		case 'assign':
			return looksAtNothing(expressionReads(instruction.statement.value));
		case 'act':
		case 'wait':
		case 'together':
			return false;
	}
}

export function operationOf(template: OperationTemplate, sight: Sight): Operation {
	const number = (e: Parameters<typeof numberOf>[0]) => BigInt.asUintN(64, numberOf(e, sight));
	switch (template.op) {
		case 'call':
			return { ...template, x: template.x.map(number) };
		case 'set_reg':
			return { ...template, value: number(template.value) };
		case 'enable_cap':
			return { ...template, arg0: number(template.arg0) };
		default:
			return template;
	}
}

function howAsleep(
	answer: Answer,
	decisions: readonly Decision[],
	mpState: number,
): Sleep['how'] | undefined {
	if (mpState !== MP_STATE.RUNNABLE) return 'off';
	if (!('outcome' in answer) || answer.outcome !== 'blocked') return undefined;
	return decisions.some(({ rule }) => rule === 'run.guest_spins') ? 'spins' : 'waits';
}

/** What `into` keeps. */
function kept(answer: Answer, result: readonly bigint[] | undefined): bigint {
	if (result) return result[0] ?? 0n;
	if (!('r' in answer)) return 0n;
	if (answer.value !== undefined) return answer.value;
	const number = answer.mp ?? answer.r;
	return typeof number === 'number' ? BigInt.asUintN(64, BigInt(number)) : 0n;
}

/** Entering, leaving and sleeping are the run loop's business; the rule before them decided. */
const AROUND = /^(run|call|observe)\./;

export function decidingRule(decisions: readonly Decision[]): string | undefined {
	return (decisions.findLast(({ rule }) => !AROUND.test(rule)) ?? decisions.at(-1))?.rule;
}
