// The condition language. Vacuous if nothing could be looked up: every comparison here has both answers.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConditionError, holds, type Operand, parseCondition } from '../../../src/session/condition.ts';

const values: Record<string, Operand> = {
	'vcpu[2].mp_state': { number: 5n, name: 'STOPPED' },
	STOPPED: { number: 5n, name: 'STOPPED' },
	RUNNABLE: { number: 0n, name: 'RUNNABLE' },
	x1: { number: 0x40080000n },
	x2: { number: 0xfffffffffffffffen },
	function: { number: 0xc4000003n, name: 'CPU_ON' },
	result: { number: -4n, name: 'ALREADY_ON' },
};
const check = (text: string) => holds(parseCondition(text), (path) => values[path]);

describe('a condition', () => {
	it.each([
		['vcpu[2].mp_state == STOPPED', true],
		['vcpu[2].mp_state == RUNNABLE', false],
		['vcpu[2].mp_state == STOPPED && x1 > 0x40000000', true],
		['x1 > 0x40080000 || function == CPU_ON', true],
		['function == cpu_on', true],
		['function != CPU_ON', false],
		['result < 0', true],
		['!(result == -4)', false],
		['x2 == -2', true],
		['x1 == 1074266112', true],
		['unknown', true],
		['unknown.thing == 3', false],
		['unknown.thing > 3', false],
		['!x1', false],
	])('%s', (text, expected) => {
		expect(check(text)).toBe(expected);
	});

	it.each(['', '==', 'x1 ==', '(x1', 'x1 x2', 'x1 = 2', 'a && ', '"s"', 'process.exit()', '1'.repeat(501)])(
		'%s is refused with a reason',
		(text) => {
			expect(() => parseCondition(text)).toThrow(ConditionError);
		},
	);

	it('any text either parses or is refused, and what parses has an answer', () => {
		const piece = fc.constantFrom(
			'x1',
			'5',
			'0x',
			'==',
			'<',
			'&&',
			'||',
			'!',
			'(',
			')',
			' ',
			'STOPPED',
			'[',
			'.',
			'$',
		);
		fc.assert(
			fc.property(
				fc.oneof(
					fc.string(),
					fc.array(piece, { maxLength: 30 }).map((p) => p.join('')),
				),
				(text) => {
					try {
						expect(typeof check(text)).toBe('boolean');
					} catch (error) {
						expect(error).toBeInstanceOf(ConditionError);
					}
				},
			),
			{ numRuns: 1000 },
		);
	});
});
