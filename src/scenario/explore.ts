// A scenario under every interleaving of its programs. Depth first over the graph of states, which has no
// cycles: each turn moves a program on. States met again are not entered again; with reduction, only those
// programs are given a turn whose order can matter (persistent-set.ts).

import type { Scene } from './acting.ts';
import { canGoOn } from './can-go-on.ts';
import { type Finding, Findings, type Walked } from './findings.ts';
import { PersistentSets } from './persistent-set.ts';
import type { Program } from './program.ts';
import { MOST_IDLE_TURNS, MOST_STEPS, setUp, tasksOver } from './run.ts';
import type { RunState } from './run-state.ts';
import type { RunStep } from './run-step.ts';
import { StateKeys } from './state-key.ts';
import { MAIN, takeTurn } from './turn.ts';

export interface ExploreSettings {
	readonly kernel?: string;
	/** most states */
	readonly limit?: number;
	/** leaves out orders that cannot matter; the findings are the same. Default: true */
	readonly reduction?: boolean;
	/** gives up; what was found so far is the answer */
	readonly signal?: AbortSignal;
}

export const MOST_STATES = 200_000;

export interface Exploration {
	/** different states in which some program has the turn, or all are done */
	readonly states: number;
	readonly turns: number;
	/** different orders of turns from beginning to end; undefined with reduction, and where the limit was met */
	readonly interleavings: bigint | undefined;
	/** false: the limit was met, and there may be more to find */
	readonly complete: boolean;
	readonly findings: readonly Finding[];
	/** rules that decided something, in order of their names */
	readonly rules: readonly string[];
}

/** A state whose turns are being taken one after the other. */
interface Open {
	readonly state: RunState;
	readonly key: string;
	readonly able: readonly number[];
	next: number;
	interleavings: bigint;
}

/** How many turns of work a caller's slice is. */
const SLICE = 512;

/** Yields the number of states so far, now and then, so that a long pass can be sliced and given up. */
export function* explore(program: Program, settings: ExploreSettings = {}): Generator<number, Exploration> {
	const { limit = MOST_STATES, reduction = true, signal } = settings;
	const { scene, start, steps } = setUp(program, settings);
	const walk = new Exploring(scene, reduction);
	walk.open(start, { task: MAIN, steps });
	while (walk.stack.length > 0 && walk.states <= limit && !signal?.aborted) {
		if (walk.turns % SLICE === SLICE - 1) yield walk.states;
		walk.turn();
	}
	const complete = walk.stack.length === 0 && !walk.gaveUp;
	return {
		states: walk.states,
		turns: walk.turns,
		interleavings: complete && !reduction ? walk.interleavings : undefined,
		complete,
		findings: walk.findings.all(),
		rules: [...walk.rules].sort(),
	};
}

class Exploring {
	readonly stack: Open[] = [];
	readonly findings = new Findings();
	readonly rules = new Set<string>();
	turns = 0;
	interleavings = 0n;
	/** the main program does not come to an end */
	gaveUp = false;
	readonly #scene: Scene;
	readonly #reduction: boolean;
	readonly #keys = new StateKeys();
	/** orders from each state to the end */
	readonly #visited = new Map<string, bigint>();
	readonly #path: Walked[] = [];
	readonly #sets: PersistentSets;

	constructor(scene: Scene, reduction: boolean) {
		this.#scene = scene;
		this.#reduction = reduction;
		this.#sets = new PersistentSets(scene);
	}

	get states(): number {
		return this.#visited.size + this.stack.length;
	}

	/** Enters the state that a turn led to, once what has only one order is done. */
	open(reached: RunState, walked?: Walked): void {
		let state = reached;
		if (walked) this.#count(walked.steps);
		let [idle, steps] = [0, 0];
		for (;;) {
			const able = state.tasks
				.map((_, task) => task)
				.filter((task) => canGoOn(state, this.#scene.main, task));
			if (able.length > 0) {
				this.#enter(state, able);
				return;
			}
			if (state.tasks.length > 0) {
				this.findings.stopped(state, this.#path);
				state = tasksOver(state);
			} else if (idle >= MOST_IDLE_TURNS || steps >= MOST_STEPS) {
				this.gaveUp = true;
				return;
			} else if (canGoOn(state, this.#scene.main, MAIN)) {
				const made = takeTurn(this.#scene, state, MAIN);
				this.#count(made.steps);
				idle = made.steps.length > 0 ? 0 : idle + 1;
				steps += made.steps.length;
				this.#path.push({ task: MAIN, steps: made.steps });
				this.findings.turn(this.#path, state, made.state);
				this.#path.pop();
				state = made.state;
			} else {
				this.#enter(state, []);
				return;
			}
		}
	}

	#enter(state: RunState, able: readonly number[]): void {
		const key = this.#keys.of(state);
		const known = this.#visited.get(key);
		if (known !== undefined) {
			this.#closed(known);
			return;
		}
		const chosen = this.#reduction && able.length > 1 ? this.#sets.of(state, able) : able;
		this.stack.push({ state, key, able: chosen, next: 0, interleavings: able.length === 0 ? 1n : 0n });
	}

	/** One turn of the state on top, or back out of it. */
	turn(): void {
		const top = this.stack.at(-1);
		if (!top) return;
		const task = top.able[top.next++];
		if (task === undefined) {
			this.stack.pop();
			this.#visited.set(top.key, top.interleavings);
			this.#path.pop();
			this.#closed(top.interleavings);
			return;
		}
		this.turns++;
		const made = takeTurn(this.#scene, top.state, task);
		this.#path.push({ task, steps: made.steps });
		this.findings.turn(this.#path, top.state, made.state);
		const depth = this.stack.length;
		this.open(made.state, { task, steps: made.steps });
		if (this.stack.length === depth) this.#path.pop();
	}

	#closed(interleavings: bigint): void {
		const top = this.stack.at(-1);
		if (top) top.interleavings += interleavings;
		else this.interleavings = interleavings;
	}

	#count(steps: readonly RunStep[]): void {
		for (const { decisions, vmm } of steps) {
			for (const { rule } of decisions) this.rules.add(rule);
			for (const { rule } of vmm) this.rules.add(rule);
		}
	}
}
