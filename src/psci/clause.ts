// What a clause of a document is, and which documents there are.

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
