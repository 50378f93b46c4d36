// Values of a scenario: what an expression of the text comes to, as far as it can be told before a run.

import { functionByName } from '../../psci/functions.ts';
import type { BinaryOperator, Expression as Value } from '../expression.ts';
import type { Compilation } from './compilation.ts';
import { type Bound, type Frame, place } from './frame.ts';
import type { Expression, Member, Reference } from './generated/ast.ts';
import { numberOf, versionOf } from './literals.ts';
import { textOf } from './node-place.ts';
import { ANYWHERE, REGISTERS, type Word, wordNamed, wordsOfResult } from './vocabulary.ts';

const ARITHMETIC: readonly string[] = ['+', '-', '*', '/', '%', '&', '|', '^', '<<', '>>'];
/** The longest shift; a longer one gives 0 in any case. */
const WIDEST = 64n;
const MASK = (1n << 64n) - 1n;

const number = (value: bigint): Value => ({ kind: 'number', value });

/** The value of `node`; `words` are the names that mean something just here. Undefined: told what is wrong. */
export function valueIn(
	c: Compilation,
	f: Frame,
	node: Expression | undefined,
	words: readonly Word[] = [],
): Value | undefined {
	if (!node) return undefined;
	switch (node.$type) {
		case 'Literal':
			return literal(c, f, node.value, node);
		case 'Group':
			return valueIn(c, f, node.inner, words);
		case 'Unary':
			return unary(c, f, node, words);
		case 'Binary':
			return binary(c, f, node, words);
		case 'Member':
			return member(c, f, node, words);
		default:
			c.diagnostics.error('wrong-place', place(f, node), `'${textOf(node)}' is no number`);
			return undefined;
	}
}

/** A value that has to be known before the run. */
export function constantIn(
	c: Compilation,
	f: Frame,
	node: Expression | undefined,
	words: readonly Word[] = [],
): bigint | undefined {
	const value = valueIn(c, f, node, words);
	if (!value || !node) return undefined;
	if (value.kind === 'number') return value.value;
	c.diagnostics.error(
		'wrong-place',
		place(f, node),
		`'${textOf(node)}' is known only in a run; here a constant is needed`,
	);
	return undefined;
}

function literal(c: Compilation, f: Frame, text: string, node: Expression): Value | undefined {
	const value = numberOf(text) ?? versionOf(text);
	if (value !== undefined) return number(value);
	c.diagnostics.error('out-of-range', place(f, node), `${text} is no number of 64 bits`);
	return undefined;
}

function unary(
	c: Compilation,
	f: Frame,
	node: Extract<Expression, { $type: 'Unary' }>,
	words: readonly Word[],
): Value | undefined {
	const operand = valueIn(c, f, node.operand, words);
	if (!operand) return undefined;
	if (node.operator === 'not') {
		c.diagnostics.error('wrong-place', place(f, node), "'not' belongs before a condition");
		return undefined;
	}
	if (operand.kind === 'number')
		return number(node.operator === '-' ? -operand.value : ~operand.value & MASK);
	return { kind: 'unary', operator: node.operator, operand };
}

function binary(
	c: Compilation,
	f: Frame,
	node: Extract<Expression, { $type: 'Binary' }>,
	words: readonly Word[],
): Value | undefined {
	const operator = ARITHMETIC.find((known) => known === node.operator) as BinaryOperator | undefined;
	if (!operator) {
		c.diagnostics.error(
			'wrong-place',
			place(f, node),
			`'${textOf(node)}' is a condition, here a number is needed`,
		);
		return undefined;
	}
	const left = valueIn(c, f, node.left, words);
	const right = valueIn(c, f, node.right, words);
	if (!left || !right) return undefined;
	if (left.kind !== 'number' || right.kind !== 'number') return { kind: 'binary', operator, left, right };
	const folded = fold(operator, left.value, right.value);
	if (folded === undefined)
		c.diagnostics.error('out-of-range', place(f, node, 'right'), 'a division by zero');
	return folded === undefined ? undefined : number(folded);
}

function fold(operator: BinaryOperator, a: bigint, b: bigint): bigint | undefined {
	switch (operator) {
		case '+':
			return wrap(a + b);
		case '-':
			return wrap(a - b);
		case '*':
			return wrap(a * b);
		case '/':
			return b === 0n ? undefined : wrap(a / b);
		case '%':
			return b === 0n ? undefined : wrap(a % b);
		case '&':
			return wrap(a & b);
		case '|':
			return wrap(a | b);
		case '^':
			return wrap(a ^ b);
		case '<<':
			return b < 0n || b >= WIDEST ? 0n : wrap(a << b);
		case '>>':
			return b < 0n || b >= WIDEST ? 0n : wrap((a & MASK) >> b);
	}
}

/** Small negative numbers stay so (a status is meant); all others have 64 bits, unsigned. */
function wrap(value: bigint): bigint {
	return value < 0n && value >= -(1n << 31n) ? value : value & MASK;
}

