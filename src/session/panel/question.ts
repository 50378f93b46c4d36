// What a panel's page asks about its session besides the current state, and the answers' types. Questions come from
// pages and from clients of the adapter: neither is trusted.

import type { RangeSummary, TimelineTile } from '../timeline/tile.ts';

export type Question =
	| { readonly ask: 'timeline'; readonly from: number; readonly to: number; readonly columns: number }
	| { readonly ask: 'range'; readonly from: number; readonly to: number }
	/** events that have this text; an empty one ends the search */
	| { readonly ask: 'search'; readonly text: string }
	| { readonly ask: 'near'; readonly time: number; readonly lane: number };

/** What was found: marked in the timeline from then on. */
export interface SearchResult {
	readonly count: number;
	/** there are more than were looked for */
	readonly more: boolean;
	/** rows of the first ones */
	readonly rows: readonly number[];
}

export interface Answers {
	readonly timeline: TimelineTile;
	readonly range: RangeSummary;
	readonly search: SearchResult;
	readonly near: { readonly row: number };
}

export type Ask = Question['ask'];
export type AnswerTo<Q extends Question> = Answers[Q['ask']];

/** Longer is no text that a person searches for. */
const LONGEST = 500;

/** The question, if it is one. */
export function asQuestion(raw: unknown): Question | undefined {
	if (typeof raw !== 'object' || raw === null) return undefined;
	const { ask, from, to, columns, text, time, lane } = raw as Readonly<Record<string, unknown>>;
	if (ask === 'timeline' && isTime(from) && isTime(to) && isTime(columns)) return { ask, from, to, columns };
	if (ask === 'range' && isTime(from) && isTime(to)) return { ask, from, to };
	if (ask === 'search' && typeof text === 'string' && text.length <= LONGEST) return { ask, text };
	if (ask === 'near' && isTime(time) && Number.isSafeInteger(lane)) return { ask, time, lane: Number(lane) };
	return undefined;
}

function isTime(value: unknown): value is number {
	return typeof value === 'number' && Number.isFinite(value);
}
