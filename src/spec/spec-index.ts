// Where in the documents a rule or a clause stands.

import type { Anchor, AnchorKind, SpecPage } from './page.ts';

export interface SpecPlace {
	readonly page: SpecPage;
	/** 1-based */
	readonly line: number;
	readonly anchor: Anchor;
}

export interface SpecIndex {
	readonly pages: readonly SpecPage[];
	/** the page of this name (`psci/CPU_ON.md`) */
	page(name: string): SpecPage | undefined;
	rule(id: string): SpecPlace | undefined;
	clause(id: string): SpecPlace | undefined;
	/** the rule or clause on a line of a page, exactly */
	at(pageName: string, line: number): SpecPlace | undefined;
}

/** Of two lines with one id the first counts; a test of spec/ sees to it that there are none. */
export function specIndex(pages: readonly SpecPage[]): SpecIndex {
	const places: Readonly<Record<AnchorKind, Map<string, SpecPlace>>> = { rule: new Map(), clause: new Map() };
	const lines = new Map<string, SpecPlace>();
	for (const page of pages) {
		for (const anchor of page.anchors) {
			const place = { page, line: anchor.line, anchor };
			if (!places[anchor.kind].has(anchor.id)) places[anchor.kind].set(anchor.id, place);
			lines.set(`${page.name}:${anchor.line}`, place);
		}
	}
	return {
		pages,
		page: (name) => pages.find((page) => page.name === name),
		rule: (id) => places.rule.get(id),
		clause: (id) => places.clause.get(id),
		at: (pageName, line) => lines.get(`${pageName}:${line}`),
	};
}
