// Answers a panel's questions about one session. What takes a pass over all events is made when it is first asked
// for, in slices, and kept.

import { describeEvent } from '../describe.ts';
import { KnownOfSession } from '../known-of-session.ts';
import type { Session } from '../session.ts';
import { sliced } from '../sliced.ts';
import { type MarkedRows, rangeOf, rowNear, tileOf } from '../timeline/timeline.ts';
import { TimelineIndex } from '../timeline/timeline-index.ts';
import type { Answers, AnswerTo, Question, SearchResult } from './question.ts';
import { searchText } from './search-text.ts';

/** Rows that a page is told of one by one. */
const MOST_ROWS = 200;

/** Marks that only the asker knows of. */
export type Marks = () => Pick<MarkedRows, 'breakpoints' | 'findings'>;

export class PanelData {
	readonly #session: Session;
	readonly #abort = new AbortController();
	readonly #index = new KnownOfSession<Promise<TimelineIndex>>();
	#searching: AbortController | undefined;
	#found: readonly number[] = [];

	constructor(session: Session) {
		this.#session = session;
	}

	get session(): Session {
		return this.#session;
	}

	/** Ends what still runs; answers that are waited for fail. */
	dispose(): void {
		this.#abort.abort();
		this.#searching?.abort();
	}

	async answer<Q extends Question>(question: Q, marks?: Marks): Promise<AnswerTo<Q>>;
	async answer(question: Question, marks: Marks = () => ({})): Promise<Answers[Question['ask']]> {
		const index = await this.#timeline();
		switch (question.ask) {
			case 'timeline':
				return tileOf(index, question, { ...marks(), found: this.#found });
			case 'range':
				return rangeOf(index, question);
			case 'near':
				return { row: rowNear(index, question.time, question.lane) };
			case 'search':
				return this.#search(question.text);
		}
	}

	#timeline(): Promise<TimelineIndex> {
		return this.#index.of(this.#session, () =>
			sliced(TimelineIndex.build(this.#session), this.#abort.signal),
		);
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
