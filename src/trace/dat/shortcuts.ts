// The events that are most of any recording, read from their fields without printing them first: a session
// looks at every exit of a guest. Used only where it gives, on trial, what printing and reading gives.

import type { EventDetail, EventName } from '../event.ts';
import { codeOfDetail } from '../event-code.ts';
import { Code, codeOf } from '../event-columns.ts';
import type { EventField, EventFormat } from './event-format.ts';
import { type EventRecord, fieldNumber } from './event-record.ts';

export type Shortcut = (record: EventRecord) => EventDetail | undefined;

/** Exit codes, exception classes and reasons: some fifty of each. */
const mostPairs = 4096;

export function shortcutOf(name: EventName, format: EventFormat, little: boolean, slow: Shortcut): Shortcut {
	const quick = quickOf(name, format, slow);
	return quick !== undefined && agree(quick, slow, format.extent, little) ? quick : slow;
}

function quickOf(name: EventName, { fields }: EventFormat, slow: Shortcut): Shortcut | undefined {
	const pc = fields.get('vcpu_pc');
	const pcOf = (record: EventRecord) => (pc === undefined ? 0n : BigInt.asUintN(64, fieldNumber(record, pc)));
	switch (name) {
		case 'kvm_entry':
			return pc === undefined ? undefined : (record) => ({ kind: 'kvm_entry', pc: pcOf(record) });
		// What an exit is follows from two small numbers; only the pc is another each time.
		case 'kvm_exit':
			return pc === undefined
				? undefined
				: byTwo(fields.get('ret'), fields.get('esr_ec'), slow, (seen, record) =>
						seen.kind === 'kvm_exit' ? { ...seen, pc: pcOf(record) } : seen,
					);
		case 'kvm_userspace_exit':
			return byTwo(fields.get('reason'), fields.get('errno'), slow, (seen) => seen);
		default:
			return undefined;
	}
}

/** Remembers what an event is for each pair of values; `renew` sets what is another each time. */
function byTwo(
	first: EventField | undefined,
	second: EventField | undefined,
	slow: Shortcut,
	renew: (seen: EventDetail, record: EventRecord) => EventDetail,
): Shortcut | undefined {
	if (first?.size !== 4 || second?.size !== 4) {
		return undefined;
	}
	const known = new Map<number, Map<number, EventDetail>>();
	let count = 0;
	return (record) => {
		const a = record.view.getInt32(record.start + first.offset, record.little);
		const b = record.view.getInt32(record.start + second.offset, record.little);
		const seen = known.get(a)?.get(b);
		if (seen !== undefined) {
			return renew(seen, record);
		}
		const detail = slow(record);
		if (detail !== undefined && count < mostPairs) {
			count++;
			known.set(a, (known.get(a) ?? new Map<number, EventDetail>()).set(b, detail));
		}
		return detail;
	};
}

/** The `code` that a record's event has, remembered for each pair of the two small numbers that decide it. */
export function codeReader(
	name: EventName,
	{ fields }: EventFormat,
	detail: Shortcut,
): (record: EventRecord) => number {
	const pair =
		name === 'kvm_exit' ? ['ret', 'esr_ec'] : name === 'kvm_userspace_exit' ? ['reason', 'errno'] : undefined;
	if (pair === undefined) {
		return () => Code.none;
	}
	const [first, second] = pair.map((field) => fields.get(field));
	if (first?.size !== 4 || second?.size !== 4) {
		return () => Code.unread;
	}
	const known = new Map<number, number>();
	return ({ view, start, little }) => {
		const a = view.getInt32(start + first.offset, little);
		const b = view.getInt32(start + second.offset, little);
		const key = a * 0x1_0000_0000 + b;
		let code = known.get(key);
		if (code === undefined) {
			const read = detail({ view, start, little });
			code = read === undefined ? Code.unread : codeOf(codeOfDetail(read));
			if (known.size < mostPairs) {
				known.set(key, code);
			}
		}
		return code;
	};
}

/** Several records, so that what was seen before is used as well. */
function agree(quick: Shortcut, slow: Shortcut, extent: number, little: boolean): boolean {
	const fills: readonly ((at: number) => number)[] = [
		() => 0,
		() => 0xff,
		(at) => at,
		// As the one before, but for the last field.
		(at) => (at < extent - 8 ? at : 0xee),
	];
	return fills.every((fill) => {
		const bytes = Uint8Array.from({ length: extent }, (_, at) => fill(at) & 0xff);
		const record = { view: new DataView(bytes.buffer), start: 0, little };
		return same(quick(record), slow(record));
	});
}

function same(a: EventDetail | undefined, b: EventDetail | undefined): boolean {
	const text = (detail: EventDetail | undefined) =>
		JSON.stringify(detail, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
	return text(a) === text(b);
}
