// A recording with consoles beside it: their lines are rows among the recording's own, which stay as they are. The
// lines are few: where they stand is kept, not a column for all rows.

import { detailOf } from '../../trace/console/console-events.ts';
import type { ConsoleEvent } from '../../trace/console/read-console.ts';
import { type EventDetail, EventKind } from '../../trace/event.ts';
import type { Attribution, EventTable, Trace } from '../../trace/trace.ts';
import type { CallTable } from '../calls.ts';
import { type PlacedLine, placeLines, stretchesOf } from './align.ts';
import { findAnchors } from './anchors.ts';
import { consoleNote } from './console-notes.ts';

export interface Console {
	/** as a note calls it: its file */
	readonly name: string;
	readonly events: readonly ConsoleEvent[];
}

interface ConsoleRow extends PlacedLine {
	readonly console: string;
	readonly vm: number;
}

/** `calls`: of the recording alone; `vm`: whose consoles they are, the one that they fit best where none is given. */
export function withConsoles(
	trace: Trace,
	calls: CallTable,
	consoles: readonly Console[],
	vm?: number,
): Trace {
	const notes: string[] = [];
	const rows: ConsoleRow[] = [];
	for (const { name, events } of consoles) {
		const vms = vm === undefined ? trace.vms.map((_, index) => index) : [vm];
		const fits = vms.map((index) => ({ index, anchors: findAnchors(trace, calls, index, events) }));
		const [best = { index: -1, anchors: [] }] = fits.toSorted((a, b) => b.anchors.length - a.anchors.length);
		const stretches = stretchesOf(trace, events, best.anchors);
		notes.push(consoleNote(name, trace, events.length, best.anchors, stretches));
		for (const line of placeLines(trace, events, best.anchors, stretches))
			rows.push({ ...line, console: name, vm: best.index });
	}
	// Of several consoles: by place, then time; of one: as it printed them.
	rows.sort((a, b) => a.position - b.position || (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
	const events = new EventsWithConsoles(trace.events, rows);
	return {
		...trace,
		events,
		elsewhere: (row) => events.elsewhere(row),
		notes: [...(trace.notes ?? []), ...notes],
		lineText: (line) => trace.lineText(line),
	};
}

class EventsWithConsoles implements EventTable {
	readonly #events: EventTable;
	readonly #lines: readonly ConsoleRow[];
	/** row of each line, ascending */
	readonly #rows: Float64Array;

	constructor(events: EventTable, lines: readonly ConsoleRow[]) {
		this.#events = events;
		this.#lines = lines;
		this.#rows = Float64Array.from(lines, ({ position }, index) => position + index);
	}

	get length(): number {
		return this.#events.length + this.#lines.length;
	}

	kind(row: number): EventKind {
		return this.#consoleAt(row) ? EventKind.console : this.#events.kind(this.#own(row));
	}

	time(row: number): bigint {
		return this.#consoleAt(row)?.time ?? this.#events.time(this.#own(row));
	}

	cpu(row: number): number {
		return this.#consoleAt(row) ? 0 : this.#events.cpu(this.#own(row));
	}

	thread(row: number): number {
		return this.#consoleAt(row) ? -1 : this.#events.thread(this.#own(row));
	}

	vm(row: number): number {
		return this.#consoleAt(row)?.vm ?? this.#events.vm(this.#own(row));
	}

	/** A console is the whole guest's. */
	vcpu(row: number): number {
		return this.#consoleAt(row) ? -1 : this.#events.vcpu(this.#own(row));
	}

	attribution(row: number): Attribution {
		return this.#consoleAt(row) ? 'none' : this.#events.attribution(this.#own(row));
	}

	/** Of a console's line: that of the event before it, which the recording's text has. */
	line(row: number): number {
		const { length } = this.#events;
		if (length === 0) return 1;
		const own = this.#own(row) - (this.#consoleAt(row) ? 1 : 0);
		return this.#events.line(Math.max(0, Math.min(own, length - 1)));
	}

	elsewhere(row: number): { readonly file: string; readonly line: number } | undefined {
		const line = this.#consoleAt(row);
		return line && { file: line.console, line: line.event.line };
	}

	code(row: number): number | undefined {
		return this.#consoleAt(row) ? -1 : this.#events.code?.(this.#own(row));
	}

	detail(row: number): EventDetail {
		const line = this.#consoleAt(row);
		return line ? detailOf(line.event) : this.#events.detail(this.#own(row));
	}

	rowAtOrAfterLine(line: number): number {
		return this.#rowOf(this.#events.rowAtOrAfterLine(line));
	}

	/** How many lines of consoles come before `row`. */
	#linesBefore(row: number): number {
		let low = 0;
		let high = this.#rows.length;
		while (low < high) {
			const mid = (low + high) >>> 1;
			if ((this.#rows[mid] ?? 0) < row) low = mid + 1;
			else high = mid;
		}
		return low;
	}

	#consoleAt(row: number): ConsoleRow | undefined {
		const index = this.#linesBefore(row);
		return this.#rows[index] === row ? this.#lines[index] : undefined;
	}

	/** The recording's own row; of a console's line the first that comes after it. */
	#own(row: number): number {
		return row - this.#linesBefore(row);
	}

	/** Where a row of the recording's own is now. */
	#rowOf(own: number): number {
		let low = 0;
		let high = this.#lines.length;
		while (low < high) {
			const mid = (low + high) >>> 1;
			if ((this.#lines[mid]?.position ?? 0) <= own) low = mid + 1;
			else high = mid;
		}
		return own >= this.#events.length ? this.length : own + low;
	}
}
