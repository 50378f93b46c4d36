// What took part in the call that the session stands at, for the lines of the specification: the rules in
// the order in which they were looked at, and the clauses that they rest on.

import type { CallView } from '../session/view.ts';

/** passed: looked at, the call went on; deciding: gives the answer; here: the debugger stands at it; ahead: comes later. */
export type MarkKind = 'passed' | 'deciding' | 'here' | 'ahead';

export interface Mark {
	/** of a rule or clause */
	readonly id: string;
	readonly kind: MarkKind;
	/** what came of it, or the rule that rests on the clause */
	readonly text: string;
}

/** `onPage` tells the rules of the function's own page: what comes after the last of them only carries out. */
export function marksOf(call: CallView | undefined, onPage: (rule: string) => boolean): Mark[] {
	const decisions = call?.model?.decisions ?? [];
	const current = decisions.findIndex((d) => d.current);
	const own = decisions.findLastIndex((d) => onPage(d.rule));
	const deciding = own < 0 ? decisions.length - 1 : own;
	const rules = decisions.map((decision, i): Mark => {
		const kind =
			i === current ? 'here' : current >= 0 && i > current ? 'ahead' : i === deciding ? 'deciding' : 'passed';
		return { id: decision.rule, kind, text: decision.outcome };
	});
	const clauses = new Map<string, Mark>();
	for (const [i, decision] of decisions.entries()) {
		const kind = rules[i]?.kind ?? 'passed';
		for (const id of decision.clauses) {
			const known = clauses.get(id);
			if (!known || RANK[kind] > RANK[known.kind]) clauses.set(id, { id, kind, text: decision.rule });
		}
	}
	return [...rules, ...clauses.values()];
}

const RANK: Readonly<Record<MarkKind, number>> = { ahead: 0, passed: 1, deciding: 2, here: 3 };
