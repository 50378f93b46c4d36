// What the specification panel's page and the extension say to each other.

import type { Mark } from './marks.ts';

/** To the page. */
export interface SpecificationState {
	readonly type: 'specification';
	/** all pages, to choose from */
	readonly pages: readonly string[];
	/** the page to show; undefined: there is none for the call */
	readonly page: string | undefined;
	/** its Markdown */
	readonly text: string;
	readonly marks: readonly Mark[];
	/** rule, clause or heading to scroll to; empty: none */
	readonly focus: string;
	/** what the session stands at; empty: no session */
	readonly following: string;
	/** the person went to another page than the session's */
	readonly away: boolean;
}

/** From the page. */
export type FromSpecification =
	/** the page is there (again) and wants the current state */
	| { readonly type: 'ready' }
	/** a link of the page shown, or a page chosen */
	| { readonly type: 'open'; readonly href: string }
	| { readonly type: 'choose'; readonly page: string }
	/** back to the page of the session */
	| { readonly type: 'follow' }
	/** open the Markdown file at a 1-based line */
	| { readonly type: 'source'; readonly line: number };

/** What a page sent, if it is a message at all: pages are not trusted. */
export function fromSpecification(message: unknown): FromSpecification | undefined {
	if (typeof message !== 'object' || message === null) return undefined;
	const { type, href, page, line } = message as Readonly<Record<string, unknown>>;
	if (type === 'ready' || type === 'follow') return { type };
	if (type === 'open' && typeof href === 'string') return { type, href };
	if (type === 'choose' && typeof page === 'string') return { type, page };
	if (type === 'source' && typeof line === 'number' && Number.isSafeInteger(line) && line > 0)
		return { type, line };
	return undefined;
}
