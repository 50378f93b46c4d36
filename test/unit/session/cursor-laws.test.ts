// Laws of moving about: what holds for any walk. Vacuous if walks stayed where they began: the property counts
// the places that its walks reached.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHECKPOINT_INTERVAL } from '../../../src/session/checkpoints.ts';
import { Cursor, ofVcpu, type Stop } from '../../../src/session/cursor.ts';
import { positionCode } from '../../../src/session/position.ts';
import { positionsOfFunction } from '../../../src/session/predicates.ts';
import { drained } from '../../../src/session/sliced.ts';
import type { MachineState } from '../../../src/session/state.ts';
import { applyEvent, decidedRows, EXAMPLES, openExample, openText } from './example.ts';

const vcpu = fc.integer({ min: 0, max: 3 });
const move = fc.oneof(
	...(['next', 'stepIn', 'stepOut', 'stepBack', 'stepOutBackwards', 'in', 'back'] as const).map((kind) =>
		fc.record({ kind: fc.constant(kind) }),
	),
	fc.record({ kind: fc.constantFrom('nextOf', 'backOf', 'runTo' as const), vcpu }),
	fc.record({ kind: fc.constant('goto' as const), to: fc.nat(400), decision: fc.nat(6) }),
	fc.record({ kind: fc.constantFrom('continue' as const, 'reverse' as const) }),
);

describe.each(EXAMPLES)('%s', (name) => {
	it('any walk ends in the state of a straight run to that place', async () => {
		const session = await openExample(name);
		const vm = session.vcpus[0]?.vm ?? 0;
		const breakpoints = (await positionsOfFunction(session, 'PSCI_FEATURES')) ?? [];
		const straight: MachineState[] = [session.stateAt(0)];
		for (let row = 0; row < session.length; row++) {
			const before = straight[row];
			if (before) straight.push(applyEvent(before, session.trace, session.calls, row));
		}
		const reached = new Set<number>();
		fc.assert(
			fc.property(fc.array(move, { minLength: 1, maxLength: 25 }), (walk) => {
				const cursor = new Cursor(session);
				for (const step of walk) {
					let stop: Stop;
					switch (step.kind) {
						case 'next':
							stop = cursor.next('statement');
							break;
						case 'in':
							stop = cursor.next('instruction');
							break;
						case 'back':
							stop = cursor.stepBack('instruction');
							break;
						case 'stepBack':
							stop = cursor.stepBack('statement');
							break;
						case 'nextOf':
							stop = cursor.next('statement', ofVcpu(session, { vm, id: step.vcpu }));
							break;
						case 'backOf':
							stop = cursor.stepBack('statement', ofVcpu(session, { vm, id: step.vcpu }));
							break;
						case 'runTo':
							stop = drained(cursor.runToPass(ofVcpu(session, { vm, id: step.vcpu })));
							break;
						case 'goto':
							stop = cursor.goto(step.to, step.decision);
							break;
						case 'continue':
							stop = cursor.continue(breakpoints);
							break;
						case 'reverse':
							stop = cursor.reverseContinue(breakpoints);
							break;
						default:
							stop = cursor[step.kind]();
					}
					expect([stop.row, stop.decision]).toEqual([cursor.row, cursor.decision]);
					expect(stop.row).toBeGreaterThanOrEqual(0);
					expect(stop.row).toBeLessThanOrEqual(session.length);
					expect(stop.decision).toBeLessThanOrEqual(session.decisionsAt(stop.row).length);
					expect(session.stateAt(stop.row)).toEqual(straight[stop.row]);
					reached.add(positionCode(stop));
				}
			}),
		);
		expect(reached.size).toBeGreaterThan(50);
	});

	it('steps of one vCPU visit its statements, all of them, and back', async () => {
		const session = await openExample(name);
		const { events } = session.trace;
		for (const { vm, id } of session.vcpus) {
			const own = [...session.statements].filter((row) => events.vm(row) === vm && events.vcpu(row) === id);
			const cursor = new Cursor(session);
			cursor.goto(0);
			const visited = own[0] === 0 ? [0] : [];
			for (let stop = cursor.next('statement', ofVcpu(session, { vm, id })); stop.reason !== 'end'; ) {
				visited.push(stop.row);
				stop = cursor.next('statement', ofVcpu(session, { vm, id }));
			}
			expect(visited).toEqual(own);
			cursor.goto(session.length);
			const back: number[] = [];
			for (let stop = cursor.stepBack('statement', ofVcpu(session, { vm, id })); stop.reason !== 'start'; ) {
				back.push(stop.row);
				stop = cursor.stepBack('statement', ofVcpu(session, { vm, id }));
			}
			expect(back.reverse()).toEqual(own);
		}
	});

	it('running to a vCPU is to its next event, and stepping in stays with one where asked', async () => {
		const session = await openExample(name);
		const { events } = session.trace;
		const vm = session.vcpus[0]?.vm ?? 0;
		fc.assert(
			fc.property(fc.nat(session.length - 1), vcpu, (from, id) => {
				const cursor = new Cursor(session);
				cursor.goto(from);
				let wanted = from + 1;
				while (wanted < session.length && (events.vm(wanted) !== vm || events.vcpu(wanted) !== id)) wanted++;
				expect(drained(cursor.runToPass(ofVcpu(session, { vm, id }))).row).toBe(wanted);
				expect(cursor.stepBack('statement').row).toBe(from);
				const stop = cursor.stepIn(ofVcpu(session, { vm, id }));
				if (stop.decision === 0) expect(stop.row).toBe(wanted);
				else expect([events.vm(from), events.vcpu(from)]).toEqual([vm, id]);
			}),
		);
	});

	it('stepping out backwards is to the site of the call at hand', async () => {
		const session = await openExample(name);
		let inside = 0;
		for (let index = 0; index < session.calls.length; index++) {
			const rows = session.calls.at(index);
			if (!rows || rows.entry <= rows.site) continue;
			const cursor = new Cursor(session);
			cursor.goto(rows.entry, 2);
			expect(cursor.stepOutBackwards()).toMatchObject({ row: rows.site, decision: 0 });
			inside++;
		}
		expect(inside).toBeGreaterThan(5);
	});

	it('stepBack goes over a call, never into it', async () => {
		const session = await openExample(name);
		const statements = new Set(session.statements);
		const cursor = new Cursor(session);
		cursor.goto(session.length);
		while (cursor.stepBack('statement').reason !== 'start') {
			expect(cursor.decision).toBe(0);
			expect(statements).toContain(cursor.row);
		}
	});

	it('a target of stepping in is a step that stepBack undoes', async () => {
		const session = await openExample(name);
		const cursor = new Cursor(session);
		const row = decidedRows(session).find((r) => session.decisionsAt(r).length > 1) ?? -1;
		cursor.goto(row);
		expect(cursor.stepTo({ row, decision: 2 })).toMatchObject({ row, decision: 2 });
		expect(cursor.stepBack('statement')).toMatchObject({ row, decision: 0 });
	});
});

