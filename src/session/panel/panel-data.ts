// Answers a panel's questions about one session. What takes a pass over all events is made when it is first asked
// for, in slices, and kept.

import { describeEvent } from '../describe.ts';
import { type Findings, findFindings } from '../findings/find.ts';
import { findingsView, marksOf as marksOfFindings } from '../findings/findings-view.ts';
import type { Session } from '../session.ts';
import { sliced } from '../sliced.ts';
import type { TileMarks, TileQuery, TimelineTile } from '../timeline/tile.ts';
import { type MarkedRows, marksOf, rangeOf, rowNear, tileOf } from '../timeline/timeline.ts';
import { TimelineIndex } from '../timeline/timeline-index.ts';
import { EventList } from './event-list.ts';
import { exitAt } from './exit-list.ts';
import type { Answers, AnswerTo, Question, SearchResult } from './question.ts';
import { type RequestList, requestList } from './request-list.ts';
import { searchText } from './search-text.ts';

/** Rows that a page is told of one by one. */
const MOST_ROWS = 200;

/** Marks that only the asker knows of. */
export type Marks = () => Pick<MarkedRows, 'breakpoints'>;

export class PanelData {
	readonly #session: Session;
	readonly #abort = new AbortController();
	#index: Promise<TimelineIndex> | undefined;
	#rebuilding = false;
	/** the range that was asked for last */
	#drawn: { readonly index: TimelineIndex; readonly key: string; readonly tile: TimelineTile } | undefined;
	#requests: Promise<RequestList> | undefined;
	#findings: Promise<Findings> | undefined;
	/** marks of the findings, once they are known */
	#marks: { row: number; text: string }[] = [];
	readonly #table: EventList;
	#searching: AbortController | undefined;
	#found: readonly number[] = [];

	constructor(session: Session) {
		this.#session = session;
		this.#table = new EventList(session);
	}

	get session(): Session {
		return this.#session;
	}

	/** Ends what still runs; answers that are waited for fail. */
	dispose(): void {
		this.#abort.abort();
		this.#searching?.abort();
		this.#table.dispose();
	}

	async answer<Q extends Question>(question: Q, marks?: Marks): Promise<AnswerTo<Q>>;
	async answer(question: Question, marks: Marks = () => ({})): Promise<Answers[Question['ask']]> {
		switch (question.ask) {
			case 'filter':
				return this.#table.filter(question.text);
			case 'events':
				return { events: this.#table.events(question.from, question.count) };
			case 'index':
				return { index: this.#table.indexOf(question.row) };
			default:
		}
		if (question.ask === 'findings') return findingsView(this.#session, await this.findings());
		const index = await this.#timeline();
		switch (question.ask) {
			case 'timeline':
				return { ...this.#tile(index, question), ...this.#marksIn(index, question, marks) };
			case 'marks':
				return this.#marksIn(index, question, marks);
			case 'range':
				return rangeOf(index, question);
			case 'near':
				return { row: rowNear(index, question.time, question.lane) };
			case 'search':
				return this.#search(question.text);
			case 'exits':
				return {
					exits: index.exits.slice(-MOST_ROWS).map((row) => exitAt(this.#session, row)),
					count: index.exits.length,
				};
			case 'requests':
				this.#requests ??= sliced(requestList(this.#session), this.#abort.signal);
				return this.#requests;
		}
	}

	/** What is wrong in the session: found when first asked for. */
	findings(): Promise<Findings> {
		this.#findings ??= findFindings(this.#session, this.#abort.signal).then((found) => {
			this.#marks = marksOfFindings(found);
			return found;
		});
		return this.#findings;
	}

	/** Of a session that has grown: what it was, until the one that knows of the new events is made. */
	async #timeline(): Promise<TimelineIndex> {
		this.#index ??= this.#build();
		const index = await this.#index;
		if (index.length !== this.#session.length && !this.#rebuilding) {
			this.#rebuilding = true;
			void this.#build()
				.then((next) => {
					this.#index = Promise.resolve(next);
				})
				// It was ended: nobody asks any more.
				.catch(() => undefined)
				.finally(() => {
					this.#rebuilding = false;
				});
		}
		return index;
	}

	#marksIn(index: TimelineIndex, query: TileQuery, marks: Marks): TileMarks {
		return marksOf(index, query, { ...marks(), findings: this.#marks, found: this.#found });
	}

	/** The same range is asked for by several pages. */
	#tile(index: TimelineIndex, query: TileQuery): TimelineTile {
		const key = `${query.from} ${query.to} ${query.columns}`;
		if (this.#drawn?.index !== index || this.#drawn.key !== key)
			this.#drawn = { index, key, tile: tileOf(index, query) };
		return this.#drawn.tile;
	}

	#build(): Promise<TimelineIndex> {
		return sliced(TimelineIndex.build(this.#session), this.#abort.signal);
	}

	async #search(text: string): Promise<SearchResult> {
		this.#searching?.abort();
		this.#searching = new AbortController();
		const { rows, more } = await sliced(
			searchText(this.#session, text, (row) => describeEvent(this.#session, row)),
			this.#searching.signal,
		);
		this.#found = rows;
		return { count: rows.length, more, rows: rows.slice(0, MOST_ROWS) };
	}
}
