// Which vCPUs a condition looks at. A condition that looks at none depends on the program's own variables only.

import type { Expectation } from './expectation.ts';
import type { Condition, Expression } from './expression.ts';

export interface Reads {
	readonly vcpus: readonly number[];
	readonly machine: boolean;
	/** labels that were reached */
	readonly labels: boolean;
}

const NOTHING: Reads = { vcpus: [], machine: false, labels: false };

export function conditionReads(condition: Condition): Reads {
	switch (condition.kind) {
		case 'compare':
			return both(expressionReads(condition.left), expressionReads(condition.right));
		case 'state':
		case 'request':
		case 'asleep':
			return { ...NOTHING, vcpus: [condition.vcpu] };
		case 'machine':
			return { ...NOTHING, machine: true };
		case 'reached':
			return { ...NOTHING, labels: true };
		case 'kernel':
			return NOTHING;
		case 'not':
			return conditionReads(condition.condition);
		case 'all':
		case 'any':
			return condition.conditions.map(conditionReads).reduce(both, NOTHING);
	}
}

export function expressionReads(expression: Expression): Reads {
	switch (expression.kind) {
		case 'number':
		case 'variable':
		case 'result':
			return NOTHING;
		case 'register':
			return { ...NOTHING, vcpus: [expression.vcpu] };
		case 'unary':
			return expressionReads(expression.operand);
		case 'binary':
			return both(expressionReads(expression.left), expressionReads(expression.right));
	}
}

function expectationReads({ what, where }: Expectation): Reads {
	const guard = where ? conditionReads(where) : NOTHING;
	switch (what.kind) {
		case 'condition':
			return both(guard, conditionReads(what.condition));
		case 'result':
			return what.anyOf.map(expressionReads).reduce(both, guard);
		case 'value':
			return both(guard, expressionReads(what.value));
		case 'system_event':
			return what.flags ? both(guard, expressionReads(what.flags)) : guard;
		case 'hypercall':
			return [what.nr, what.flags].reduce((reads, e) => (e ? both(reads, expressionReads(e)) : reads), guard);
		default:
			return guard;
	}
}

export function expectationsRead(expectations: readonly Expectation[]): Reads {
	return expectations.map(expectationReads).reduce(both, NOTHING);
}

export function looksAtNothing({ vcpus, machine, labels }: Reads): boolean {
	return vcpus.length === 0 && !machine && !labels;
}

function both(a: Reads, b: Reads): Reads {
	return {
		vcpus: [...a.vcpus, ...b.vcpus],
		machine: a.machine || b.machine,
		labels: a.labels || b.labels,
	};
}
