// The clause index: requirements of the documents that PSCI under KVM rests on, told in our own words,
// keyed by function and topic. Section numbers move between issues, so there is one per issue and only
// where a public source confirms it; the F.b column is complete for DEN0022.

import { GENERAL_CLAUSES } from './clauses-general.ts';
import { KVM_API_CLAUSES } from './clauses-kvm-api.ts';
import { PSCI_CLAUSES } from './clauses-psci.ts';

/** Issues of DEN0022 for which a section number is known: A 0.1, C 1.0, D and D.b 1.1, F.b 1.3. */
export type Issue = 'F.b' | 'D' | 'C' | 'A';

export type ClauseDocument = 'DEN0022' | 'DEN0028' | 'DEN0098' | 'DEN0057' | 'KVM API';

export interface Clause {
	/** stable: `CPU_ON.use` */
	readonly id: string;
	readonly document: ClauseDocument;
	/** the function it is about (a name of the function table), or `general` */
	readonly function: string;
	readonly title: string;
	/** section numbers that are confirmed; an issue that is missing is not verified, not absent */
	readonly sections: { readonly [issue in Issue]?: string };
	/** the requirement, in our own words */
	readonly summary: string;
}

/** Where the document itself can be read. */
export const DOCUMENT_LINKS: Readonly<Record<ClauseDocument, string>> = {
	DEN0022: 'https://developer.arm.com/documentation/den0022/latest/',
	DEN0028: 'https://developer.arm.com/documentation/den0028/latest/',
	DEN0098: 'https://developer.arm.com/documentation/den0098/latest/',
	DEN0057: 'https://developer.arm.com/documentation/den0057/latest/',
	'KVM API': 'https://docs.kernel.org/virt/kvm/api.html',
};

export const CLAUSES: readonly Clause[] = [...PSCI_CLAUSES, ...GENERAL_CLAUSES, ...KVM_API_CLAUSES];

const BY_ID: ReadonlyMap<string, Clause> = new Map(CLAUSES.map((clause) => [clause.id, clause]));

export function clauseById(id: string): Clause | undefined {
	return BY_ID.get(id);
}

/** All clauses about one function, in the document's order; empty for an unknown name. */
export function clausesOf(functionName: string): readonly Clause[] {
	return CLAUSES.filter((clause) => clause.function === functionName);
}
