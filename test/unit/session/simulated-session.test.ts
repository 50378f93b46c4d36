// A scenario's run as a session, seen through what every session is looked at with. Vacuous if the rows did
// not come from the run: the counts and texts below are of this very scenario.

import { describe, expect, it } from 'vitest';
import { MP_STATE } from '../../../src/kvm/index.ts';
import { compileScenario } from '../../../src/scenario/language/compile.ts';
import { runScenario } from '../../../src/scenario/run.ts';
import { Cursor } from '../../../src/session/cursor.ts';
import { describeEvent } from '../../../src/session/describe.ts';
import { evaluate } from '../../../src/session/evaluate.ts';
import { exceptionsOf, positionsOfException } from '../../../src/session/exceptions.ts';
import { positionCode, positionOf } from '../../../src/session/position.ts';
import { positionsOfLine, positionsOfRule } from '../../../src/session/predicates.ts';
import { SimulatedSession } from '../../../src/session/simulated-session.ts';
import { vcpuOf } from '../../../src/session/state.ts';
import { viewAt } from '../../../src/session/view.ts';
import { EventKind } from '../../../src/trace/event.ts';
import {
	AFFINITY_INFO,
	CPU_OFF,
	CPU_ON,
	call,
	gives,
	irq,
	n,
	op,
	PAD,
	place,
	program,
	SYSTEM_OFF,
	task,
	together,
} from '../scenario/build.ts';

const bringUp = () =>
	program(
		{ policy: 'full' },
		call(0, [CPU_ON, 1, PAD, 7], gives(0)),
		op({ op: 'run', vcpu: 1 }, gives(7)),
		call(1, [CPU_OFF]),
		call(0, [AFFINITY_INFO, 1, 0], gives(0)),
		call(0, [SYSTEM_OFF]),
	);

function sessionOf(made: ReturnType<typeof program>) {
	return new SimulatedSession(runScenario(made), 'the text');
}

/** Every row, by kind. */
function kinds(session: SimulatedSession): string[] {
	const names = Object.entries(EventKind);
	return Array.from(
		{ length: session.length },
		(_, row) => names.find(([, kind]) => kind === session.trace.events.kind(row))?.[0] ?? '?',
	);
}

