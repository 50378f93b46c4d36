// The clause index: requirements of the documents that PSCI under KVM rests on, told in our own words,
// keyed by function and topic. Section numbers move between issues, so there is one per issue and only
// where a public source confirms it; the F.b column is complete for DEN0022.

import type { Clause } from './clause.ts';
import { GENERAL_CLAUSES } from './clauses-general.ts';
import { KVM_API_CLAUSES } from './clauses-kvm-api.ts';
import { PSCI_CLAUSES } from './clauses-psci.ts';

export const CLAUSES: readonly Clause[] = [...PSCI_CLAUSES, ...GENERAL_CLAUSES, ...KVM_API_CLAUSES];

const BY_ID: ReadonlyMap<string, Clause> = new Map(CLAUSES.map((clause) => [clause.id, clause]));

export function clauseById(id: string): Clause | undefined {
	return BY_ID.get(id);
}

/** All clauses about one function, in the document's order; empty for an unknown name. */
export function clausesOf(functionName: string): readonly Clause[] {
	return CLAUSES.filter((clause) => clause.function === functionName);
}
