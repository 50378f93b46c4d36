// The rows of a text: each is a line, and its detail is decoded from that line when looked at.

import { isBlank } from './byte-text.ts';
import type { EventDetail, EventName } from './event.ts';
import type { EventColumns } from './event-columns.ts';
import { FtraceShell } from './ftrace-shell.ts';
import { lostEvents, overwrittenEvents } from './lost-events.ts';
import { decodePayload } from './payload.ts';
import { RecordedRows } from './recorded-rows.ts';
import { TraceText } from './trace-text.ts';
import type { Answers } from './who-is-who.ts';

/** What the line from `start` to `end` says; `offset` is where it begins in the file. */
export type LineDecoder = (
	name: EventName,
	bytes: Uint8Array,
	start: number,
	end: number,
	offset: number,
) => EventDetail | undefined;

export class TextEvents extends RecordedRows {
	readonly #text: TraceText;
	/** row of the i-th event of the file; undefined where that is i */
	readonly #byFile: Uint32Array | undefined;
	readonly #decode: LineDecoder;

	constructor(
		columns: EventColumns,
		answers: Answers,
		text: TraceText,
		byFile: Uint32Array | undefined,
		decode: LineDecoder,
	) {
		super(columns, answers);
		this.#text = text;
		this.#byFile = byFile;
		this.#decode = decode;
	}

	line(row: number): number {
		return this.#text.lineAt(this.at(this.columns.offset, row));
	}

	detail(row: number): EventDetail {
		const offset = this.at(this.columns.offset, row);
		const { bytes, base } = this.#text.pieceAt(offset);
		const start = offset - base;
		let end = TraceText.endOfLine(bytes, start);
		while (end > start && isBlank(bytes[end - 1])) {
			end--;
		}
		const name = this.nameOf(row);
		const detail = this.#decode(name, bytes, start, end, offset);
		if (detail === undefined) {
			// The scanner admits a row only where this very reading succeeds.
			const line = this.#text.lineAt(offset);
			throw new Error(`line ${line} does not read as ${name} any more: the file has been changed`);
		}
		return detail;
	}

	rowAtOrAfterLine(line: number): number {
		const offset = this.#text.offsetOf(line);
		let low = 0;
		let high = this.length;
		while (low < high) {
			const middle = (low + high) >>> 1;
			if (this.at(this.columns.offset, this.#fileRow(middle)) < offset) {
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
