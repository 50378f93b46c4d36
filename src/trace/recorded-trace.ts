// The recording as others see it: the columns, and details decoded from the bytes when looked at.

import { isBlank } from './byte-text.ts';
import { type EventDetail, EventKind, type EventName } from './event.ts';
import { attributions, type EventColumns } from './event-columns.ts';
import { FtraceShell } from './ftrace-shell.ts';
import { lostEvents, overwrittenEvents } from './lost-events.ts';
import { decodePayload } from './payload.ts';
import type { Attribution, EventTable } from './trace.ts';
import { TraceText } from './trace-text.ts';

const names: ReadonlyMap<number, EventName> = new Map(
	(Object.entries(EventKind) as [EventName, EventKind][]).map(([name, kind]) => [kind, name]),
);

/** What the line from `start` to `end` says; `offset` is where it begins in the file. */
export type LineDecoder = (
	name: EventName,
	bytes: Uint8Array,
	start: number,
	end: number,
	offset: number,
) => EventDetail | undefined;

export class TextEvents implements EventTable {
	readonly #columns: EventColumns;
	readonly #text: TraceText;
	/** row of the i-th event of the file; undefined where that is i */
	readonly #byFile: Uint32Array | undefined;
	readonly #decode: LineDecoder;

	constructor(columns: EventColumns, text: TraceText, byFile: Uint32Array | undefined, decode: LineDecoder) {
		this.#columns = columns;
		this.#text = text;
		this.#byFile = byFile;
		this.#decode = decode;
	}

	get length(): number {
		return this.#columns.length;
	}

	kind(row: number): EventKind {
		return this.#at(this.#columns.kind, row) as EventKind;
	}

	time(row: number): bigint {
		this.#at(this.#columns.kind, row);
		return this.#columns.time(row);
	}

	cpu(row: number): number {
		return this.#at(this.#columns.cpu, row);
	}

	thread(row: number): number {
		return this.#at(this.#columns.thread, row);
	}

	vm(row: number): number {
		return this.#at(this.#columns.vm, row);
	}

	vcpu(row: number): number {
		return this.#at(this.#columns.vcpu, row);
	}

	attribution(row: number): Attribution {
		return attributions[this.#at(this.#columns.attribution, row)] ?? 'none';
	}

	line(row: number): number {
		return this.#text.lineAt(this.#at(this.#columns.offset, row));
	}

	detail(row: number): EventDetail {
		const offset = this.#at(this.#columns.offset, row);
		const { bytes, base } = this.#text.pieceAt(offset);
		const start = offset - base;
		let end = TraceText.endOfLine(bytes, start);
		while (end > start && isBlank(bytes[end - 1])) {
			end--;
		}
		const name = names.get(this.kind(row)) ?? 'lost';
		const detail = this.#decode(name, bytes, start, end, offset);
		if (detail === undefined) {
			// The scanner admits a row only where this very reading succeeds.
			throw new Error(`row ${row} does not read as ${name}`);
		}
		return detail;
	}

	rowAtOrAfterLine(line: number): number {
		const offset = this.#text.offsetOf(line);
		let low = 0;
		let high = this.length;
		while (low < high) {
			const middle = (low + high) >>> 1;
			if (this.#at(this.#columns.offset, this.#fileRow(middle)) < offset) {
				low = middle + 1;
			} else {
				high = middle;
			}
		}
		return low < this.length ? this.#fileRow(low) : this.length;
	}

	#fileRow(index: number): number {
		return this.#byFile === undefined ? index : (this.#byFile[index] ?? 0);
	}

	#at(column: { readonly [row: number]: number }, row: number): number {
		const value = row < this.length ? column[row] : undefined;
		if (value === undefined) {
			throw new RangeError(`no row ${row} in a table of ${this.length}`);
		}
		return value;
	}
}

/** `arraysLost`: see `decodeProbePayload`. */
export function ftraceDecoder(arraysLost: boolean): LineDecoder {
	const shell = new FtraceShell();
	return (name, bytes, start, end) => {
		if (name === 'lost') {
			const count = lostEvents(bytes, start, end)?.count ?? overwrittenEvents(bytes, start, end);
			return count === undefined ? { kind: 'lost' } : { kind: 'lost', count };
		}
		return shell.read(bytes, start, end)
			? decodePayload(name, bytes, shell.payloadStart, end, arraysLost)
			: undefined;
	};
}
