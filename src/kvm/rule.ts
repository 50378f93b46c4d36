/** One thing that KVM does or checks. Rules are keyed by a stable id, `function.condition`. */
export interface Rule {
	/** one sentence, in our own words: what holds when this rule decides */
	readonly says: string;
	/** ids of the clauses it rests on, or departs from (psci/clauses.ts) */
	readonly clauses: readonly string[];
	/** kernel file, of 7.2 unless a version stands with it */
	readonly source: string;
}

export type RuleTable = Readonly<Record<string, Rule>>;
