// A decision of the model as named values: what it looked at, what came of it, what it changed.

import { type Decision, type Value as ModelValue, ruleOf } from '../kvm/index.ts';
import type { Value } from './inspect.ts';
import { mpStateName } from './kvm-names.ts';

const MODELLED = { provenance: 'modelled' } as const;

export function decisionValues(decision: Decision): Value[] {
	return [
		{ name: 'rule', path: 'decision.rule', text: decision.rule, origin: MODELLED },
		{ name: 'says', path: 'decision.says', text: ruleOf(decision.rule).says },
		{ name: 'source', path: 'decision.source', text: ruleOf(decision.rule).source },
		{ name: 'outcome', path: 'decision.outcome', text: decision.outcome, origin: MODELLED },
		...decision.looked.map(({ name, value }) => ({
			name,
			path: `decision.${name}`,
			text: modelText(value, name),
			origin: MODELLED,
		})),
		...decision.effects.map((effect) => {
			const name = effect.vcpu === undefined ? effect.field : `vcpu[${effect.vcpu}].${effect.field}`;
			const text = `${modelText(effect.before, name)} → ${modelText(effect.after, name)}`;
			return { name, path: `decision.effects.${name}`, text, origin: MODELLED };
		}),
	];
}

/** Numbers as the kernel prints registers, states by name; an empty list of requests as `none`. */
export function modelText(value: ModelValue | undefined, name = ''): string {
	if (value === undefined) return '?';
	if (name.endsWith('mp_state') && typeof value !== 'string') return mpStateName(Number(value));
	if (value === '') return 'none';
	if (typeof value === 'bigint') return `0x${BigInt.asUintN(64, value).toString(16)}`;
	if (typeof value === 'number' && value > 9) return `0x${value.toString(16)}`;
	return String(value);
}