function member(c: Compilation, f: Frame, node: Member, words: readonly Word[]): Value | undefined {
	const name = node.subject?.named?.$refText ?? '';
	if (node.state !== undefined || node.request !== undefined) {
		c.diagnostics.error(
			'wrong-place',
			place(f, node),
			`'${textOf(node)}' is a condition, here a number is needed`,
		);
		return undefined;
	}
	if (node.member === undefined) return named(c, f, node, name, words);
	const fn = functionByName(name);
	if (fn) {
		const id = node.member === 'smc32' ? fn.smc32 : node.member === 'smc64' ? fn.smc64 : undefined;
		if (id !== undefined) return number(BigInt(id));
		const forms = [fn.smc32 === undefined ? '' : 'smc32', fn.smc64 === undefined ? '' : 'smc64'].filter(
			(x) => x,
		);
		c.unknown(place(f, node, 'member'), `form of ${fn.name}`, node.member, forms);
		return undefined;
	}
	const vcpu = vcpuOf(c, f, node.subject);
	if (vcpu === undefined) return undefined;
	return register(c, f, node, vcpu, node.member);
}

function register(c: Compilation, f: Frame, node: Member, vcpu: number, given: string): Value | undefined {
	const name = registerName(given);
	const firmware = name !== undefined && /^(PSCI|WORKAROUND|STD|VENDOR|FW)_/.test(name);
	if (name === undefined)
		c.unknown(
			place(f, node, 'member'),
			'register',
			given,
			REGISTERS.map((r) => r.name),
		);
	else if (name === 'mp_state' || firmware)
		c.diagnostics.error(
			'wrong-place',
			place(f, node, 'member'),
			name === 'mp_state' ? "compare a state with 'is': vcpu1 is STOPPED" : `read ${name} with 'get'`,
		);
	else return { kind: 'register', vcpu, register: name };
	return undefined;
}

/** As FORMAT spells it; any case is taken. */
export function registerName(given: string): string | undefined {
	const wanted = given.toUpperCase();
	return REGISTERS.find(({ name }) => name.toUpperCase() === wanted)?.name;
}

function named(
	c: Compilation,
	f: Frame,
	node: Member,
	name: string,
	words: readonly Word[],
): Value | undefined {
	const bound = f.names.get(name);
	if (bound) return bound.kind === 'vcpu' ? number(c.affinity(bound.index)) : bound.value;
	const result = /^x([0-3])$/.exec(name)?.[1];
	if (result !== undefined) return { kind: 'result', x: Number(result) as 0 | 1 | 2 | 3 };
	const word =
		wordNamed(words, name) ?? wordNamed(wordsOfResult(f.last.fn), name) ?? wordNamed(ANYWHERE, name);
	if (word) return number(word.value);
	const vcpu = vcpuNamed(f, name);
	if (vcpu !== undefined) return known(c, f, node, vcpu) ? number(c.affinity(vcpu)) : undefined;
	const candidates = [...f.names.all(), ...words.map((w) => w.name), ...ANYWHERE.map((w) => w.name)];
	c.unknown(place(f, node), 'name', name, candidates);
	return undefined;
}

/** The vCPU that a reference names; undefined: told what is wrong. */
export function vcpuOf(c: Compilation, f: Frame, node: Reference | undefined): number | undefined {
	const name = node?.named?.$refText;
	if (!node || name === undefined) return undefined;
	const bound: Bound | undefined = f.names.get(name);
	const index = bound?.kind === 'vcpu' ? bound.index : bound ? undefined : vcpuNamed(f, name);
	if (index === undefined) {
		c.unknown(place(f, node), 'vCPU', name, [...vcpuNames(c), 'self', ...f.names.all()]);
		return undefined;
	}
	return known(c, f, node, index) ? index : undefined;
}

function vcpuNames(c: Compilation): string[] {
	return [...c.mpidrs.keys()].map((index) => `vcpu${index}`);
}

function vcpuNamed(f: Frame, name: string): number | undefined {
	if (name === 'self') return f.self;
	const digits = /^vcpu(\d{1,3})$/.exec(name)?.[1];
	return digits === undefined ? undefined : Number(digits);
}

/** A vCPU that is not there is no mistake of itself (`no such vcpu` is KVM's answer), but rarely meant. */
function known(c: Compilation, f: Frame, node: Reference | Member, index: number): boolean {
	if (index >= 512) {
		c.diagnostics.error('out-of-range', place(f, node), 'a machine has at most 512 vCPUs: vcpu0 to vcpu511');
		return false;
	}
	// A machine that begins with none is put together by the lines.
	if (!f.absentMeant && !c.mpidrs.has(index) && c.machine.vcpus.length > 0) {
		const count = c.mpidrs.size;
		const says = count === 1 ? 'only vcpu0' : `vcpu0 to vcpu${count - 1}`;
		c.diagnostics.add(
			'warning',
			'unknown-name',
			place(f, node),
			`the machine has ${says}; 'vcpus ${index + 1}' would make this one`,
		);
	}
	return true;
}
