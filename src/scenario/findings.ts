// What exploring finds, each with the turns that lead there: run with them, the finding is a session.

import { answerText, exitText } from './check.ts';
import type { Place } from './place.ts';
import type { RunState, TaskState } from './run-state.ts';
import type { RunStep } from './run-step.ts';
import { MAIN } from './turn.ts';
import { waitingAt, waitingTasks } from './waiting.ts';

export type FindingKind = 'deadlock' | 'lost wake-up' | 'expectation' | 'order';

export interface Finding {
	readonly kind: FindingKind;
	readonly place: Place;
	readonly text: string;
	/** the task of each turn: a schedule that shows it (`kind: 'given'`) */
	readonly turns: readonly number[];
	/** of `order`: a schedule with the other result */
	readonly other?: readonly number[];
	/** of `order`: what comes by the one schedule and by the other */
	readonly results?: readonly [string, string];
}

/** One turn of the path that is explored. */
export interface Walked {
	readonly task: number;
	readonly steps: readonly RunStep[];
}

/** Results of one statement: what came, and by which turns first. */
interface Results {
	readonly place: Place;
	readonly text: string;
	readonly seen: Map<string, readonly number[]>;
}

export class Findings {
	readonly #found = new Map<string, Finding>();
	/** by task, place in its code and rounds of its loops */
	readonly #results = new Map<string, Results>();

	/** What went wrong in a turn, and what its calls gave. */
	turn(path: readonly Walked[], before: RunState, after: RunState): void {
		const last = path.at(-1);
		if (!last) return;
		for (const { outcomes } of last.steps)
			for (const { met, place, text, expected, got, rule } of outcomes)
				if (!met)
					this.#add(
						`${placeKey(place)} ${text}`,
						'expectation',
						place,
						path,
						() => `expected ${expected}, got ${got}${rule ? ` (${rule})` : ''}`,
					);
		this.#result(path, last, before.tasks[last.task], after.tasks[last.task]);
	}

	/** Nobody can go on: not a finding where everybody is done. */
	stopped(state: RunState, path: readonly Walked[]): void {
		for (const task of waitingTasks(state)) {
			const { who, place } = waitingAt(task);
			const key = `${task.code.task.name} ${task.at}`;
			const lost = lostWakeups(task, path);
			for (const step of lost)
				this.#add(
					`${key} ${placeKey(step.place)}`,
					'lost wake-up',
					step.place,
					path,
					() => `'${step.text}' does not wake ${who}, which then waits for ever at line ${place.line}`,
				);
			if (lost.length === 0)
				this.#add(
					key,
					'deadlock',
					place,
					path,
					() => `${who} waits for ever: nothing that could go on would wake it`,
				);
		}
	}

	all(): readonly Finding[] {
		const orders: Finding[] = [];
		const told = new Set<string>();
		for (const { place, text, seen } of this.#results.values()) {
			const [one, other] = seen.values();
			const [here = '', there = ''] = seen.keys();
			if (!one || !other || told.has(placeKey(place))) continue;
			told.add(placeKey(place));
			const results = [...seen.keys()].join(', or ');
			orders.push({
				kind: 'order',
				place,
				text: `'${text}' depends on the order: ${results}`,
				turns: one,
				other,
				results: [here, there],
			});
		}
		return [...this.#found.values(), ...orders];
	}

	#add(key: string, kind: FindingKind, place: Place, path: readonly Walked[], text: () => string): void {
		const known = this.#found.get(`${kind} ${key}`);
		// Of two ways to the same finding the shorter one is easier to read.
		const turns = turnsOf(path);
		if (known && known.turns.length <= turns.length) return;
		this.#found.set(`${kind} ${key}`, { kind, place, text: text(), turns });
	}

	#result(
		path: readonly Walked[],
		{ task: who, steps }: Walked,
		before?: TaskState,
		after?: TaskState,
	): void {
		const step = steps.find((one) => one.by === 'statement' && one.operation);
		if (!step || !before || after?.sleep) return;
		const answer = steps.findLast((one) => one.by === 'statement' && one.answer)?.answer;
		const called = before.code.code[before.at];
		const guest =
			called?.do === 'act' &&
			called.statement.kind === 'operation' &&
			called.statement.operation.op === 'call';
		if (!answer || !guest) return;
		const key = `${who} ${before.at} ${before.rounds}`;
		const results = this.#results.get(key) ?? { place: step.place, text: step.text, seen: new Map() };
		this.#results.set(key, results);
		const given = after?.given;
		const came = [
			...(given?.exits ?? []).map(exitText),
			given?.result ? resultText(given.result) : answerText(answer),
		];
		const words = [...new Set(came)].join(', then ');
		if (!results.seen.has(words)) results.seen.set(words, turnsOf(path));
	}
}

function resultText(result: readonly bigint[]): string {
	return answerText({ outcome: 'return', x: result });
}

function turnsOf(path: readonly Walked[]): readonly number[] {
	const turns = path.map(({ task }) => task).filter((task) => task !== MAIN);
	// Whose turn it was goes on by itself, in the order of the text.
	while (turns.length > 1 && turns.at(-1) === turns.at(-2)) turns.pop();
	return turns;
}

function placeKey({ file, line, column }: Place): string {
	return `${file}:${line}:${column}`;
}

/** The steps that were to wake the task's vCPU, and did not keep it awake. */
function lostWakeups(task: TaskState, path: readonly Walked[]): readonly RunStep[] {
	const { vcpu } = task.code.task;
	if (vcpu === undefined) return [];
	return path
		.flatMap(({ steps }) => steps)
		.filter(({ operation, decisions }) => {
			if (operation?.op === 'irq') return operation.vcpu === vcpu && operation.level !== 0;
			return decisions.some(
				({ rule, looked }) =>
					rule.startsWith('cpu_on.target_not_stopped') &&
					looked.some(({ name, value }) => name === 'target' && value === vcpu),
			);
		});
}
