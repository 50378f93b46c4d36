// Searching for an expression. Vacuous if columns never ruled a row out, or if nothing was found: both checked.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { candidatesOf } from '../../../src/session/candidates.ts';
import { type Expression, holdsAt, parseExpression } from '../../../src/session/expression.ts';
import { positionCode, positionOf } from '../../../src/session/position.ts';
import { quietStretches } from '../../../src/session/quiet-stretches.ts';
import { type Direction, nextMatch, searchEvents } from '../../../src/session/search.ts';
import type { Session } from '../../../src/session/session.ts';
import { EXAMPLES, openExample, openText } from './example.ts';
import { entry, open, setMpState } from './lines.ts';

async function all(session: Session, expression: Expression, row: number, direction: Direction) {
	const found: number[] = [];
	for await (const code of searchEvents(session, expression, { row, decision: 0 }, direction))
		found.push(code);
	return found;
}

const TEXTS = [
	'call == CPU_ON',
	'call ~ "CPU_*" && vcpu == 0',
	'call in [CPU_OFF, 0x84000008] || event == reset',
	'event == call && x1 == 1',
	'event in [set_mp_state, "power_*"]',
	'vcpu == 1 || vcpu == 2',
	'(event == reset) == false && vcpu == 1',
	'!(event == reset)',
	'call != CPU_ON && call',
	'target_cpu == 1',
	'target_cpu',
	'result == ALREADY_ON || result < 0',
	'vcpu[1].mp_state == STOPPED && event == call',
	'type == RESET',
	'type != RESET && event == kvm_userspace_exit',
	'requests.KVM_REQ_SLEEP',
	'x1 > 0x1000 && x1 < 0x100000000',
	'5 == vcpu',
	'call == 0xc4000003',
	'CPU_ON == call',
	'vcpu[1].mp_state == STOPPED',
	'vcpu[1].mp_state == RUNNABLE && vcpu[2].mp_state == STOPPED',
	'vcpu[1].requests.KVM_REQ_VCPU_RESET',
	'!(vcpu[1].reset_state.reset)',
	'vm.psci_version > 0x10000 && vcpu == 0',
];

describe.each(EXAMPLES)('%s', (name) => {
	it.each(TEXTS)('%s: the same as looking at every event', async (text) => {
		const session = await openExample(name);
		const expression = parseExpression(text);
		const rows = [...Array(session.length).keys()].filter((row) =>
			holdsAt(session, { row, decision: 0 }, expression),
		);
		for (const from of [0, Math.floor(session.length / 2), session.length]) {
			const codes = (wanted: number[]) => wanted.map((row) => positionCode({ row, decision: 0 }));
			expect(await all(session, expression, from, 'forwards')).toEqual(codes(rows.filter((r) => r > from)));
			expect(await all(session, expression, from, 'backwards')).toEqual(
				codes(rows.filter((r) => r < from).reverse()),
			);
		}
	});

	it('decisions are places too, where the expression is about them', async () => {
		const session = await openExample(name);
		const expression = parseExpression('rule ~ "cpu_on.*" && decision.target_cpu == 1');
		const found = await all(session, expression, 0, 'forwards');
		expect(found.length).toBeGreaterThan(0);
		for (const code of found) {
			const { row, decision } = positionOf(code);
			expect(session.decisionsAt(row)[decision - 1]?.rule).toMatch(/^cpu_on\./);
		}
		expect(await all(session, expression, session.length, 'backwards')).toEqual(found.toReversed());
	});
});

it('most of these examples find something, and columns rule something out', async () => {
	const session = await openExample('linux-guest-hotplug-reboot.report.txt');
	let some = 0;
	let narrowed = 0;
	for (const text of TEXTS) {
		const expression = parseExpression(text);
		if ((await nextMatch(session, expression, { row: 0, decision: 0 })) !== undefined) some++;
		const pass = candidatesOf(session, expression.node);
		let step = pass.next();
		while (!step.done) step = pass.next();
		const candidate = step.value;
		if (typeof candidate === 'function' && [...Array(session.length).keys()].some((row) => !candidate(row)))
			narrowed++;
	}
	expect(some).toBeGreaterThan(TEXTS.length / 2);
	expect(narrowed).toBeGreaterThan(TEXTS.length / 3);
});

describe('a long recording', () => {
	const lines = Array.from(
		{ length: 30 * 1024 },
		(_, i) =>
			` CPU 0/KVM-10 [000] ..... ${i + 1}.000000: kvm_entry: PC: 0x${(0x40000000 + 4 * i).toString(16).padStart(16, '0')}`,
	);
	const opened = openText(`# tracer: nop\n#\n${lines.join('\n')}\n`);

	it('finds its way across chunks, both ways', async () => {
		const session = await opened;
		const place = fc.nat(session.length - 1);
		await fc.assert(
			fc.asyncProperty(place, place, async (from, wanted) => {
				const expression = parseExpression(`pc == ${0x40000000 + 4 * wanted}`);
				const direction = wanted > from ? 'forwards' : 'backwards';
				const code = await nextMatch(session, expression, { row: from, decision: 0 }, direction);
				expect(code).toBe(wanted === from ? undefined : positionCode({ row: wanted, decision: 0 }));
			}),
			{ numRuns: 20 },
		);
	});

	it('begins a search backwards at the very end', async () => {
		const session = await opened;
		const last = { row: session.length, decision: 0 };
		expect(await nextMatch(session, parseExpression('event == kvm_entry'), last, 'backwards')).toBe(
			positionCode({ row: session.length - 1, decision: 0 }),
		);
	});

	it('is left by a cancel before it is through', async () => {
		const session = await opened;
		const stop = new AbortController();
		setTimeout(() => stop.abort(new Error('enough')), 5);
		const nothing = parseExpression('vcpu[0].mp_state == STOPPED');
		await expect(
			nextMatch(session, nothing, { row: 0, decision: 0 }, 'forwards', stop.signal),
		).rejects.toThrow('enough');
	});
});

it('stretches in which a state is not written are passed over, and none that matters', async () => {
	const lines = Array.from({ length: 20_000 }, (_, n) => {
		if (n % 3000 === 1500) return setMpState(1, n % 6000 === 1500 ? 5 : 0);
		return entry(0, (0x40000000 + 4 * n).toString(16));
	});
	const session = await open(lines.join(''));
	const expression = parseExpression('vcpu[1].mp_state == STOPPED && event == set_mp_state');
	const found = await all(session, expression, 0, 'forwards');
	const rows = [...Array(session.length).keys()].filter((row) =>
		holdsAt(session, { row, decision: 0 }, expression),
	);
	expect(rows.length).toBe(3);
	expect(found.map((code) => positionOf(code).row)).toEqual(rows);
	expect(await all(session, expression, session.length, 'backwards')).toEqual(found.toReversed());
	const quiet = quietStretches(session, expression.node);
	expect(quiet?.(0, 1024)).toBe(false);
	expect(quiet?.(4501, 7400)).toBe(true);
	expect(quiet?.(1501, 4500)).toBe(false);
	expect(quietStretches(session, parseExpression('mp_state == STOPPED').node)).toBeUndefined();
});
