// The rows of a trace.dat as others see them: the columns, and what only the record itself tells, read from
// the kept pages when looked at.

import { type EventDetail, EventKind } from '../event.ts';
import type { EventColumns } from '../event-columns.ts';
import { RecordedRows } from '../recorded-rows.ts';
import type { TraceThread } from '../trace.ts';
import type { Answers } from '../who-is-who.ts';
import type { DatHead } from './dat-file.ts';
import type { DataStore } from './data-store.ts';
import { type EventRecord, fieldNumber } from './event-record.ts';
import type { EventTypes, KnownEvent } from './event-types.ts';
import { droppedLine, reportLine } from './report-line.ts';
import { type MissedEvents, RingPage } from './ring-page.ts';

export class DatEvents extends RecordedRows {
	readonly #store: DataStore;
	readonly #types: EventTypes;
	readonly #head: DatHead;

	constructor(columns: EventColumns, answers: Answers, store: DataStore, types: EventTypes, head: DatHead) {
		super(columns, answers);
		this.#store = store;
		this.#types = types;
		this.#head = head;
	}

	line(row: number): number {
		this.at(this.columns.kind, row);
		return row + 1;
	}

	rowAtOrAfterLine(line: number): number {
		return Math.min(Math.max(0, Math.ceil(line) - 1), this.length);
	}

	detail(row: number): EventDetail {
		if (this.kind(row) === EventKind.lost) {
			return { kind: 'lost', ...this.#missed(row) };
		}
		const { record, known } = this.#recordOf(row);
		const detail = known.detail(record);
		if (detail === undefined) {
			// The scanner admits an event only where its format reads as what it is.
			throw new Error(`row ${row} does not read as ${known.name}`);
		}
		return detail;
	}

	/** The row as `trace-cmd report -t` prints it, but for what that gets wrong (arrays of probes). */
	text(row: number, threads: readonly TraceThread[], nanoseconds: boolean): string {
		if (this.kind(row) === EventKind.lost) {
			return droppedLine(this.cpu(row), this.#missed(row).count);
		}
		const { record, known } = this.#recordOf(row);
		const fields = this.#types.find(this.#typeOf(record))?.format.fields;
		const common = (name: string): number => {
			const field = fields?.get(name);
			return field === undefined ? 0 : Number(fieldNumber(record, field));
		};
		const thread = threads[this.thread(row)];
		return reportLine({
			comm: thread?.comm ?? '<...>',
			tid: thread?.tid ?? 0,
			cpu: this.cpu(row),
			flags: common('common_flags'),
			preemption: common('common_preempt_count'),
			time: this.time(row),
			nanoseconds,
			name: known.name,
			payload: known.print(record),
		});
	}

	#missed(row: number): MissedEvents {
		const { view, start } = this.#place(row);
		const { page, little, pageSize } = this.#head;
		return RingPage.missed(view, start, pageSize, page, little) ?? {};
	}

	#recordOf(row: number): { readonly record: EventRecord; readonly known: KnownEvent } {
		const { view, start } = this.#place(row);
		const record = { view, start, little: this.#head.little };
		const known = this.#types.find(this.#typeOf(record))?.known;
		if (known === undefined) {
			throw new Error(`row ${row} is no event any more: the file has been changed`);
		}
		return { record, known };
	}

	#typeOf({ view, start, little }: EventRecord): number {
		return view.getUint16(start + this.#types.typeField.offset, little);
	}

	#place(row: number): { readonly view: DataView; readonly start: number } {
		const position = this.at(this.columns.offset, row) * 4;
		const { view, base } = this.#store.at(position);
		return { view, start: position - base };
	}
}
