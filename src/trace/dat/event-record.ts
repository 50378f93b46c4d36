// The fields of one record in the ring buffer, by the layout that the file gives.

import { latin1 } from '../byte-text.ts';
import type { EventField } from './event-format.ts';

export interface EventRecord {
	readonly view: DataView;
	/** where the record begins in `view` */
	readonly start: number;
	readonly little: boolean;
}

/** A number of the size that the field has; of an array, its element `index`. */
export function fieldNumber({ view, start, little }: EventRecord, field: EventField, index = 0): bigint {
	const width = field.elements > 0 ? field.size / field.elements : field.size;
	const at = start + field.offset + (field.elements > 0 ? Math.min(index, field.elements - 1) * width : 0);
	if (at + width > view.byteLength) {
		return 0n;
	}
	switch (width) {
		case 1:
			return BigInt(field.signed ? view.getInt8(at) : view.getUint8(at));
		case 2:
			return BigInt(field.signed ? view.getInt16(at, little) : view.getUint16(at, little));
		case 4:
			return BigInt(field.signed ? view.getInt32(at, little) : view.getUint32(at, little));
		case 8:
			return field.signed ? view.getBigInt64(at, little) : view.getBigUint64(at, little);
		default:
			return 0n;
	}
}

/** The text of a field: an array of characters, or what a `__data_loc` points to. */
export function fieldText(record: EventRecord, field: EventField): string {
	const { view, start } = record;
	let from = start + field.offset;
	let length = field.size;
	if (field.located !== undefined) {
		const word = Number(fieldNumber(record, { ...field, signed: false }));
		length = word >>> 16;
		from = start + (word & 0xffff) + (field.located === 'rel' ? field.offset + field.size : 0);
	}
	const end = Math.min(from + length, view.byteLength);
	const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
	let stop = Math.min(from, end);
	while (stop < end && bytes[stop] !== 0) {
		stop++;
	}
	return latin1(bytes, Math.min(from, end), stop);
}
