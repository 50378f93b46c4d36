// What a statement that acts asks of KVM, and what is made of the answer.

import { type Answer, type Decision, MP_STATE, type Operation } from '../kvm/index.ts';
import type { OperationTemplate } from './statement.ts';
import type { Sleep } from './thread.ts';
import { numberOf, type Sight } from './values.ts';

export function operationOf(template: OperationTemplate, sight: Sight): Operation {
	const number = (e: Parameters<typeof numberOf>[0]) => BigInt.asUintN(64, numberOf(e, sight));
	switch (template.op) {
		case 'call':
			return { ...template, x: template.x.map(number) };
		case 'set_reg':
			return { ...template, value: number(template.value) };
		case 'enable_cap':
			return { ...template, arg0: number(template.arg0) };
		default:
			return template;
	}
}

/** How a guest's vCPU is asleep after an operation; undefined: it is not. */
export function howAsleep(
	answer: Answer,
	decisions: readonly Decision[],
	mpState: number,
): Sleep['how'] | undefined {
	if (mpState !== MP_STATE.RUNNABLE) return 'off';
	if (!('outcome' in answer) || answer.outcome !== 'blocked') return undefined;
	return decisions.some(({ rule }) => rule === 'run.guest_spins') ? 'spins' : 'waits';
}

/** What `into` keeps. */
export function kept(answer: Answer, result: readonly bigint[] | undefined): bigint {
	if (result) return result[0] ?? 0n;
	if (!('r' in answer)) return 0n;
	if (answer.value !== undefined) return answer.value;
	const number = answer.mp ?? answer.r;
	return typeof number === 'number' ? BigInt.asUintN(64, BigInt(number)) : 0n;
}

/** Entering, leaving and sleeping are the run loop's business; the rule before them decided. */
const AROUND = /^(run|call|observe)\./;

export function decidingRule(decisions: readonly Decision[]): string | undefined {
	return (decisions.findLast(({ rule }) => !AROUND.test(rule)) ?? decisions.at(-1))?.rule;
}
