// Where in a session each rule of the model decides: a pass over all its decisions, made when first asked for.

import { type RuleId, ruleOf } from '../kvm/index.ts';
import { KnownOfSession } from './known-of-session.ts';
import { positionCode } from './position.ts';
import type { Session } from './session.ts';
import { sliced } from './sliced.ts';

const found = new KnownOfSession<Promise<RulePositions>>();

export class RulePositions {
	readonly #byRule = new Map<string, number[]>();

	/** Of `session`; the first time goes through all its decisions. */
	static of(session: Session, signal?: AbortSignal): Promise<RulePositions> {
		return found.of(session, () => {
			const positions = sliced(RulePositions.#find(session), signal);
			// What was cancelled is not known: whoever asks next begins anew.
			positions.catch(() => found.forget(session));
			return positions;
		});
	}

	static *#find(session: Session): Generator<number, RulePositions> {
		const positions = new RulePositions();
		let n = 0;
		for (const row of session.decidedRows()) {
			if (n++ % 16 === 15) yield row;
			session.decisionsAt(row).forEach(({ rule }, decision) => {
				positions.#add(rule, positionCode({ row, decision: decision + 1 }));
			});
		}
		return positions;
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
