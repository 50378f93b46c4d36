// Running scenarios on the model. Vacuous if every expectation were met whatever came: each kind is shown to
// fail too, and the order of tasks is read from the steps themselves.

import { describe, expect, it } from 'vitest';
import { MP_STATE, SYSTEM_EVENT } from '../../../src/kvm/index.ts';
import type { Statement } from '../../../src/scenario/program.ts';
import { runScenario } from '../../../src/scenario/run.ts';
import {
	AFFINITY_INFO,
	CPU_OFF,
	CPU_ON,
	CPU_SUSPEND,
	call,
	exit,
	expect_,
	expects,
	gives,
	irq,
	n,
	op,
	PAD,
	place,
	program,
	SYSTEM_OFF,
	SYSTEM_RESET,
	SYSTEM_SUSPEND,
	state,
	task,
	together,
	VERSION,
	vcpus,
} from './build.ts';

describe('one program', () => {
	it('CPU_ON twice before the target has run: SUCCESS, then ALREADY_ON', () => {
		const run = runScenario(
			program(
				{},
				call(0, [CPU_ON, 1, PAD, 7], gives(0), state(1, MP_STATE.RUNNABLE)),
				call(0, [CPU_ON, 1, PAD, 7], gives(-4)),
				op({ op: 'run', vcpu: 1 }, gives(7)),
			),
		);
		expect(run.outcomes.map((o) => o.met)).toEqual([true, true, true, true]);
		expect(run).toMatchObject({ ended: 'finished', green: true });
	});

	it('an expectation that fails says what was expected, what came and which rule decided', () => {
		const run = runScenario(program({}, call(0, [CPU_ON, 9, PAD, 0], gives(0))));
		expect(run.green).toBe(false);
		expect(run.outcomes[0]).toMatchObject({
			met: false,
			expected: '0',
			got: '=> -2 (INVALID_PARAMETERS)',
			rule: 'cpu_on.no_such_target',
		});
	});

	it('loops until AFFINITY_INFO says OFF, and fails where the rounds are not enough', () => {
		const poll = (limit: number) =>
			program(
				{},
				{
					kind: 'loop',
					place: place(),
					limit,
					condition: {
						check: 'after',
						ends: { kind: 'compare', operator: '==', left: { kind: 'result', x: 0 }, right: n(1) },
					},
					body: [call(0, [AFFINITY_INFO, 0, 0])],
				},
			);
		const failed = runScenario(poll(3));
		expect(failed.steps.filter((s) => s.operation?.op === 'call')).toHaveLength(3);
		expect(failed.outcomes.map((o) => o.got)).toEqual(['3 rounds, and its condition does not hold']);
		const other = program(
			{},
			{
				kind: 'loop',
				place: place(),
				limit: 3,
				condition: {
					check: 'after',
					ends: { kind: 'compare', operator: '==', left: { kind: 'result', x: 0 }, right: n(1) },
				},
				body: [call(0, [AFFINITY_INFO, 1, 0])],
			},
		);
		expect(runScenario(other)).toMatchObject({ green: true });
		expect(runScenario(other).steps.filter((s) => s.operation?.op === 'call')).toHaveLength(1);
	});

	it('repeats, keeps results in variables and takes the branch that they choose', () => {
		const run = runScenario(
			program(
				{},
				{ kind: 'assign', place: place(), name: 'count', value: n(0) },
				{
					kind: 'loop',
					place: place(),
					limit: 4,
					body: [
						{
							kind: 'assign',
							place: place(),
							name: 'count',
							value: {
								kind: 'binary',
								operator: '+',
								left: { kind: 'variable', name: 'count' },
								right: n(2),
							},
						},
					],
				},
				{
					kind: 'if',
					place: place(),
					condition: {
						kind: 'compare',
						operator: '==',
						left: { kind: 'variable', name: 'count' },
						right: n(8),
					},
					body: [call(0, [VERSION], gives(0x10003))],
					otherwise: [call(0, [CPU_OFF])],
				},
			),
		);
		expect(run).toMatchObject({ ended: 'finished', green: true });
		expect(run.steps.filter((s) => s.operation?.op === 'call')).toHaveLength(1);
		expect(run.outcomes).toHaveLength(1);
	});

	it('ends by itself whatever its loops are: counting for ever is given up', () => {
		const loop = (limit: number, ...body: readonly Statement[]): Statement => ({
			kind: 'loop',
			place: place(),
			limit,
			body,
		});
		const never: Statement = {
			kind: 'if',
			place: place(),
			condition: { kind: 'compare', operator: '==', left: n(1), right: n(2) },
			body: [call(0, [VERSION])],
			otherwise: [],
		};
		const run = runScenario(program({}, loop(1_000_000, loop(1_000_000, never))));
		expect(run).toMatchObject({ ended: 'limit', green: false });
		expect(runScenario(program({}, loop(1_000_000, call(0, [VERSION]))), { mostSteps: 500 }).ended).toBe(
			'limit',
		);
	});

	it('puts exits to the policy: a suspend that it denies comes back to the guest', () => {
		const run = runScenario(
			program(
				{ policy: 'deny-suspend-denied' },
				call(0, [SYSTEM_SUSPEND, PAD, 0], exit(SYSTEM_EVENT.SUSPEND), gives(-3)),
			),
		);
		expect(run.outcomes.map((o) => o.met)).toEqual([true, true]);
		expect(run.steps.flatMap((s) => s.vmm.map((d) => d.rule))).toEqual(['vmm.suspend_denied']);
	});

	it('a reset restarts the machine at its boot entry; a shutdown switches it off', () => {
		const run = runScenario(
			program(
				{ policy: 'full' },
				call(0, [SYSTEM_RESET], exit(SYSTEM_EVENT.RESET, 0)),
				op({ op: 'run', vcpu: 0 }, gives(0), state(1, MP_STATE.STOPPED)),
				call(0, [SYSTEM_OFF], exit(SYSTEM_EVENT.SHUTDOWN, 0)),
				expects(expect_({ kind: 'condition', condition: { kind: 'machine', state: 'off' } })),
			),
		);
		expect(run.outcomes.every((o) => o.met)).toBe(true);
		expect(run.outcomes).toHaveLength(5);
	});

	it('on a kernel that lacks what the scenario needs it must fail, and that is green', () => {
		const needing = {
			...program({}, call(0, [SYSTEM_SUSPEND, PAD, 0], exit(SYSTEM_EVENT.SUSPEND))),
			needs: { kind: 'kernel', operator: '>=', name: '5.19' } as const,
		};
		const withCap = { ...needing, machine: { ...needing.machine, policy: 'full' } };
		expect(runScenario(withCap, { kernel: '6.1' })).toMatchObject({ green: true, mustFail: false });
		expect(runScenario(withCap, { kernel: '5.10' })).toMatchObject({ green: true, mustFail: true });
		expect(runScenario(needing, { kernel: '6.1' })).toMatchObject({ green: false, mustFail: false });
	});
});

