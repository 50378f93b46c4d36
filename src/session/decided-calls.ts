// The calls of a recording that a rule decided, or whose rules rest on a clause: for "find all references".

import { RULE_IDS, ruleOf } from '../kvm/index.ts';
import { positionOf } from './position.ts';
import { RulePositions } from './rule-positions.ts';
import type { Session } from './session.ts';

/** 1-based lines of the calls' sites, ascending. */
export async function linesDecidedBy(
	session: Session,
	kind: 'rule' | 'clause',
	id: string,
): Promise<number[]> {
	const { calls, trace } = session;
	const positions = await RulePositions.of(session);
	const found = new Set<number>();
	for (const code of kind === 'rule' ? positions.ofRule(id) : positions.ofClause(id)) {
		const { row } = positionOf(code);
		const index = calls.around(trace.events.vm(row), trace.events.vcpu(row), row);
		found.add(trace.events.line(index >= 0 ? calls.site(index) : row));
	}
	return [...found].sort((a, b) => a - b);
}

/** The rules that rest on a clause. */
export function rulesOnClause(id: string): readonly string[] {
	return RULE_IDS.filter((rule) => ruleOf(rule).clauses.includes(id));
}
