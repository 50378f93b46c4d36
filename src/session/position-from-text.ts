// Places of a session as a person writes them: `812` (an event's number, from 0), `812.3` (its third decision),
// `line 107` or `:107`, `12.345678s` or `time 12.345678` (the first event at or after it), `start`, `end`; of a
// scenario also a label.

import type { Position } from './position.ts';
import type { Session } from './session.ts';

/** Undefined where the text names no place. What lies behind an end is that end. */
export function positionFromText(session: Session, text: string): Position | undefined {
	const [named] = session.rowsNamed?.(text.trim()) ?? [];
	if (named !== undefined) return { row: named, decision: 0 };
	const words = text.trim().toLowerCase();
	if (words === 'start') return { row: 0, decision: 0 };
	if (words === 'end') return { row: session.length, decision: 0 };
	const event = /^(?:event\s+|#)?(\d{1,15})(?:\.(\d{1,4}))?$/.exec(words);
	if (event) return onEvent(session, Number(event[1]), Number(event[2] ?? 0));
	const line = /^(?:line\s+|:)(\d{1,15})$/.exec(words);
	if (line) return { row: session.trace.events.rowAtOrAfterLine(Number(line[1])), decision: 0 };
	const time = /^(?:time\s+(\d{1,12})(?:\.(\d{1,9}))?s?|(\d{1,12})\.(\d{1,9})s)$/.exec(words);
	if (!time) return undefined;
	return {
		row: rowAtTime(session, timeOf(time[1] ?? time[3] ?? '0', time[2] ?? time[4] ?? '', session)),
		decision: 0,
	};
}

/** The position in words that `positionFromText` takes. */
export function positionText(session: Session, { row, decision }: Position): string {
	if (row >= session.length) return 'end';
	return decision > 0 ? `${row}.${decision}` : `${row}`;
}

function onEvent(session: Session, number: number, decision: number): Position {
	const row = Math.min(number, session.length);
	return { row, decision: decision === 0 ? 0 : Math.min(decision, session.decisionsAt(row).length) };
}

function timeOf(seconds: string, fraction: string, { trace }: Session): bigint {
	if (trace.clockUnit !== 'ns') return BigInt(seconds);
	return BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'));
}

/** The first event at or after `time`: rows are in order of time. */
function rowAtTime({ trace: { events } }: Session, time: bigint): number {
	let low = 0;
	let high = events.length;
	while (low < high) {
		const mid = (low + high) >>> 1;
		if (events.time(mid) < time) low = mid + 1;
		else high = mid;
	}
	return low;
}
