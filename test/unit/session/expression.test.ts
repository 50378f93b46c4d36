// The expression language. Vacuous if nothing could be looked up: comparisons over a real recording have both
// answers, and unknown is told from false.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVENT_FIELDS, LOOKED, VCPU_FIELDS } from '../../../src/session/expression/names.ts';
import {
	completionsAt,
	ExpressionError,
	evaluateExpression,
	expressionText,
	holdsAt,
	parseExpression,
} from '../../../src/session/expression.ts';
import type { Session } from '../../../src/session/session.ts';
import { decidedRows, EXAMPLES, openExample, openText, rowOnLine } from './example.ts';

const session = await openExample('linux-guest-hotplug-reboot.report.txt');

/** The site of the first call of a function, past the first `skip`. */
function siteOf(name: string, in_: Session = session): number {
	for (let row = 0; row < in_.length; row++)
		if (holdsAt(in_, { row, decision: 0 }, parseExpression(`event == kvm_hvc_arm64 && call == ${name}`)))
			return row;
	throw new Error(`no ${name}`);
}
const cpuOn = siteOf('CPU_ON');
const at = (text: string, row = cpuOn, decision = 0) =>
	evaluateExpression(session, { row, decision }, undefined, parseExpression(text));

describe('numbers', () => {
	it.each([
		['1 + 2 == 3', true],
		['0x10 - 1', 15n],
		['1 | 2 ^ 3 & 2', 1n | (2n ^ (3n & 2n))],
		['1 << 4 >> 2', 4n],
		['1 << 64', 0n],
		['1 << -1', undefined],
		['-1 == 0xffffffffffffffff', true],
		['~0', 0xffffffffffffffffn],
		['-1 & 0xff', 0xffn],
		['2 + 2 << 1', 8n],
		['1 + 1 == 2 && !(3 > 4)', true],
		['-1 < 0', true],
		['true == (1 == 1)', true],
		['!0', true],
	])('%s', (text, value) => {
		expect(at(text)).toBe(value);
	});
});

describe('at a CPU_ON', () => {
	it.each([
		['call == CPU_ON', true],
		['call == PSCI_CPU_ON', true],
		['call == cpu_on', true],
		['call == 0xc4000003', true],
		['call != CPU_ON', false],
		['call ~ "CPU_*"', true],
		['call ~ "SYSTEM_*"', false],
		['call in [CPU_OFF, CPU_ON]', true],
		["call in ['SYSTEM_*', CPU_OFF]", false],
		['event == kvm_hvc_arm64', true],
		['event.imm == 0', true],
		['event.nothing_such', undefined],
		['conduit == HVC', true],
		['target_cpu == 1 && vcpu == 0', true],
		['x1 == 1 && x1 == target_cpu', true],
		['x0 == 0xc4000003', true],
		['result == SUCCESS', true],
		['result == ALREADY_ON', false],
		['vcpu[1].mp_state == STOPPED', true],
		['vcpu[1].mp_state == 5', true],
		['vcpu[1].mp_state == KVM_MP_STATE_STOPPED', true],
		[`vm[${session.vcpus[0]?.vm}].vcpu[1].mp_state == RUNNABLE`, false],
		['vm[7].vcpu[1].mp_state == RUNNABLE', undefined],
		['vcpu[0].mp_state == RUNNABLE && mp_state == RUNNABLE', true],
		['vcpu[99].mp_state == STOPPED', undefined],
		['vcpu[99].mp_state == STOPPED || vcpu == 0', true],
		['vcpu[99].mp_state == STOPPED && vcpu == 1', false],
		['!vcpu[99].mp_state', undefined],
		['rule', ''],
		['decision', 0n],
		['text ~ "CPU_ON *"', true],
		['requests.KVM_REQ_SLEEP', false],
	])('%s', (text, value) => {
		expect(at(text)).toBe(value);
	});

	it('a place outside any call has none, which is known', () => {
		const row = [...Array(session.length).keys()].find((r) => at('event == set_mp_state', r)) ?? -1;
		expect(at('call == CPU_ON', row)).toBe(false);
		expect(at('call != CPU_ON', row)).toBe(true);
		expect(at('call', row)).toBe('');
	});

	it('a decision has a rule and what it looked at', () => {
		const row = session.decisionsAt(cpuOn).length > 0 ? cpuOn : cpuOn + 1;
		const decisions = session.decisionsAt(row);
		const n = decisions.findIndex(({ rule }) => rule === 'cpu_on.target_stopped') + 1;
		expect(n).toBeGreaterThan(0);
		expect(at('rule == cpu_on.target_stopped', row, n)).toBe(true);
		expect(at('decision.target_cpu == 1 && decision.mp_state == STOPPED', row, n)).toBe(true);
		expect(at('target == 1', row, n)).toBe(true);
		expect(at('rule ~ "cpu_on.*"', row, n)).toBe(true);
		expect(at('decision.nothing_such', row, n)).toBeUndefined();
	});

	it('is seen from another vCPU where one is selected', () => {
		const vcpu = session.stateAt(cpuOn).vcpus.find(({ id }) => id === 1);
		const seen = (text: string) =>
			evaluateExpression(session, { row: cpuOn, decision: 0 }, vcpu, parseExpression(text));
		expect(seen('mp_state == STOPPED')).toBe(true);
		expect(seen('call')).not.toBe(0xc4000003n);
		expect(seen('vcpu == 0')).toBe(true);
	});

	it('is told in words', () => {
		const said = (text: string) =>
			expressionText(session, { row: cpuOn, decision: 0 }, undefined, parseExpression(text));
		expect(said('vcpu[1].mp_state')).toBe('STOPPED (5)');
		expect(said('target_cpu')).toBe('1');
		expect(said('call')).toBe('CPU_ON (0xc4000003)');
		expect(said('vcpu[99].pc')).toBe('?');
		expect(said('1 == 1')).toBe('true');
	});
});

