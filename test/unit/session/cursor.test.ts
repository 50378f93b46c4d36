// Moving about. Vacuous if every row were a statement: then `next` and `stepIn` would be the same (checked).

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Cursor } from '../../../src/session/cursor.ts';
import { positionCode } from '../../../src/session/position.ts';
import { EXAMPLES, openExample } from './example.ts';

describe.each(EXAMPLES)('%s', (name) => {
	it('a plain step passes over events that stepping in visits', async () => {
		const session = await openExample(name);
		expect(session.statements.length).toBeLessThan(session.length / 2);
	});

	it('next to the end and stepBack to the start make the same stops', async () => {
		const session = await openExample(name);
		const forwards: number[] = [];
		const there = new Cursor(session);
		there.goto(0);
		while (there.row < session.length) forwards.push(there.next('statement').row);
		const back = new Cursor(session);
		back.goto(session.length);
		const backwards: number[] = [];
		while (back.row > 0) backwards.push(back.stepBack('statement').row);
		expect(backwards.slice(0, -1).reverse().concat(session.length).slice(-forwards.length)).toEqual(forwards);
	});

	it('stepBack undoes any step forwards', async () => {
		const session = await openExample(name);
		const steps = ['next', 'stepIn', 'stepOut'] as const;
		fc.assert(
			fc.property(
				fc.nat(session.length - 1),
				fc.array(fc.constantFrom(...steps), { minLength: 1, maxLength: 12 }),
				(start, walk) => {
					const cursor = new Cursor(session);
					cursor.goto(start);
					const where = () => `${cursor.row}.${cursor.decision}`;
					const visited: string[] = [];
					for (const step of walk) {
						const from = where();
						if (step === 'next') cursor.next('statement');
						else cursor[step]();
						if (where() !== from) visited.push(from);
					}
					for (const from of visited.reverse()) {
						cursor.stepBack('statement');
						expect(where()).toBe(from);
					}
				},
			),
		);
	});

	it('reverseContinue from the end makes the stops of continue from the start, backwards', async () => {
		const session = await openExample(name);
		fc.assert(
			fc.property(
				fc.uniqueArray(fc.integer({ min: 1, max: session.length - 1 }), { maxLength: 20 }),
				(rows) => {
					const sorted = rows.toSorted((a, b) => a - b);
					const breakpoints = sorted.map((row) => positionCode({ row, decision: 0 }));
					const cursor = new Cursor(session);
					const forwards: number[] = [];
					while (cursor.continue(breakpoints).reason === 'breakpoint') forwards.push(cursor.row);
					expect(cursor.row).toBe(session.length);
					const backwards: number[] = [];
					while (cursor.reverseContinue(breakpoints).reason === 'breakpoint') backwards.push(cursor.row);
					expect(cursor.row).toBe(0);
					expect(backwards.reverse()).toEqual(forwards);
					expect(forwards).toEqual(sorted);
				},
			),
		);
	});

	it('stepping in goes through the decisions of each call, and stepBack by instruction back through them', async () => {
		const session = await openExample(name);
		const cursor = new Cursor(session);
		cursor.goto(0);
		const visited: string[] = [];
		while (cursor.row < session.length) {
			visited.push(`${cursor.row}.${cursor.decision}`);
			cursor.stepIn();
		}
		expect(visited.filter((v) => !v.endsWith('.0')).length).toBeGreaterThan(session.calls.length);
		const back: string[] = [];
		while (cursor.row > 0) {
			cursor.stepBack('instruction');
			back.push(`${cursor.row}.${cursor.decision}`);
		}
		expect(back.reverse()).toEqual(visited);
	});

	it('both ends are places to stop at', async () => {
		const session = await openExample(name);
		const cursor = new Cursor(session);
		cursor.goto(session.length);
		expect(cursor.next('statement')).toMatchObject({ row: session.length, reason: 'end' });
		expect(cursor.stepIn()).toMatchObject({ row: session.length, reason: 'end' });
		cursor.goto(0);
		expect(cursor.stepBack('statement')).toMatchObject({ row: 0, reason: 'start' });
		expect(cursor.stepBack('instruction')).toMatchObject({ row: 0, reason: 'start' });
	});
});