it('a step costs at most two intervals wherever it is made, counted in events applied', async () => {
	const lines = Array.from(
		{ length: 20_000 },
		(_, i) =>
			` CPU ${i % 2}/KVM-${10 + (i % 2)} [000] ..... ${i + 1}.000000: kvm_hvc_arm64: HVC at 0x0000000040000004 (r0: 0x0000000084000000, imm: 0x0)`,
	);
	const session = await openText(`# tracer: nop\n#\n${lines.join('\n')}\n`);
	await session.warm(new AbortController().signal);
	const cursor = new Cursor(session);
	const cost = (work: () => Stop) => {
		const before = session.applied;
		session.stateAt(work().row);
		return session.applied - before;
	};
	for (const from of [5, 300, 9_999, 19_900]) {
		expect(cost(() => cursor.goto(from))).toBeLessThanOrEqual(CHECKPOINT_INTERVAL);
		expect(cost(() => cursor.next('statement'))).toBeLessThanOrEqual(1);
		expect(cost(() => cursor.stepIn(ofVcpu(session, { vm: 0, id: 1 })))).toBeLessThanOrEqual(2);
		// The state there, and that of the call whose last decision it may be.
		expect(cost(() => cursor.stepBack('instruction'))).toBeLessThanOrEqual(2 * CHECKPOINT_INTERVAL);
		expect(cost(() => cursor.continue([positionCode({ row: 19_999, decision: 0 })]))).toBeLessThanOrEqual(
			2 * CHECKPOINT_INTERVAL,
		);
	}
});
