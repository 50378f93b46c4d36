// What stands after the colon of the kernel's own events (`kvm:*`), as one template each. The same
// template tells the scanner whether a line is whole and the reader what its fields are.
// Sources: arch/arm64/kvm/trace_arm.h, trace_handle_exit.h, include/trace/events/kvm.h; unchanged from 5.10 to 7.2.

import { hexadecimal, hexDigit, integer, latin1, startsWith } from './byte-text.ts';
import type { EventDetail, EventName } from './event.ts';
import { Code, codeOf } from './event-columns.ts';

/** `hex` reads with and without `0x` (C's `%#x` prints a zero bare); `text` runs to the literal that follows. */
type Field = 'hex' | 'int' | 'text';
/** Literals and fields by turns: literal first. */
type Template = readonly [string, ...(readonly [Field, string])[]];

const templates = {
	kvm_entry: ['PC: ', ['hex', '']],
	kvm_exit: ['', ['text', ': HSR_EC: '], ['hex', ' ('], ['text', '), PC: '], ['hex', '']],
	kvm_hvc_arm64: ['HVC at ', ['hex', ' (r0: '], ['hex', ', imm: '], ['hex', ')']],
	kvm_wfx_arm64: ['guest executed wf', ['text', ' at: '], ['hex', '']],
	kvm_vcpu_wakeup: ['', ['text', ' time '], ['int', ' ns, polling '], ['text', '']],
	kvm_userspace_exit: ['reason ', ['text', ' ('], ['int', ')']],
	kvm_irq_line: [
		'Inject ',
		['text', ' interrupt ('],
		['int', '), vcpu->idx: '],
		['int', ', num: '],
		['int', ', level: '],
		['int', ''],
	],
	kvm_guest_fault: ['ipa ', ['hex', ', hsr '], ['hex', ', hxfar '], ['hex', ', pc '], ['hex', '']],
	kvm_mmio: ['mmio ', ['text', ' len '], ['int', ' gpa '], ['hex', ' val '], ['hex', '']],
} as const satisfies Partial<Record<EventName, Template>>;

export type KvmEventName = keyof typeof templates;

export function isKvmEvent(name: EventName): name is KvmEventName {
	return Object.hasOwn(templates, name);
}

/** How the payload of `name` looks, for messages: `PC: <hex>`. */
export function kvmPayloadShape(name: KvmEventName): string {
	const [first, ...rest] = templates[name] as Template;
	return first + rest.map(([field, literal]) => `<${field}>${literal}`).join('');
}

interface Shape {
	readonly first: string;
	readonly fields: readonly Field[];
	/** what follows each field */
	readonly literals: readonly string[];
}

/** The templates taken apart once, so that reading a line makes no array. */
const shapes = Object.fromEntries(
	Object.entries<Template>(templates).map(([name, [first, ...rest]]): [string, Shape] => [
		name,
		{ first, fields: rest.map(([field]) => field), literals: rest.map(([, literal]) => literal) },
	]),
) as Record<KvmEventName, Shape>;

/** Longest field there is; a reason or a symbol is some twenty bytes. */
const longestField = 64;

/** Where the fields of a payload lie. Reused: nothing is allocated for a line. */
export class KvmFields {
	readonly #starts = new Int32Array(8);
	readonly #ends = new Int32Array(8);

	/** True when the payload is `name`'s, whole and with nothing after it but blanks. */
	read(name: KvmEventName, bytes: Uint8Array, begin: number, end: number): boolean {
		const { first, fields, literals } = shapes[name];
		const start = skipComplaints(bytes, begin, end);
		if (!startsWith(bytes, start, end, first)) {
			return false;
		}
		let at = start + first.length;
		for (let i = 0; i < fields.length; i++) {
			const literal = literals[i] ?? '';
			const fieldEnd = endOf(fields[i] ?? 'text', literal, bytes, at, end);
			if (fieldEnd <= at || !startsWith(bytes, fieldEnd, end, literal)) {
				return false;
			}
			this.#starts[i] = at;
			this.#ends[i] = fieldEnd;
			at = fieldEnd + literal.length;
		}
		return at === end;
	}