it('a system event has its type, as the event and as its exit', () => {
	const rows = [...Array(session.length).keys()].filter((row) => at('type == RESET', row) === true);
	expect(rows.length).toBeGreaterThan(0);
	expect(rows.every((row) => at('event in [system_event, kvm_userspace_exit]', row))).toBe(true);
	expect(at('type == SHUTDOWN', rows[0])).toBe(false);
});

it('the end of the recording has values of the machine and no event', () => {
	expect(at('event', session.length)).toBeUndefined();
	expect(at('vcpu[0].mp_state == STOPPED || vcpu[0].mp_state != STOPPED', session.length)).toBe(true);
	expect(at('vm.psci_version', session.length)).toBeTypeOf('bigint');
});

describe('what is no expression is refused with its place', () => {
	it.each([
		['', 0],
		['==', 0],
		['x1 ==', 5],
		['(x1', 3],
		['x1 x2', 3],
		['x1 = 2', 3],
		['x1 && ', 6],
		['x1 < 2 < 3', 7],
		['process.exit()', 0],
		['vcpu[1].mp_stat == 5', 0],
		['x1 == nonsense', 6],
		['call ~ CPU_ON', 7],
		['call in CPU_ON', 8],
		['12ab', 0],
		['0x', 0],
		['"open', 0],
		['vcpu[1]', 0],
		['constructor', 0],
		['vcpu[1].constructor', 0],
		['1'.repeat(1001), 1000],
		['('.repeat(200), 50],
	])('%s', (text, place) => {
		try {
			parseExpression(text);
			expect.unreachable();
		} catch (error) {
			if (!(error instanceof ExpressionError)) throw error;
			expect(error.at).toBe(place);
		}
	});
});

it('any text either parses or is refused, and what parses has a value anywhere', () => {
	const piece = fc.constantFrom(
		...[
			'x1',
			'pc',
			'call',
			'type',
			'rule',
			'vcpu[0].mp_state',
			'vm.psci_version',
			'event.pc',
			'STOPPED',
			'"A*"',
		],
		...[
			'5',
			'0xffffffffffffffff',
			'==',
			'<',
			'&&',
			'||',
			'!',
			'(',
			')',
			' ',
			'[',
			',',
			'in',
			'~',
			'-',
			'<<',
			'.',
			'$',
		],
	);
	const text = fc.oneof(
		fc.string(),
		fc.array(piece, { maxLength: 30 }).map((p) => p.join(' ')),
	);
	fc.assert(
		fc.property(text, fc.nat(session.length), fc.nat(12), (written, row, decision) => {
			try {
				const value = evaluateExpression(session, { row, decision }, undefined, parseExpression(written));
				expect(['bigint', 'string', 'boolean', 'undefined']).toContain(typeof value);
			} catch (error) {
				expect(error).toBeInstanceOf(ExpressionError);
			}
		}),
		{ numRuns: 1000 },
	);
});

it('everything that rules look at about a call has a name', async () => {
	for (const name of EXAMPLES) {
		const one = await openExample(name);
		for (const row of decidedRows(one))
			for (const { looked } of one.decisionsAt(row))
				for (const { name: seen } of looked) expect(() => parseExpression(`decision.${seen}`)).not.toThrow();
	}
	for (const name of LOOKED) expect(Object.keys({ ...EVENT_FIELDS, ...VCPU_FIELDS })).not.toContain(name);
});

it('an SMC whose function was not recorded is unknown, not nothing', async () => {
	const smc = await openText(
		'# tracer: nop\n#\n CPU 0/KVM-10 [000] ..... 1.000000: kvm_exit: TRAP: HSR_EC: 0x0017 (SMC64), PC: 0x0000000040000000\n',
	);
	const row = rowOnLine(smc, 3);
	const value = (text: string) =>
		evaluateExpression(smc, { row, decision: 0 }, undefined, parseExpression(text));
	expect(value('conduit == SMC')).toBe(true);
	expect(value('call == CPU_ON')).toBeUndefined();
	expect(value('call != CPU_ON')).toBeUndefined();
});

describe('completions', () => {
	const complete = (text: string, row = cpuOn) =>
		completionsAt(session, { row, decision: 0 }, undefined, text, text.length);
	it('offer the arguments of the call first, then fields', () => {
		const labels = complete('').map(({ label }) => label);
		expect(labels[0]).toBe('target_cpu');
		expect(labels).toContain('vcpu[3]');
	});
	it('offer the fields of what stands before the dot, in place of the whole word', () => {
		const found = complete('1 == vcpu[1].mp');
		expect(found).toEqual([expect.objectContaining({ label: 'vcpu[1].mp_state', start: 5, length: 10 })]);
	});
	it('offer constants for a word begun', () => {
		expect(complete('call == CPU_').map(({ label }) => label)).toContain('CPU_OFF');
		for (const { label } of complete('S').filter(({ kind }) => kind !== 'field')) parseExpression(label);
	});
});
