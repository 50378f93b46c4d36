// Which line of a text each call of its recording stands on. One pass over the calls when first asked for,
// so that a view of some lines costs those lines, not the recording.

import { KnownOfSession } from './known-of-session.ts';
import type { Session } from './session.ts';
import { indexAfter } from './statements.ts';

class CallLines {
	/** lines of the sites, ascending */
	readonly #lines: Float64Array;
	/** index of the call on `#lines[i]` */
	readonly #calls: Uint32Array;

	constructor({ calls, trace }: Session) {
		const { length } = calls;
		const lines = Float64Array.from({ length }, (_, index) => trace.events.line(calls.site(index)));
		// A recording of several CPUs is in order of time, its file need not be.
		this.#calls = Uint32Array.from({ length }, (_, index) => index);
		if (!lines.every((line, index) => index === 0 || line >= (lines[index - 1] ?? 0)))
			this.#calls.sort((a, b) => (lines[a] ?? 0) - (lines[b] ?? 0));
		this.#lines = Float64Array.from(this.#calls, (index) => lines[index] ?? 0);
	}

	/** The calls whose sites stand on 1-based lines from `first` to `last`, in the order of the lines. */
	between(first: number, last: number): { readonly line: number; readonly index: number }[] {
		const found: { line: number; index: number }[] = [];
		for (let i = indexAfter(this.#lines, first - 1); i < this.#lines.length; i++) {
			const line = this.#lines[i] ?? 0;
			if (line > last) break;
			found.push({ line, index: this.#calls[i] ?? 0 });
		}
		return found;
	}
}

const known = new KnownOfSession<CallLines>();

export function callLines(session: Session): CallLines {
	return known.of(session, () => new CallLines(session));
}

/** The row of the event on a 1-based line; undefined where the line has none. */
export function rowOnLine({ trace }: Session, line: number): number | undefined {
	const { events } = trace;
	if (line < 1 || line > trace.lineCount) return undefined;
	const row = events.rowAtOrAfterLine(line);
	return row < events.length && events.line(row) === line ? row : undefined;
}

/** The last line of a call, at or below its site. */
export function endLine({ calls, trace }: Session, index: number): number {
	const rows = calls.at(index);
	return rows ? Math.max(trace.events.line(rows.site), trace.events.line(rows.end)) : 0;
}