describe('a simulated session', () => {
	it('has the events that a trace of the run would have', () => {
		const session = sessionOf(bringUp());
		expect(kinds(session).slice(session.calls.site(0))).toEqual([
			...['kvm_hvc_arm64', 'call', 'ret', 'kvm_entry'],
			...['reset', 'kvm_entry'],
			...['kvm_hvc_arm64', 'call', 'ret'],
			...['kvm_hvc_arm64', 'call', 'ret', 'kvm_entry'],
			...['kvm_hvc_arm64', 'call', 'ret', 'kvm_userspace_exit', 'operation'],
		]);
		expect(session.calls.length).toBe(4);
	});

	it('of many steps is made in slices', () => {
		const asks = Array.from({ length: 2000 }, () => call(0, [AFFINITY_INFO, 1, 0]));
		const run = runScenario(program({}, ...asks));
		const pass = SimulatedSession.of(run, '', false);
		let slices = 0;
		let step = pass.next();
		for (; !step.done; step = pass.next()) slices++;
		expect(step.value.calls.length).toBe(asks.length);
		expect(slices).toBeGreaterThan(step.value.length / 256);
	});

	it('knows which findings are what the scenario expects', () => {
		const session = sessionOf(
			program(
				{},
				call(0, [CPU_ON, 7, PAD, 0], gives(-2)),
				call(0, [CPU_ON, 7, PAD, 0], gives(0)),
				call(0, [1]),
			),
		);
		const rows = Array.from(session.statements).slice(-3);
		expect(rows.map((row) => session.isExpected(row))).toEqual([true, false, false]);
		// Also in the middle of the statement.
		expect(session.isExpected((rows[0] ?? 0) + 1)).toBe(true);
	});

	it('stops once for each statement, on its line, and steps into its rules', () => {
		const made = bringUp();
		const session = sessionOf(made);
		const cursor = new Cursor(session);
		cursor.goto(cursor.home());
		const lines = [];
		while (cursor.row < session.length) {
			lines.push(session.trace.events.line(cursor.row));
			cursor.next('statement');
		}
		expect(lines).toEqual(made.statements.map((s) => s.place.line));
		cursor.goto(cursor.home());
		const rules = [];
		for (let i = 0; i < 40 && cursor.row < session.calls.site(1); i++) {
			const { decision, row } = cursor;
			if (decision > 0) rules.push(session.decisionsAt(row)[decision - 1]?.rule);
			cursor.stepIn();
		}
		expect(rules).toContain('cpu_on.target_stopped');
		expect(rules).toContain('request.vcpu_reset');
		expect(rules.length).toBe(
			session.run.steps
				.filter((s) => s.by === 'statement')
				.slice(0, 2)
				.flatMap((s) => s.decisions).length,
		);
	});

	it('every state at the end of a step is the VM of the model', () => {
		const session = sessionOf(bringUp());
		let compared = 0;
		session.run.steps.forEach((step, n) => {
			let row = 0;
			while (row < session.length && session.stepsBefore(row) <= n) row++;
			const statement = session.run.steps[n + 1]?.first ?? true;
			if (!statement) return;
			const state = session.stateAt(row);
			for (const vcpu of step.after.vcpus) {
				const shown = vcpuOf(state, 0, vcpu.id);
				expect(shown?.mpState?.value).toBe(vcpu.mpState);
				expect(shown?.pc?.value).toBe(vcpu.registers.pc);
				expect(shown?.x.map((x) => x?.value)).toEqual(vcpu.registers.x.slice(0, 4));
				expect(shown?.resetState?.value.reset).toBe(vcpu.resetState.reset);
				compared++;
			}
		});
		expect(compared).toBeGreaterThan(10);
	});

	it('says of each value which row wrote it, and that the model did', () => {
		const session = sessionOf(bringUp());
		const callRow = session.calls.at(0)?.entry ?? -1;
		const after = vcpuOf(session.stateAt(callRow + 1), 0, 1);
		expect(after?.mpState).toEqual({ value: MP_STATE.RUNNABLE, provenance: 'modelled', row: callRow });
		expect(after?.requests.map((r) => [r.name, r.row])).toContainEqual(['KVM_REQ_VCPU_RESET', callRow]);
		expect(vcpuOf(session.stateAt(callRow), 0, 1)?.mpState?.value).toBe(MP_STATE.STOPPED);
	});

	it('reads as any session: events in words, the panel, expressions, rules', async () => {
		const session = sessionOf(bringUp());
		const site = session.calls.site(0);
		expect(describeEvent(session, site)).toMatch(/^CPU_ON target_cpu=0x1/);
		expect(describeEvent(session, session.length - 1)).toBe(
			'VMM: exit SYSTEM_EVENT/SHUTDOWN -> off (vmm.power_off)',
		);
		for (let row = 0; row <= session.length; row++) {
			const view = viewAt(session, { row, decision: 0 }, Math.max(0, row - 1), undefined);
			expect(view.vcpus).toHaveLength(2);
		}
		const view = viewAt(session, { row: site, decision: 0 }, site, undefined);
		expect(view.call?.name).toBe('CPU_ON');
		expect(view.call?.model?.decisions.map((d) => d.rule)).toContain('cpu_on.target_stopped');
		const end = session.stateAt(session.length);
		expect(evaluate(session, session.length, end.vcpus[1], 'vcpu[1].mp_state')?.text).toContain('STOPPED');
		expect(await positionsOfRule(session, 'cpu_on.target_stopped')).toHaveLength(1);
		expect(view.vms[0]?.values.some((v) => v.text.includes('1.3'))).toBe(true);
	});

	it('stops where an expectation fails', async () => {
		const failing = call(0, [CPU_ON, 9, PAD, 0], gives(0));
		const session = sessionOf(program({}, call(0, [AFFINITY_INFO, 1, 0], gives(1)), failing));
		const found = await exceptionsOf(session, 'expectation');
		expect(found.map(({ description }) => description)).toEqual([
			'expected 0, got => -2 (INVALID_PARAMETERS), by cpu_on.no_such_target',
		]);
		expect(await positionsOfException(session, 'expectation')).toEqual([
			positionCode({ row: session.calls.site(1), decision: 0 }),
		]);
	});

	it('finds rows by line although lines repeat in loops', async () => {
		const inside = call(0, [AFFINITY_INFO, 1, 0]);
		const behind = irq(1);
		const session = sessionOf(
			program({}, { kind: 'loop', place: place(), limit: 3, body: [inside] }, behind),
		);
		const { events } = session.trace;
		const on = async (line: number) =>
			Array.from((await positionsOfLine(session, line)).positions, (p) => positionOf(p).row);
		const rows = await on(inside.place.line);
		expect(rows).toHaveLength(3);
		expect(rows.every((row) => session.statements.includes(row))).toBe(true);
		expect(events.rowAtOrAfterLine(inside.place.line)).toBe(rows[0]);
		expect(await on(inside.place.line + 1)).toEqual([events.rowAtOrAfterLine(behind.place.line)]);
		expect(events.rowAtOrAfterLine(9999)).toBe(session.length);
	});
});

