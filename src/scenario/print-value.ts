// Expressions and conditions as text of the language.

import { MP_STATE_NAMES } from '../kvm/index.ts';
import type { Condition, Expression } from './expression.ts';
import type { Word } from './language/vocabulary.ts';

export function hex(value: bigint): string {
	const sign = value < 0n ? '-' : '';
	const abs = value < 0n ? -value : value;
	return abs < 10n ? `${sign}${abs}` : `${sign}0x${abs.toString(16)}`;
}

/** A name of `words` where the value has one. */
export function valueText(expression: Expression, words: readonly Word[] = []): string {
	switch (expression.kind) {
		case 'number':
			return words.find(({ value }) => value === expression.value)?.name ?? hex(expression.value);
		case 'variable':
			return expression.name;
		case 'result':
			return `x${expression.x}`;
		case 'register':
			return `vcpu${expression.vcpu}.${expression.register}`;
		case 'unary':
			return `${expression.operator}(${valueText(expression.operand)})`;
		case 'binary':
			return `(${valueText(expression.left)} ${expression.operator} ${valueText(expression.right)})`;
	}
}

export function conditionText(condition: Condition): string {
	switch (condition.kind) {
		case 'compare':
			return `${valueText(condition.left)} ${condition.operator} ${valueText(condition.right)}`;
		case 'state':
			return `vcpu${condition.vcpu} is ${MP_STATE_NAMES[condition.state] ?? condition.state}`;
		case 'request':
			return `vcpu${condition.vcpu} pending ${condition.request}`;
		case 'asleep':
			return `vcpu${condition.vcpu} is asleep`;
		case 'machine':
			return `machine is ${condition.state}`;
		case 'kernel':
			return `kernel ${condition.operator} ${condition.name}`;
		case 'reached':
			return `reached ${condition.label}`;
		case 'not':
			// Twice not, as a loop's end turned round makes it, says nothing.
			return condition.condition.kind === 'not'
				? conditionText(condition.condition.condition)
				: `not (${conditionText(condition.condition)})`;
		case 'all':
		case 'any':
			return condition.conditions
				.map((part) => `(${conditionText(part)})`)
				.join(condition.kind === 'all' ? ' and ' : ' or ');
	}
}
