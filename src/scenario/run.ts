// A scenario run on the model, from its first statement or from any step of an earlier run, to its end.
// Deterministic: the same program, kernel and schedule give the same run.

import { createVm, type KernelProfile, step } from '../kvm/index.ts';
import { createMachine } from '../vmm/index.ts';
import type { Scene } from './acting.ts';
import { canGoOn } from './can-go-on.ts';
import type { Outcome } from './check.ts';
import { flatten } from './code.ts';
import { kernelOf, policyOf, setupSteps, withAttributes } from './machine-setup.ts';
import type { Program } from './program.ts';
import type { RunState } from './run-state.ts';
import { type RunStep, stepOf } from './run-step.ts';
import { choose, seedOf } from './schedule.ts';
import type { Schedule } from './statement.ts';
import { newThread } from './thread.ts';
import { MAIN, startedElsewhere, type Turn, takeTurn } from './turn.ts';
import { kernelHolds } from './values.ts';
import { mainWaiting, type Waiting, waitingAt, waitingTasks } from './waiting.ts';

export interface RunSettings {
	/** a profile's name; undefined: the scenario's own */
	readonly kernel?: string;
	/** in place of the scenario's own */
	readonly schedule?: Schedule;
	/** a run with more steps is ended */
	readonly mostSteps?: number;
}

export const MOST_STEPS = 100_000;

/** Turns on end that do nothing but count: loops within loops, of variables only. */
export const MOST_IDLE_TURNS = 20;

export interface Run {
	readonly program: Program;
	readonly profile: KernelProfile;
	readonly scene: Scene;
	readonly schedule: Schedule | undefined;
	/** before the machine's set-up */
	readonly start: RunState;
	readonly steps: readonly RunStep[];
	/** `stuck`: a program waits for what never comes; `limit`: there were too many steps */
	readonly ended: 'finished' | 'stuck' | 'limit';
	/** who is stuck, and where */
	readonly waiting: readonly Waiting[];
	readonly outcomes: readonly Outcome[];
	/** all outcomes met and the run finished; the other way round on a kernel that lacks what is needed */
	readonly green: boolean;
	/** on this kernel the scenario must fail (Program.needs) */
	readonly mustFail: boolean;
}

export function runScenario(program: Program, settings: RunSettings = {}): Run {
	const { profile, scene, begin, start, steps } = setUp(program, settings);
	const fixed = { program, profile, scene, schedule: settings.schedule, start: begin };
	return goOn(fixed, start, steps, settings.mostSteps);
}

/** The machine as its settings make it, ready for the first statement. */
export function setUp(program: Program, settings: Pick<RunSettings, 'kernel' | 'schedule'>) {
	const { machine } = program;
	const profile = kernelOf(machine, settings.kernel);
	const scene: Scene = { policy: policyOf(machine), main: flatten(program.statements) };
	const begin: RunState = {
		vm: createVm(profile, machine.observe),
		machine: createMachine(
			machine.vcpus.map(({ features }) => features),
			machine.bootEntry,
			machine.bootX0,
		),
		main: newThread(),
		tasks: [],
		last: -1,
		turns: 0,
		random: seedOf(settings.schedule ?? program.schedule),
		reached: [],
		down: false,
		restarts: 0,
	};
	const steps: RunStep[] = [];
	let start = begin;
	for (const { place, operation, text } of setupSteps(machine, profile)) {
		const before = start.vm;
		const made = step(before, operation);
		start = { ...start, vm: made.after };
		const acts = { place, text, first: true, by: 'set-up', task: MAIN, state: start } as const;
		steps.push(stepOf(acts, operation, before, made));
	}
	const vm = withAttributes(start.vm, machine);
	const last = steps.at(-1);
	start = { ...start, vm };
	if (last) steps[steps.length - 1] = { ...last, after: vm, state: start };
	return { profile, scene, begin, start, steps };
}

/** The run from `state` on, behind the steps that led there. */
export function goOn(
	fixed: Pick<Run, 'program' | 'profile' | 'scene' | 'schedule' | 'start'>,
	from: RunState,
	before: readonly RunStep[],
	mostSteps = MOST_STEPS,
): Run {
	const woken = startedElsewhere(fixed.scene, { state: from, steps: [] });
	const steps = [...before, ...woken.steps];
	let { state } = woken;
	const waiting: Waiting[] = [];
	let idle = 0;
	const add = (turn: Turn) => {
		steps.push(...turn.steps);
		idle = turn.steps.length > 0 ? 0 : idle + 1;
		state = turn.state;
	};
	while (steps.length < mostSteps && idle < MOST_IDLE_TURNS) {
		if (state.tasks.length > 0) {
			const able = state.tasks.map((_, n) => n).filter((n) => canGoOn(state, fixed.scene.main, n));
			if (able.length === 0) {
				waiting.push(...waitingTasks(state).map(waitingAt));
				state = tasksOver(state);
				continue;
			}
			const chosen = choose(scheduleOf(fixed, state), able, state);
			add(takeTurn(fixed.scene, { ...state, random: chosen.random }, chosen.task));
		} else {
			if (!canGoOn(state, fixed.scene.main, MAIN)) break;
			add(takeTurn(fixed.scene, state, MAIN));
		}
	}
	const finished = state.tasks.length === 0 && state.main.at >= fixed.scene.main.length;
	const ended =
		(steps.length >= mostSteps || idle >= MOST_IDLE_TURNS) && !finished
			? 'limit'
			: finished && waiting.length === 0
				? 'finished'
				: 'stuck';
	if (ended === 'stuck' && !finished) waiting.push(...mainWaiting(fixed.scene.main, state.main.at));
	const outcomes = steps.flatMap((s) => s.outcomes);
	const { needs } = fixed.program;
	const mustFail = needs !== undefined && !kernelHolds(needs, fixed.profile.name);
	const passes = ended === 'finished' && outcomes.every(({ met }) => met);
	return { ...fixed, steps, ended, waiting, outcomes, mustFail, green: passes !== mustFail };
}

/** The programs side by side are over; the main one goes on behind them. */
export function tasksOver(state: RunState): RunState {
	return { ...state, tasks: [], main: { ...state.main, at: state.main.at + 1 } };
}

function scheduleOf(
	{ program, schedule, scene }: Pick<Run, 'program' | 'schedule' | 'scene'>,
	state: RunState,
): Schedule {
	const instruction = scene.main[state.main.at];
	const own = instruction?.do === 'together' ? instruction.statement.schedule : undefined;
	return schedule ?? own ?? program.schedule;
}
