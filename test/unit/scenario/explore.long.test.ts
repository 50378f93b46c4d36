// Exploring compared with a brute force that knows nothing of states or reduction: it runs every order from
// the beginning. Vacuous if the brute force shared the explorer's walk; it uses schedules and runs only.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MP_STATE } from '../../../src/kvm/index.ts';
import { type Exploration, type ExploreSettings, explore } from '../../../src/scenario/explore.ts';
import type { Program, Statement } from '../../../src/scenario/program.ts';
import { runScenario } from '../../../src/scenario/run.ts';
import {
	AFFINITY_INFO,
	CPU_OFF,
	CPU_ON,
	CPU_SUSPEND,
	call,
	expect_,
	expects,
	gives,
	irq,
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
	wait,
} from './build.ts';

function explored(program: Program, settings?: ExploreSettings): Exploration {
	const pass = explore(program, settings);
	for (;;) {
		const { done, value } = pass.next();
		if (done) return value;
	}
}

/** Every order of turns from beginning to end, each found by running the scenario anew. */
function bruteForce(made: Program): { orders: string[]; stuck: number; failed: number } {
	const orders: string[] = [];
	let stuck = 0;
	let failed = 0;
	const walk = (turns: readonly number[]) => {
		const run = runScenario(made, { schedule: { kind: 'given', turns } });
		const done = turnsOf(run);
		if (done.length === turns.length) {
			orders.push(turns.join(''));
			if (run.ended === 'stuck') stuck++;
			if (run.outcomes.some((o) => !o.met)) failed++;
			return;
		}
		// Whoever can take the next turn takes it when asked to; who cannot is passed over.
		for (let who = 0; who < 4; who++) {
			const next = turnsOf(runScenario(made, { schedule: { kind: 'given', turns: [...turns, who] } }));
			if (next[turns.length] === who) walk([...turns, who]);
		}
	};
	walk([]);
	return { orders, stuck, failed };
}

/** Whose turns a run had: in these scenarios each turn has one step by a statement. */
function turnsOf(run: ReturnType<typeof runScenario>): number[] {
	return run.steps
		.filter((s) => s.task >= 0 && s.first && s.text !== 'the call never came back')
		.map((s) => s.task);
}

/** Findings without the schedules, and what came by them: reduction may show another one. */
function told({ findings }: Exploration): string[] {
	return findings
		.map(({ kind, place, text }) => `${kind} ${place.line}: ${text.replace(/(: =>|, got) .*/, '')}`)
		.sort();
}

/** Two vCPUs race a CPU_ON of a third, and one of them then powers itself off. */
const race = () =>
	program(
		{ vcpus: vcpus(3) },
		call(0, [CPU_ON, 1, PAD, 0], gives(0)),
		together(
			task(0, call(0, [CPU_ON, 2, PAD, 0]), call(0, [CPU_OFF])),
			task(1, call(1, [VERSION]), call(1, [CPU_ON, 2, PAD, 0])),
			task(2, call(2, [VERSION], gives(0x10003))),
		),
	);

