// What the session panel's page and the extension say to each other.

import type { SessionView } from '../session/view.ts';

/** To the page. */
export type ToPanel =
	| { readonly type: 'state'; readonly view: SessionView }
	/** no session is stopped */
	| { readonly type: 'empty' };

/** From the page. */
export type FromPanel =
	/** the page is there (again) and wants the current state */
	| { readonly type: 'ready' }
	/** show this 1-based line of the trace in the editor */
	| { readonly type: 'reveal'; readonly line: number }
	/** start debugging the trace in front */
	| { readonly type: 'start' }
	/** show the specification's page of the call */
	| { readonly type: 'specification' };

/** What a page sent, if it is a message at all: pages are not trusted. */
export function fromPanel(message: unknown): FromPanel | undefined {
	if (typeof message !== 'object' || message === null || !('type' in message)) return undefined;
	const { type, line } = message as { type: unknown; line?: unknown };
	if (type === 'ready' || type === 'start' || type === 'specification') return { type };
	if (type === 'reveal' && typeof line === 'number' && Number.isSafeInteger(line) && line > 0)
		return { type, line };
	return undefined;
}