	hex(bytes: Uint8Array, index: number): bigint {
		const start = this.#starts[index] ?? 0;
		const prefix = startsWith(bytes, start, bytes.length, '0x') ? 2 : 0;
		return hexadecimal(bytes, start + prefix, this.#ends[index] ?? 0) ?? 0n;
	}

	int(bytes: Uint8Array, index: number): bigint {
		return integer(bytes, this.#starts[index] ?? 0, this.#ends[index] ?? 0) ?? 0n;
	}

	text(bytes: Uint8Array, index: number): string {
		return latin1(bytes, this.#starts[index] ?? 0, this.#ends[index] ?? 0);
	}

	/** The `code` of `EventTable`, of the event that was read. */
	code(name: KvmEventName, bytes: Uint8Array): number {
		if (name === 'kvm_userspace_exit') {
			return codeOf(Number(this.int(bytes, 1)));
		}
		if (name !== 'kvm_exit') {
			return Code.none;
		}
		// As `decodeKvmPayload` has it: only a trap has a class.
		const start = this.#starts[0] ?? 0;
		const trap = (this.#ends[0] ?? 0) === start + 4 && startsWith(bytes, start, bytes.length, 'TRAP');
		return trap ? codeOf(Number(this.hex(bytes, 1))) : Code.none;
	}

	/** How many digits the last field has: `%016lx` never prints fewer than sixteen. */
	lastDigits(name: KvmEventName, bytes: Uint8Array): number {
		const last = shapes[name].fields.length - 1;
		const start = this.#starts[last] ?? 0;
		return (this.#ends[last] ?? 0) - start - (startsWith(bytes, start, bytes.length, '0x') ? 2 : 0);
	}
}

/**
 * trace-cmd up to 3.1 and perf read events of KVM by the layout that x86 has, and complain of arm64's before
 * they print it: `CAN'T FIND FIELD "vcpu_id"<CANT FIND FIELD rip>PC: 0x…`.
 */
function skipComplaints(bytes: Uint8Array, start: number, end: number): number {
	let at = start;
	if (startsWith(bytes, at, end, 'CAN\'T FIND FIELD "')) {
		const quote = bytes.indexOf(0x22, at + 18);
		at = quote >= 0 && quote < end ? quote + 1 : at;
	}
	while (startsWith(bytes, at, end, '<CANT FIND FIELD ')) {
		const close = bytes.indexOf(0x3e, at);
		if (close < 0 || close >= end) {
			break;
		}
		at = close + 1;
	}
	return at;
}

/** What the same programs make of `%c`, whose place in the arguments they lose: the pc is none either. */
export function isUnreadable(name: EventName, bytes: Uint8Array, start: number, end: number): boolean {
	return name === 'kvm_wfx_arm64' && startsWith(bytes, start, end, 'guest executed wf>c<');
}

/** End of the field at `start`; `start` itself where there is none. */
function endOf(field: Field, literal: string, bytes: Uint8Array, start: number, end: number): number {
	let at = start;
	if (field === 'hex') {
		const digits = startsWith(bytes, start, end, '0x') ? start + 2 : start;
		let first = digits;
		while (first < end && bytes[first] === 0x30) {
			first++;
		}
		for (at = first; at < end && hexDigit(bytes[at]) >= 0; ) {
			at++;
		}
		// What `hexadecimal` will take: at least one digit, at most sixteen that count.
		return at === digits || at - first > 16 ? start : at;
	}
	if (field === 'int') {
		at += bytes[at] === 0x2d ? 1 : 0;
		while (at < end && hexDigit(bytes[at]) >= 0 && hexDigit(bytes[at]) < 10) {
			at++;
		}
		return integer(bytes, start, at) === undefined ? start : at;
	}
	const last = Math.min(end, start + longestField);
	while (at < last && !(literal !== '' && startsWith(bytes, at, end, literal))) {
		if ((bytes[at] ?? 0) < 0x20) {
			return start;
		}
		at++;
	}
	return at;
}

const scratch = new KvmFields();

/** The event that the payload says, undefined where it is not `name`'s. */
export function decodeKvmPayload(
	name: KvmEventName,
	bytes: Uint8Array,
	start: number,
	end: number,
): EventDetail | undefined {
	const fields = scratch;
	if (!fields.read(name, bytes, start, end)) {
		return undefined;
	}
	switch (name) {
		case 'kvm_entry':
			return { kind: name, pc: fields.hex(bytes, 0) };
		case 'kvm_exit': {
			const code = fields.text(bytes, 0);
			const pc = fields.hex(bytes, 3);
			// Only a trap has a syndrome: for IRQ and the like the field reads 0 (UNKNOWN).
			return code === 'TRAP'
				? { kind: name, code, ec: Number(fields.hex(bytes, 1)), ecName: fields.text(bytes, 2), pc }
				: { kind: name, code, pc };
		}
		case 'kvm_hvc_arm64':
			return {
				kind: name,
				pc: fields.hex(bytes, 0),
				r0: fields.hex(bytes, 1),
				imm: fields.hex(bytes, 2),
			};
		case 'kvm_wfx_arm64':
			return {
				kind: name,
				instruction: fields.text(bytes, 0) === 'e' ? 'wfe' : 'wfi',
				pc: fields.hex(bytes, 1),
			};
		case 'kvm_vcpu_wakeup':
			return {
				kind: name,
				how: fields.text(bytes, 0),
				ns: fields.int(bytes, 1),
				polling: fields.text(bytes, 2),
			};
		case 'kvm_userspace_exit':
			return { kind: name, reason: Number(fields.int(bytes, 1)), reasonName: fields.text(bytes, 0) };
		case 'kvm_irq_line':
			return {
				kind: name,
				type: fields.text(bytes, 0),
				irq: Number(fields.int(bytes, 1)),
				vcpuIndex: Number(fields.int(bytes, 2)),
				num: Number(fields.int(bytes, 3)),
				level: Number(fields.int(bytes, 4)),
			};
		case 'kvm_guest_fault':
			return {
				kind: name,
				ipa: fields.hex(bytes, 0),
				hsr: fields.hex(bytes, 1),
				hxfar: fields.hex(bytes, 2),
				pc: fields.hex(bytes, 3),
			};
		case 'kvm_mmio':
			return {
				kind: name,
				access: fields.text(bytes, 0),
				len: Number(fields.int(bytes, 1)),
				gpa: fields.hex(bytes, 2),
				val: fields.hex(bytes, 3),
			};
	}
}