describe('statements given live', () => {
	it('act at once, on a branch whose past is the same, and the scenario runs on from there', () => {
		const session = sessionOf(bringUp());
		const before = session.calls.site(3);
		const line = session.trace.events.line(before);
		const branch = session.append(before, [
			{
				kind: 'operation',
				place: { file: 'typed', line: 1, column: 1, endLine: 1, endColumn: 9 },
				operation: { op: 'set_reg', vcpu: 0, reg: 'X0', value: n(5) },
				text: 'set vcpu0.x0 5',
				expect: [],
			},
		]);
		expect(branch.branch).toMatchObject({ from: session, row: before, behind: before + 1 });
		for (let row = 0; row <= before; row++) expect(branch.stateAt(row)).toEqual(session.stateAt(row));
		expect(branch.stateAt(before + 1).vcpus[0]?.x[0]?.value).toBe(5n);
		expect(branch.trace.events.line(before)).toBe(line);
		expect(branch.length).toBe(session.length + 1);
		expect(session.stateAt(before + 1).vcpus[0]?.x[0]?.value).not.toBe(5n);
	});

	it('change what comes after: CPU_ON given live makes the scenario’s own come too late', () => {
		const session = sessionOf(
			program({}, call(0, [AFFINITY_INFO, 1, 0]), call(0, [CPU_ON, 1, PAD, 0], gives(0))),
		);
		const branch = session.append(session.calls.site(0), [call(0, [CPU_ON, 1, PAD, 0], gives(0))]);
		expect(session.run.outcomes.map((o) => o.got)).toEqual(['=> 0']);
		expect(branch.run.outcomes.map((o) => o.got)).toEqual(['=> 0', '=> -4 (ALREADY_ON)']);
		const wakes = sessionOf(program({}, together(task(1, call(1, [AFFINITY_INFO, 0, 0])))));
		expect(wakes.run.ended).toBe('stuck');
		const woken = wakes.append(wakes.length, [call(0, [CPU_ON, 1, PAD, 0])]);
		expect(woken.run.ended).toBe('finished');
	});

	it('are part of what is saved: a scenario that does the same again', () => {
		const session = sessionOf(
			program(
				{ policy: 'full' },
				call(0, [CPU_ON, 1, PAD, 7], gives(0)),
				call(0, [SYSTEM_OFF]),
				{ kind: 'vmm', place: place(), action: { do: 'power on' }, text: 'power on', expect: [] },
				together(task(0, call(0, [CPU_ON, 1, PAD, 3])), task(1, call(1, [CPU_OFF]))),
			),
		);
		const branch = session.append(session.calls.site(1), [irq(1), call(1, [CPU_OFF])]);
		const text = branch.asScenario();
		const { program: again, diagnostics } = compileScenario(text, 'test.psci', () => undefined);
		expect(diagnostics.filter((d) => d.severity === 'error')).toEqual([]);
		if (!again) throw new Error(text);
		const run = runScenario(again);
		expect(run.outcomes.filter((o) => !o.met)).toEqual([]);
		expect(run.outcomes.length).toBeGreaterThan(4);
		expect(run.steps.at(-1)?.after.vcpus).toEqual(branch.run.steps.at(-1)?.after.vcpus);
		expect(run.steps.map((s) => s.operation?.op)).toEqual(branch.run.steps.map((s) => s.operation?.op));
	});
});
