// Conditions of a scenario: comparisons, states and requests of vCPUs, the machine's state, the kernel.

import { MP_STATE_NAMES, PROFILES, REQUEST, type RequestName } from '../../kvm/index.ts';
import type { Comparison, Condition, KernelCondition } from '../expression.ts';
import type { Compilation } from './compilation.ts';
import { type Frame, place } from './frame.ts';
import type { Binary, Expression, Member } from './generated/ast.ts';
import { smallNumber, unquoted } from './literals.ts';
import { textOf } from './node-place.ts';
import { checkState } from './possible.ts';
import { constantIn, valueIn, vcpuOf } from './values.ts';
import { ARM64_STATES, MP_STATES, type Word, wordsOfResult } from './vocabulary.ts';

const COMPARISONS: readonly Comparison[] = ['==', '!=', '<', '<=', '>', '>='];
const TURNED: Readonly<Record<Comparison, Comparison>> = {
	'==': '==',
	'!=': '!=',
	'<': '>',
	'<=': '>=',
	'>': '<',
	'>=': '<=',
};
const MACHINE_STATES = ['running', 'off', 'hibernated'] as const;

export function conditionOf(c: Compilation, f: Frame, node: Expression | undefined): Condition | undefined {
	if (!node) return undefined;
	switch (node.$type) {
		case 'Group':
			return conditionOf(c, f, node.inner);
		case 'Unary': {
			if (node.operator !== 'not') break;
			const condition = conditionOf(c, f, node.operand);
			return condition && { kind: 'not', condition };
		}
		case 'Binary':
			return combined(c, f, node);
		case 'MachineIs': {
			const state = MACHINE_STATES.find((known) => known === node.state);
			if (state) return { kind: 'machine', state };
			c.unknown(place(f, node, 'state'), 'state of a machine', node.state ?? '', MACHINE_STATES);
			return undefined;
		}
		case 'Reached': {
			const label = node.label?.named?.$refText ?? '';
			if (c.labels.has(label)) return { kind: 'reached', label };
			c.unknown(place(f, node, 'label'), 'label', label, c.labels);
			return undefined;
		}
		case 'Member':
			return ofVcpu(c, f, node);
		default:
			break;
	}
	c.diagnostics.error(
		'wrong-place',
		place(f, node),
		`'${textOf(node)}' is no condition: compare it with something`,
	);
	return undefined;
}

/** A condition about the kernel alone. */
export function kernelConditionOf(c: Compilation, f: Frame, node: Expression): KernelCondition | undefined {
	const condition = conditionOf(c, f, node);
	if (!condition) return undefined;
	const kernel = onlyKernel(condition);
	if (!kernel)
		c.diagnostics.error(
			'wrong-place',
			place(f, node),
			'a scenario can only need a kernel: needs kernel >= 6.13',
		);
	return kernel;
}

function onlyKernel(condition: Condition): KernelCondition | undefined {
	switch (condition.kind) {
		case 'kernel':
			return condition;
		case 'not': {
			const inner = onlyKernel(condition.condition);
			return inner && { kind: 'not', condition: inner };
		}
		case 'all':
		case 'any': {
			const all = condition.conditions.map(onlyKernel);
			const conditions = all.filter((inner) => inner !== undefined);
			return conditions.length === all.length ? { kind: condition.kind, conditions } : undefined;
		}
		default:
			return undefined;
	}
}

function combined(c: Compilation, f: Frame, node: Binary): Condition | undefined {
	if (node.operator === 'and' || node.operator === 'or') {
		const left = conditionOf(c, f, node.left);
		const right = conditionOf(c, f, node.right);
		return left && right && { kind: node.operator === 'and' ? 'all' : 'any', conditions: [left, right] };
	}
	const operator = COMPARISONS.find((known) => known === node.operator);
	if (!operator) {
		c.diagnostics.error(
			'wrong-place',
			place(f, node),
			`'${textOf(node)}' is a number: compare it with something`,
		);
		return undefined;
	}
	if (node.left?.$type === 'KernelName') return ofKernel(c, f, node.right, operator);
	if (node.right?.$type === 'KernelName') return ofKernel(c, f, node.left, TURNED[operator]);
	if (node.left?.$type === 'Member' && node.left.member === 'mp_state')
		return ofState(c, f, node.left, operator, node.right);
	const words: readonly Word[] = wordsOfResult(f.last.fn);
	const left = valueIn(c, f, node.left, words);
	const right = valueIn(c, f, node.right, words);
	return left && right && { kind: 'compare', operator, left, right };
}

function ofKernel(
	c: Compilation,
	f: Frame,
	node: Expression | undefined,
	operator: Comparison,
): Condition | undefined {
	if (!node) return undefined;
	const name = unquoted(textOf(node));
	const profile = PROFILES.find((known) => known.name === name);
	const series = profile?.release === 'as posted';
	if (profile && (!series || operator === '==' || operator === '!='))
		return { kind: 'kernel', operator, name };
	const names = PROFILES.map((known) => known.name);
	if (series)
		c.diagnostics.error('wrong-place', place(f, node), `${name} was never in a release: only == and != go`);
	else
		c.diagnostics.error(
			'unknown-name',
			place(f, node),
			`KVM is not told apart at '${name}'; the kernels are ${names.join(', ')}`,
		);
	return undefined;
}

function ofVcpu(c: Compilation, f: Frame, node: Member): Condition | undefined {
	if (node.state === undefined && node.request === undefined) {
		c.diagnostics.error(
			'wrong-place',
			place(f, node),
			`'${textOf(node)}' is no condition: compare it with something`,
		);
		return undefined;
	}
	const vcpu = vcpuOf(c, f, node.subject);
	if (vcpu === undefined) return undefined;
	if (node.request !== undefined) {
		const request = (Object.keys(REQUEST) as RequestName[]).find((known) => known === node.request);
		if (request) return { kind: 'request', vcpu, request };
		c.unknown(place(f, node, 'request'), 'request', node.request, Object.keys(REQUEST));
		return undefined;
	}
	if (node.state === 'asleep') return { kind: 'asleep', vcpu };
	const state = stateNumber(c, f, node, node.state ?? '');
	return state === undefined ? undefined : { kind: 'state', vcpu, state };
}

function ofState(
	c: Compilation,
	f: Frame,
	left: Member,
	operator: Comparison,
	right: Expression,
): Condition | undefined {
	const vcpu = vcpuOf(c, f, left.subject);
	const state = smallNumber(constantIn(c, f, right, MP_STATES), 0xffffffff);
	if (vcpu === undefined || state === undefined) return undefined;
	if (operator === '==') return { kind: 'state', vcpu, state };
	if (operator === '!=') return { kind: 'not', condition: { kind: 'state', vcpu, state } };
	c.diagnostics.error('wrong-place', place(f, left), 'states are equal or not: == or !=');
	return undefined;
}

/** The number of a state by its name; tells where this kernel can never show it. */
export function stateNumber(
	c: Compilation,
	f: Frame,
	node: Parameters<typeof place>[1],
	given: string,
): number | undefined {
	const at = place(f, node, 'state');
	const number = /^\d+$/.test(given) ? Number(given) : MP_STATE_NAMES.indexOf(given);
	if (number < 0) {
		c.unknown(at, 'state', given, [...ARM64_STATES, 'asleep']);
		return undefined;
	}
	checkState(c, at, number);
	return number;
}