describe('exploring', () => {
	it('two vCPUs racing CPU_ON on a third, one powering itself off: as many interleavings as brute force finds', () => {
		const all = bruteForce(race());
		expect(new Set(all.orders).size).toBe(all.orders.length);
		const full = explored(race(), { reduction: false });
		expect(full.interleavings).toBe(BigInt(all.orders.length));
		expect(all.orders.length).toBeGreaterThan(15);
	});

	it('with reduction: the same findings from fewer states', () => {
		const made = race();
		const full = explored(made, { reduction: false });
		const reduced = explored(made);
		expect(told(reduced)).toEqual(told(full));
		expect(full.findings.map((f) => f.kind)).toEqual(['order', 'order']);
		expect(reduced.states).toBeLessThan(full.states);
		expect(reduced.turns).toBeLessThan(full.turns);
	});

	it('finds the order in which an expectation fails, and the finding runs as a session', () => {
		const made = program(
			{ vcpus: vcpus(3) },
			call(0, [CPU_ON, 1, PAD, 0]),
			together(
				task(0, call(0, [VERSION]), call(0, [CPU_ON, 2, PAD, 0], gives(0))),
				task(1, call(1, [VERSION]), call(1, [VERSION]), call(1, [CPU_ON, 2, PAD, 0])),
			),
		);
		expect(runScenario(made).outcomes.every((o) => o.met)).toBe(true);
		for (const reduction of [true, false]) {
			const finding = explored(made, { reduction }).findings.find((f) => f.kind === 'expectation');
			expect(finding?.text).toBe('expected 0, got => -4 (ALREADY_ON) (cpu_on.target_not_stopped)');
			const shown = runScenario(made, { schedule: { kind: 'given', turns: finding?.turns ?? [] } });
			expect(shown.outcomes.map((o) => o.met)).toEqual([false]);
		}
	});

	it('finds the wake-up that comes before the vCPU is off, and is lost', () => {
		const made = program(
			{},
			call(0, [CPU_ON, 1, PAD, 0]),
			together(task(1, call(1, [CPU_OFF]), call(1, [VERSION])), task(0, call(0, [CPU_ON, 1, PAD, 0]))),
		);
		for (const reduction of [true, false]) {
			const { findings } = explored(made, { reduction });
			const lost = findings.find((f) => f.kind === 'lost wake-up');
			expect(lost?.text).toMatch(/does not wake vcpu1/);
			expect(runScenario(made, { schedule: { kind: 'given', turns: lost?.turns ?? [] } }).ended).toBe(
				'stuck',
			);
		}
	});

	it('finds the interrupt that is gone before the vCPU waits for it', () => {
		const made = program(
			{},
			together(task(0, call(0, [CPU_SUSPEND, 0, 0, 0], gives(0))), task(undefined, irq(0, 1), irq(0, 0))),
		);
		const { findings } = explored(made);
		expect(findings.map((f) => f.kind)).toEqual(['lost wake-up']);
	});

	it('a VMM that waits until the guest has reached its call never loses the wake-up', () => {
		const waits: Statement = { ...call(0, [CPU_SUSPEND, 0, 0, 0], gives(0)), label: 'asleep' };
		const made = (...vmm: Statement[]) => program({}, together(task(0, waits), task(undefined, ...vmm)));
		const lost = explored(made(irq(0, 1), irq(0, 0)));
		expect(lost.findings.map((f) => f.kind)).toEqual(['lost wake-up']);
		const right = made(wait({ kind: 'reached', label: 'asleep' }), irq(0, 1));
		for (const reduction of [true, false])
			expect(explored(right, { reduction })).toMatchObject({ findings: [], complete: true });
	});

	it('finds a deadlock: all off with work left', () => {
		const made = program(
			{},
			together(task(0, call(0, [CPU_OFF]), call(0, [VERSION])), task(1, call(1, [VERSION]))),
		);
		const { findings } = explored(made);
		expect(findings.map((f) => f.kind)).toEqual(['deadlock', 'deadlock']);
	});

	it('finds nothing where waiting is done right', () => {
		const made = program(
			{},
			call(0, [CPU_ON, 1, PAD, 0]),
			together(
				task(1, call(1, [CPU_OFF]), call(1, [VERSION], gives(0x10003))),
				task(
					0,
					wait({ kind: 'state', vcpu: 1, state: MP_STATE.STOPPED }),
					call(0, [CPU_ON, 1, PAD, 0], gives(0)),
				),
			),
		);
		const found = explored(made);
		expect(found).toMatchObject({ findings: [], complete: true });
		expect(found.rules).toContain('cpu_on.target_stopped');
	});

	it('a power-off ends the guest’s programs in whatever order, and what stands behind them still runs', () => {
		const made = program(
			{ policy: 'full' },
			call(0, [CPU_ON, 1, PAD, 0]),
			together(
				task(0, call(0, [VERSION]), call(0, [SYSTEM_OFF])),
				task(1, call(1, [VERSION]), call(1, [VERSION])),
			),
			expects(
				expect_({ kind: 'condition', condition: { kind: 'machine', state: 'off' } }),
				state(1, MP_STATE.STOPPED),
			),
		);
		const full = explored(made, { reduction: false });
		expect(full.findings).toEqual([]);
		expect(full.interleavings).toBe(BigInt(bruteForce(made).orders.length));
	});

	it('stops at the limit and says so', () => {
		const found = explored(race(), { limit: 5 });
		expect(found).toMatchObject({ complete: false, interleavings: undefined });
		expect(found.states).toBeLessThan(20);
	});

	it('any small scenario: brute force, exploring and reduced exploring agree', () => {
		const anyCall = (vcpu: number) =>
			fc
				.constantFrom(
					[VERSION],
					[CPU_OFF],
					[CPU_ON, 0, PAD, 0],
					[CPU_ON, 1, PAD, 0],
					[CPU_ON, 2, PAD, 0],
					[AFFINITY_INFO, 1, 0],
					[AFFINITY_INFO, 2, 0],
					[CPU_SUSPEND, 0, PAD, 0],
				)
				.chain((x) =>
					fc.constantFrom<(() => Statement)[]>(
						() => call(vcpu, x),
						() => call(vcpu, x, gives(0)),
					),
				);
		const vmm = fc.constantFrom<(() => Statement)[]>(
			() => irq(0),
			() => irq(1),
			() => irq(1, 0),
		);
		const body = (vcpu: number) => fc.array(anyCall(vcpu), { minLength: 1, maxLength: 2 });
		fc.assert(
			fc.property(body(0), body(1), body(2), fc.option(vmm, { nil: undefined }), (a, b, c, v) => {
				const made = program(
					{ vcpus: vcpus(3) },
					call(0, [CPU_ON, 1, PAD, 0]),
					together(
						...[a, b, c].map((list, vcpu) => task(vcpu, ...list.map((make) => make()))),
						...(v ? [task(undefined, v())] : []),
					),
				);
				const full = explored(made, { reduction: false });
				const reduced = explored(made);
				expect(told(reduced)).toEqual(told(full));
				expect(reduced.states).toBeLessThanOrEqual(full.states);
				const all = bruteForce(made);
				expect(full.interleavings).toBe(BigInt(all.orders.length));
				const kinds = full.findings.map((f) => f.kind);
				expect(kinds.includes('deadlock') || kinds.includes('lost wake-up')).toBe(all.stuck > 0);
				expect(kinds.includes('expectation')).toBe(all.failed > 0);
			}),
			{ numRuns: Number(process.env.RUNS ?? 12) },
		);
	});

	it('any scenario with a VMM: reduction leaves out orders, and no finding and no rule', () => {
		const state1 = (vcpu: number, mp: number) => ({ kind: 'state', vcpu, state: mp }) as const;
		const guest = (vcpu: number) =>
			fc.constantFrom<(() => Statement)[]>(
				() => call(vcpu, [VERSION]),
				() => call(vcpu, [CPU_OFF]),
				() => call(vcpu, [CPU_ON, 1, PAD, 0], gives(0)),
				() => call(vcpu, [CPU_ON, 2, PAD, 0]),
				() => call(vcpu, [AFFINITY_INFO, 2, 0], gives(1)),
				() => call(vcpu, [CPU_SUSPEND, 0, PAD, 0]),
				() => call(vcpu, [SYSTEM_OFF]),
				() => call(vcpu, [SYSTEM_RESET]),
				() => call(vcpu, [SYSTEM_SUSPEND, PAD, 0]),
				() => call(vcpu, [VERSION], state((vcpu + 1) % 3, MP_STATE.RUNNABLE)),
				() => op({ op: 'run', vcpu }),
				() => ({ ...call(vcpu, [CPU_SUSPEND, 0, PAD, 0]), label: `asleep${vcpu}` }),
				() => wait({ kind: 'reached', label: `asleep${(vcpu + 1) % 3}` }),
				() => wait(state1((vcpu + 1) % 3, MP_STATE.STOPPED)),
				() => expects(state((vcpu + 2) % 3, MP_STATE.STOPPED)),
				() => ({
					kind: 'if',
					place: place(),
					condition: state1((vcpu + 1) % 3, MP_STATE.STOPPED),
					body: [call(vcpu, [CPU_OFF])],
					otherwise: [irq((vcpu + 1) % 3)],
				}),
			);
		const vmm = fc.constantFrom<(() => Statement)[]>(
			() => irq(0),
			() => irq(1, 0),
			() => op({ op: 'set_mp_state', vcpu: 2, state: MP_STATE.RUNNABLE }),
			() => op({ op: 'set_mp_state', vcpu: 1, state: MP_STATE.STOPPED }),
			() => op({ op: 'get_reg', vcpu: 1, reg: 'X0' }),
			() => wait(state1(0, MP_STATE.SUSPENDED)),
			() => wait({ kind: 'reached', label: 'asleep1' }),
		);
		const body = (vcpu: number) => fc.array(guest(vcpu), { minLength: 1, maxLength: 3 });
		const policy = fc.constantFrom<(string | undefined)[]>(
			undefined,
			'full',
			'honour-suspend',
			'run-on',
			'userspace-psci',
		);
		let fewer = 0;
		fc.assert(
			fc.property(
				body(0),
				body(1),
				body(2),
				fc.array(vmm, { maxLength: 2 }),
				policy,
				(a, b, c, v, policyName) => {
					const made = program(
						{ vcpus: vcpus(3), ...(policyName === undefined ? {} : { policy: policyName }) },
						call(0, [CPU_ON, 1, PAD, 0]),
						together(
							...[a, b, c].map((list, vcpu) => task(vcpu, ...list.map((make) => make()))),
							...(v.length > 0 ? [task(undefined, ...v.map((make) => make()))] : []),
						),
						expects(state(2, MP_STATE.STOPPED)),
					);
					const full = explored(made, { reduction: false });
					const reduced = explored(made);
					expect(told(reduced)).toEqual(told(full));
					expect(reduced.rules).toEqual(full.rules);
					if (reduced.states < full.states) fewer++;
				},
			),
			{ numRuns: Number(process.env.RUNS ?? 30) },
		);
		expect(fewer).toBeGreaterThan(0);
	});
});