describe('programs side by side', () => {
	const race = (schedule: Parameters<typeof program>[0]['schedule']) =>
		program(
			{ vcpus: vcpus(3), ...(schedule ? { schedule } : {}) },
			call(0, [CPU_ON, 1, PAD, 0], gives(0)),
			together(
				task(0, call(0, [CPU_ON, 2, PAD, 0]), call(0, [VERSION])),
				task(1, call(1, [CPU_ON, 2, PAD, 0]), call(1, [VERSION])),
				task(2, call(2, [VERSION], gives(0x10003))),
			),
		);
	const order = (schedule: Parameters<typeof race>[0]) =>
		runScenario(race(schedule))
			.steps.filter((s) => s.task >= 0)
			.map((s) => s.task);

	it('in text order a program goes on until it sleeps or ends', () => {
		expect(order({ kind: 'text order' })).toEqual([0, 0, 1, 1, 2]);
	});

	it('in round robin all take turns; a vCPU that is off waits to be started', () => {
		expect(order({ kind: 'round robin' })).toEqual([0, 1, 2, 0, 1]);
	});

	it('at random: the same seed gives the same order, some seeds others', () => {
		const orders = Array.from({ length: 20 }, (_, seed) => order({ kind: 'random', seed: seed + 1 }));
		expect(orders).toEqual(
			Array.from({ length: 20 }, (_, seed) => order({ kind: 'random', seed: seed + 1 })),
		);
		expect(new Set(orders.map((o) => o.join(''))).size).toBeGreaterThan(3);
		for (const one of orders) expect(one.toSorted()).toEqual([0, 0, 1, 1, 2]);
	});

	it('a call that waits comes back when an interrupt is pending', () => {
		const run = runScenario(
			program(
				{},
				together(
					task(0, call(0, [CPU_SUSPEND, 0, 0, 0], gives(0)), call(0, [VERSION])),
					task(undefined, irq(0)),
				),
			),
		);
		expect(run).toMatchObject({ ended: 'finished', green: true });
		expect(run.steps.filter((s) => s.task === 0).map((s) => s.operation?.op)).toEqual([
			'call',
			'run',
			'call',
		]);
	});

	it('a vCPU that is started again goes on behind its CPU_OFF', () => {
		const run = runScenario(
			program(
				{ vcpus: vcpus(2) },
				call(0, [CPU_ON, 1, PAD, 0]),
				together(
					task(1, call(1, [CPU_OFF], expect_({ kind: 'blocked' })), call(1, [VERSION], gives(0x10003))),
					task(0, call(0, [CPU_ON, 1, PAD, 0], gives(0))),
				),
			),
		);
		expect(run).toMatchObject({ ended: 'finished', green: true });
		expect(run.outcomes).toHaveLength(3);
	});

	it('a program that nobody wakes is stuck', () => {
		const run = runScenario(program({}, together(task(1, call(1, [VERSION])), task(0, call(0, [VERSION])))));
		expect(run).toMatchObject({ ended: 'stuck', green: false });
	});
});
