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
		case 'kvm_vcpu_wakeup': {
			const ns = fields.get('ns');
			return byTwo(fields.get('waited'), fields.get('valid'), slow, (seen, record) =>
				seen.kind === 'kvm_vcpu_wakeup' && ns !== undefined ? { ...seen, ns: fieldNumber(record, ns) } : seen,
			);
		}
		case 'kvm_hvc_arm64': {
			const r0 = fields.get('r0');
			const imm = fields.get('imm');
			return pc === undefined || r0 === undefined || imm === undefined
				? undefined
				: (record) => ({
						kind: name,
						pc: pcOf(record),
						r0: unsigned(record, r0),
						imm: unsigned(record, imm),
					});
		}
		case 'call': {
			const at = fields.get('pc');
			const ofVcpu = subjectReader(fields);
			const x = registersReader(fields);
			return ofVcpu === undefined || x === undefined || at === undefined
				? undefined
				: (record) => ({ kind: name, ...ofVcpu(record), pc: unsigned(record, at), x: x(record) });
		}
		case 'ret': {
			const ret = fields.get('ret');
			const ofVcpu = subjectReader(fields);
			const x = registersReader(fields);
			return ofVcpu === undefined || x === undefined || ret === undefined
				? undefined
				: (record) => ({
						kind: name,
						...ofVcpu(record),
						ret: Number(BigInt.asIntN(32, fieldNumber(record, ret))),
						x: x(record),
					});
		}
		default:
			return undefined;
	}
}

function unsigned(record: EventRecord, field: EventField): bigint {
	return BigInt.asUintN(64, fieldNumber(record, field));
}

/** Whom a probe says that it is about, where it has both fields. */
function subjectReader(
	fields: EventFormat['fields'],
): ((record: EventRecord) => { kvm: bigint; vcpu?: number }) | undefined {
	const kvm = fields.get('kvm');
	const vcpu = fields.get('vcpu');
	if (kvm === undefined || vcpu === undefined) {
		return undefined;
	}
	return (record) => {
		const id = Number(fieldNumber(record, vcpu));
		const address = unsigned(record, kvm);
		return id >= 0 && id < 0x7fff ? { kvm: address, vcpu: id } : { kvm: address };
	};
}

/** x0 to x3, as fields of their own or as the first elements of an array. */
function registersReader(fields: EventFormat['fields']): ((record: EventRecord) => bigint[]) | undefined {
	const array = fields.get('x');
	if (array !== undefined) {
		return array.elements < 4
			? undefined
			: (record) => [0, 1, 2, 3].map((n) => BigInt.asUintN(64, fieldNumber(record, array, n)));
	}
	const all = ['x0', 'x1', 'x2', 'x3'].map((key) => fields.get(key));
	const [x0, x1, x2, x3] = all;
	return x0 === undefined || x1 === undefined || x2 === undefined || x3 === undefined
		? undefined
		: (record) => [unsigned(record, x0), unsigned(record, x1), unsigned(record, x2), unsigned(record, x3)];
}

/** A small number of one byte or four. */
function small({ view, start, little }: EventRecord, { offset, size }: EventField): number {
	return size === 1 ? view.getUint8(start + offset) : view.getInt32(start + offset, little);
}

function isSmall(field: EventField | undefined): field is EventField {
	return field !== undefined && (field.size === 1 || field.size === 4);
}

/** Remembers what an event is for each pair of values; `renew` sets what is another each time. */
function byTwo(
	first: EventField | undefined,
	second: EventField | undefined,
	slow: Shortcut,
	renew: (seen: EventDetail, record: EventRecord) => EventDetail,
): Shortcut | undefined {
	if (!isSmall(first) || !isSmall(second)) {
		return undefined;
	}
	const known = new Map<number, Map<number, EventDetail>>();
	let count = 0;
	return (record) => {
		const a = small(record, first);
		const b = small(record, second);
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
