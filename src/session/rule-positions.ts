// Where in a session each rule of the model decides: a pass over all its decisions, made when first asked for. What is
// kept of a row is which list of rules decides it, as few lists decide most.

import { type RuleId, ruleOf } from '../kvm/index.ts';
import { KnownOfSession } from './known-of-session.ts';
import { PositionList } from './position-list.ts';
import { RowList } from './row-list.ts';
import type { Session } from './session.ts';
import { SharedPass } from './shared-pass.ts';

const found = new KnownOfSession<SharedPass<RulePositions>>();

/** Which decisions of a row are meant, by their rules: indices, ascending. */
type Which = (rules: readonly RuleId[]) => readonly number[];

export class RulePositions {
	readonly #rows = new RowList();
	/** for each of the rows, the number of the list that decides it */
	readonly #numbers = new RowList();
	readonly #lists: (readonly RuleId[])[] = [];
	readonly #byText = new Map<string, number>();
	readonly #byList = new WeakMap<readonly RuleId[], number>();

	/** Of `session`; the first time goes through all its decisions. */
	static of(session: Session, signal?: AbortSignal): Promise<RulePositions> {
		const begin = () => new SharedPass(RulePositions.#find(session));
		if (found.of(session, begin).isOver) found.forget(session);
		return found.of(session, begin).wait(signal);
	}

	static *#find(session: Session): Generator<number, RulePositions> {
		const positions = new RulePositions();
		yield* session.decided((row, { rules }) => {
			positions.#rows.push(row);
			positions.#numbers.push(positions.#numberOf(rules));
		});
		return positions;
	}

	#numberOf(rules: readonly RuleId[]): number {
		const known = this.#byList.get(rules);
		if (known !== undefined) return known;
		const text = rules.join();
		const number = this.#byText.get(text) ?? this.#lists.push(rules) - 1;
		this.#byText.set(text, number);
		this.#byList.set(rules, number);
		return number;
	}

	/** Positions at which the rule decides, ascending. */
	ofRule(id: string): Generator<number, Float64Array> {
		return this.#where((rules) => rules.flatMap((rule, n) => (rule === id ? n : [])));
	}

	/** Positions at which a rule decides that rests on the clause, ascending. */
	ofClause(id: string): Generator<number, Float64Array> {
		return this.#where((rules) => rules.flatMap((rule, n) => (ruleOf(rule).clauses.includes(id) ? n : [])));
	}

	/** Of each row, where a rule of each of the sets decides first; ascending. */
	ofFirst(sets: readonly ReadonlySet<string>[]): Generator<number, Float64Array> {
		return this.#where((rules) => {
			const firsts = sets.map((set) => rules.findIndex((rule) => set.has(rule)));
			return [...new Set(firsts)].filter((n) => n >= 0).sort((a, b) => a - b);
		});
	}

	*#where(which: Which): Generator<number, Float64Array> {
		const indices = this.#lists.map(which);
		const { rows } = this.#rows;
		const numbers = this.#numbers.rows;
		const positions = new PositionList();
		for (let i = 0; i < rows.length; i++) {
			if (i % 4096 === 4095) yield i;
			for (const index of indices[numbers[i] ?? -1] ?? []) positions.add(rows[i] ?? 0, index + 1);
		}
		return positions.codes;
	}
}
