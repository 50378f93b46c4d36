// The calls of a recording that a rule decided, or whose rules rest on a clause: for "find all references".

import { RULE_IDS, ruleOf } from '../kvm/index.ts';
import { positionOf } from './position.ts';
import { type Positions, positionsOfClause, positionsOfRule } from './predicates.ts';
import type { Session } from './session.ts';
import { sliced } from './sliced.ts';

/** 1-based lines of the calls' sites, ascending. */
export async function linesDecidedBy(
	session: Session,
	kind: 'rule' | 'clause',
	id: string,
): Promise<number[]> {
	const find = kind === 'rule' ? positionsOfRule : positionsOfClause;
	return sliced(linesOf(session, await find(session, id)));
}

function* linesOf({ calls, trace }: Session, positions: Positions): Generator<number, number[]> {
	const { events } = trace;
	const found = new Set<number>();
	for (let n = 0; n < positions.length; n++) {
		if (n % 1024 === 1023) yield n;
		const { row } = positionOf(positions[n] ?? 0);
		const index = calls.around(events.vm(row), events.vcpu(row), row);
		found.add(events.line(index >= 0 ? calls.site(index) : row));
	}
	return [...found].sort((a, b) => a - b);
}

/** The rules that rest on a clause. */
export function rulesOnClause(id: string): readonly string[] {
	return RULE_IDS.filter((rule) => ruleOf(rule).clauses.includes(id));
}
