// What a panel's page asks about its session besides the current state, and the answers' types. Questions come from
// pages and from clients of the adapter: neither is trusted.

import type { FindingsView } from '../findings/findings-view.ts';
import type { RangeSummary, TileMarks, TimelineTile } from '../timeline/tile.ts';
import type { ExitRow } from './exit-list.ts';
import type { RequestList } from './request-list.ts';

export type Question =
	| { readonly ask: 'timeline'; readonly from: number; readonly to: number; readonly columns: number }
	/** of a timeline's range, only what changes while one looks at it */
	| { readonly ask: 'marks'; readonly from: number; readonly to: number; readonly columns: number }
	| { readonly ask: 'range'; readonly from: number; readonly to: number }
	/** events that have this text; an empty one ends the search */
	| { readonly ask: 'search'; readonly text: string }
	| { readonly ask: 'near'; readonly time: number; readonly lane: number }
	/** all system events */
	| { readonly ask: 'exits' }
	/** all request bits, pending and consumed */
	| { readonly ask: 'requests' }
	/** what the event table lists from now on: where this expression holds, or which have this text; empty: all */
	| { readonly ask: 'filter'; readonly text: string }
	/** so many of the listed events, from the given one on */
	| { readonly ask: 'events'; readonly from: number; readonly count: number }
	/** which of the listed events is the one of this row, or the next after it */
	| { readonly ask: 'index'; readonly row: number }
	/** what is wrong in the session */
	| { readonly ask: 'findings' };

/** What was found: marked in the timeline from then on. */
export interface SearchResult {
	readonly count: number;
	/** there are more than were looked for */
	readonly more: boolean;
	/** rows of the first ones */
	readonly rows: readonly number[];
}

export interface FilterResult {
	/** events that are listed */
	readonly count: number;
	/** what is wrong with the expression; the list is then what it was */
	readonly problem: string;
}

export interface EventRow {
	readonly row: number;
	readonly line: number;
	readonly time: string;
	readonly vcpu: string;
	readonly kind: string;
	readonly text: string;
	/** the event is a call's first one */
	readonly call: boolean;
}

export interface ExitList {
	/** the last ones where there are many */
	readonly exits: readonly ExitRow[];
	readonly count: number;
}

export interface Answers {
	readonly timeline: TimelineTile;
	readonly marks: TileMarks;
	readonly range: RangeSummary;
	readonly search: SearchResult;
	readonly near: { readonly row: number };
	readonly exits: ExitList;
	readonly requests: RequestList;
	readonly filter: FilterResult;
	readonly events: { readonly events: readonly EventRow[] };
	readonly index: { readonly index: number };
	readonly findings: FindingsView;
}

export type Ask = Question['ask'];
export type AnswerTo<Q extends Question> = Answers[Q['ask']];

/** Longer is no text that a person searches for. */
const LONGEST = 500;

/** The question, if it is one. */
export function asQuestion(raw: unknown): Question | undefined {
	if (typeof raw !== 'object' || raw === null) return undefined;
	const { ask, from, to, columns, text, time, lane, count, row } = raw as Readonly<Record<string, unknown>>;
	if ((ask === 'timeline' || ask === 'marks') && isTime(from) && isTime(to) && isTime(columns))
		return { ask, from, to, columns };
	if (ask === 'range' && isTime(from) && isTime(to)) return { ask, from, to };
	if ((ask === 'search' || ask === 'filter') && typeof text === 'string' && text.length <= LONGEST)
		return { ask, text };
	if (ask === 'events' && isIndex(from) && isIndex(count)) return { ask, from, count };
	if (ask === 'index' && isIndex(row)) return { ask, row };
	if (ask === 'near' && isTime(time) && Number.isSafeInteger(lane)) return { ask, time, lane: Number(lane) };
	if (ask === 'exits' || ask === 'requests' || ask === 'findings') return { ask };
	return undefined;
}

function isIndex(value: unknown): value is number {
	return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isTime(value: unknown): value is number {
	return typeof value === 'number' && Number.isFinite(value);
}
