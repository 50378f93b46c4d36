// What the session panel's page and the extension say to each other.

import type { Answers, Ask, Question } from '../session/panel/question.ts';
import type { SessionView } from '../session/view.ts';

/** To the page. */
export type ToPanel =
	/** `subject`: what the state is of; another one is another session */
	| {
			readonly type: 'state';
			readonly subject: string;
			readonly debugged: boolean;
			readonly view: SessionView;
	  }
	/** there is nothing to show, perhaps for a reason that a person should know */
	| { readonly type: 'empty'; readonly problem?: string }
	| Answered;

/** To any page that asks. */
export type Answered =
	| { readonly type: 'answer'; readonly id: number; readonly body: Answers[Ask] }
	| { readonly type: 'failure'; readonly id: number; readonly message: string };

/** From any page that asks. */
export interface Asking {
	readonly type: 'ask';
	readonly id: number;
	readonly question: Question;
}

/** From the page. `question` is looked at by whoever answers it. */
export type FromPanel =
	/** the page is there (again) and wants the current state */
	| { readonly type: 'ready' }
	/** show this 1-based line of the trace in the editor */
	| { readonly type: 'reveal'; readonly line: number }
	/** stand at the event of this row */
	| { readonly type: 'goto'; readonly row: number }
	/** tell what made this value, or the event of this row, what it is */
	| { readonly type: 'why'; readonly of: string | number }
	/** start debugging the trace in front */
	| { readonly type: 'start' }
	/** show the specification's page of a clause; an empty id: of the call */
	| { readonly type: 'specification'; readonly id: string }
	| { readonly type: 'ask'; readonly id: number; readonly question: unknown };

/** What a page sent, if it is a message at all: pages are not trusted. */
export function fromPanel(message: unknown): FromPanel | undefined {
	if (typeof message !== 'object' || message === null) return undefined;
	const { type, line, row, id, of, question } = message as Readonly<Record<string, unknown>>;
	if (type === 'ready' || type === 'start') return { type };
	if (type === 'specification' && typeof id === 'string') return { type, id };
	if (type === 'reveal' && isIndex(line) && line > 0) return { type, line };
	if (type === 'goto' && isIndex(row)) return { type, row };
	if (type === 'why' && (typeof of === 'string' || isIndex(of))) return { type, of };
	if (type === 'ask' && isIndex(id)) return { type, id, question };
	return undefined;
}

function isIndex(value: unknown): value is number {
	return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** Whether what came to a page is for it: other scripts and frames may post to it too. */
export function toPanel(message: unknown): ToPanel | undefined {
	if (typeof message !== 'object' || message === null) return undefined;
	const { type, id, view, subject } = message as Readonly<Record<string, unknown>>;
	const known =
		type === 'empty' ||
		(type === 'state' && typeof subject === 'string' && typeof view === 'object' && view !== null) ||
		((type === 'answer' || type === 'failure') && isIndex(id));
	// The extension is one program with this page: what is of a known type has its shape.
	return known ? (message as ToPanel) : undefined;
}
