// The events of a session as a table lists them: all, or those that a filter leaves.

import { EventKind, type EventName } from '../../trace/event.ts';
import { describeEvent, timeText } from '../describe.ts';
import { ExpressionError, parseExpression } from '../expression.ts';
import { positionOf } from '../position.ts';
import { RowList } from '../row-list.ts';
import { searchEvents } from '../search.ts';
import type { Session } from '../session.ts';
import { sliced } from '../sliced.ts';
import { indexAfter } from '../statements.ts';
import { vcpuName } from '../view.ts';
import type { EventRow, FilterResult } from './question.ts';
import { searchText } from './search-text.ts';

/** What a page may ask for at once: more than a screen shows. */
const MOST_AT_ONCE = 500;
/** What stands in an expression and in no plain text that one looks for. */
const OPERATORS = /[=<>!&|~()"']|\bin\b|^\w+\[/;

const NAMES: ReadonlyMap<number, EventName> = new Map(
	(Object.entries(EventKind) as [EventName, EventKind][]).map(([name, kind]) => [kind, name]),
);

export class EventList {
	readonly #session: Session;
	/** undefined: all events */
	#rows: ArrayLike<number> | undefined;
	#filtering = new AbortController();

	constructor(session: Session) {
		this.#session = session;
	}

	dispose(): void {
		this.#filtering.abort();
	}

	get count(): number {
		return this.#rows?.length ?? this.#session.length;
	}

	/** An expression, where the text looks like one; else the events whose description has the text. */
	async filter(text: string): Promise<FilterResult> {
		this.#filtering.abort();
		this.#filtering = new AbortController();
		const { signal } = this.#filtering;
		try {
			const rows = text.trim() === '' ? undefined : await this.#rowsFor(text, signal);
			signal.throwIfAborted();
			this.#rows = rows;
			return { count: this.count, problem: '' };
		} catch (error) {
			if (!(error instanceof ExpressionError)) throw error;
			return { count: this.count, problem: error.message };
		}
	}

	events(from: number, count: number): EventRow[] {
		const last = Math.min(this.count, from + Math.min(count, MOST_AT_ONCE));
		const rows: EventRow[] = [];
		for (let i = from; i < last; i++) rows.push(this.#event(this.#rows?.[i] ?? i));
		return rows;
	}

	indexOf(row: number): number {
		return this.#rows ? indexAfter(this.#rows, row - 1) : row;
	}

	async #rowsFor(text: string, signal: AbortSignal): Promise<ArrayLike<number>> {
		if (!OPERATORS.test(text)) {
			const words = (row: number) => `${this.#kind(row)} ${describeEvent(this.#session, row)}`;
			return (await sliced(searchText(this.#session, text, words, this.#session.length), signal)).rows;
		}
		const rows = new RowList();
		let last = -1;
		const start = { row: -1, decision: 0 };
		for await (const code of searchEvents(this.#session, parseExpression(text), start, 'forwards', signal)) {
			const { row } = positionOf(code);
			if (row !== last) rows.push(row);
			last = row;
		}
		return rows.rows;
	}

	#kind(row: number): string {
		return NAMES.get(this.#session.trace.events.kind(row)) ?? '';
	}

	#event(row: number): EventRow {
		const { trace, calls } = this.#session;
		const { events } = trace;
		const [vm, id] = [events.vm(row), events.vcpu(row)];
		const call = calls.around(vm, id, row);
		return {
			row,
			line: events.line(row),
			time: timeText(events.time(row), trace.clockUnit),
			vcpu: id < 0 ? '' : vcpuName(this.#session, { vm, id }),
			kind: this.#kind(row),
			text: describeEvent(this.#session, row),
			call: call >= 0 && calls.site(call) === row,
		};
	}
}
