// Where in a recording each rule of the model decides: a pass over all its calls, made when first asked for.

import { type RuleId, ruleOf } from '../kvm/index.ts';
import { modelledCall } from './modelled-call.ts';
import { positionCode } from './position.ts';
import { callAnchor } from './recorded-call.ts';
import type { RecordedSession } from './recorded-session.ts';

export class RulePositions {
	readonly #byRule = new Map<string, number[]>();

	/** Yields now and then, so that a long pass can be sliced. */
	static *find(session: RecordedSession): Generator<number, RulePositions> {
		const found = new RulePositions();
		for (let index = 0; index < session.calls.length; index++) {
			if (index % 256 === 255) yield index;
			const rows = session.calls.at(index);
			if (!rows) continue;
			const anchor = callAnchor(rows);
			modelledCall(session, index)?.decisions.forEach(({ rule }, n) => {
				found.#add(rule, positionCode({ row: anchor, decision: n + 1 }));
			});
		}
		return found;
	}

	/** Positions at which the rule decides, ascending. */
	ofRule(id: string): readonly number[] {
		return (this.#byRule.get(id) ?? []).toSorted((a, b) => a - b);
	}

	/** Positions at which a rule decides that rests on the clause, ascending. */
	ofClause(id: string): readonly number[] {
		const rules = [...this.#byRule.keys()].filter((rule) => ruleOf(rule as RuleId).clauses.includes(id));
		return rules.flatMap((rule) => this.#byRule.get(rule) ?? []).sort((a, b) => a - b);
	}

	#add(rule: string, position: number): void {
		const list = this.#byRule.get(rule);
		if (list) list.push(position);
		else this.#byRule.set(rule, [position]);
	}
}
