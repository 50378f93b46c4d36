// The events of a file by their number: which of them become rows, and how each is read. An event is taken
// only if what its format prints reads as the event that its name says, for small values and for large.

import { EventKind, type EventName } from '../event.ts';
import { isKvmEvent, kvmPayloadShape } from '../kvm-payload.ts';
import { decodePayload } from '../payload.ts';
import { isProbe } from '../probe-payload.ts';
import type { EventField, EventFormat } from './event-format.ts';
import type { EventRecord } from './event-record.ts';
import { type PrintFormat, parsePrintFormat } from './print-format.ts';
import { tokensOf } from './print-tokens.ts';
import { codeReader, type Shortcut, shortcutOf } from './shortcuts.ts';

export interface EventType {
	readonly name: string;
	readonly format: EventFormat;
	/** undefined for events of no interest */
	readonly known: KnownEvent | undefined;
	/** of `kvm_get_timer_map`: names the vCPU that its thread has loaded */
	readonly loadedVcpu: EventField | undefined;
	readonly pid: EventField | undefined;
	/** bytes that a record must have */
	readonly extent: number;
	skipped: number;
}

export interface KnownEvent {
	readonly name: EventName;
	readonly kind: EventKind;
	readonly print: PrintFormat;
	/** undefined where the record does not read as the event */
	readonly detail: Shortcut;
	/** the `code` of `EventTable`, as a column has it */
	readonly code: (record: EventRecord) => number;
	readonly kvm: EventField | undefined;
	readonly vcpu: EventField | undefined;
	readonly pending: EventField | undefined;
	/** the text of a field is in what it prints, so that each record must be tried */
	readonly doubtful: boolean;
}

/** A format of ours that cannot be used. */
export interface Misfit {
	readonly name: string;
	readonly expected: string;
}

export class EventTypes {
	/** by number */
	readonly #types: (EventType | undefined)[] = [];
	readonly misfits: Misfit[] = [];
	/** where a record says which event it is */
	readonly typeField: EventField;

	constructor(formats: readonly EventFormat[], longBits: 32 | 64, little: boolean) {
		this.typeField = typeFieldOf(formats);
		for (const format of formats) {
			this.#types[format.id] ??= this.#typeOf(format, longBits, little);
		}
	}

	find(id: number): EventType | undefined {
		return this.#types[id];
	}

	/** An event whose format the file does not have; a number of 16 bits. */
	unknown(id: number): EventType {
		const name = `(event ${id} without a format)`;
		const format = { id, name, system: '', fields: new Map(), extent: 0, printText: '' };
		const type = {
			name,
			format,
			known: undefined,
			loadedVcpu: undefined,
			pid: undefined,
			extent: 0,
			skipped: 0,
		};
		this.#types[id] = type;
		return type;
	}

	/** The skipped events by name, the most frequent first. */
	skipped(): ReadonlyMap<string, number> {
		const counts = new Map<string, number>();
		for (const type of this.#types) {
			if (type !== undefined && type.skipped > 0) {
				counts.set(type.name, (counts.get(type.name) ?? 0) + type.skipped);
			}
		}
		return new Map([...counts].sort((a, b) => b[1] - a[1]));
	}

	#typeOf(format: EventFormat, longBits: 32 | 64, little: boolean): EventType {
		const { name, fields, extent } = format;
		return {
			name,
			format,
			known: this.#known(format, longBits, little),
			loadedVcpu: name === 'kvm_get_timer_map' ? fields.get('vcpu_id') : undefined,
			pid: ofSize(fields.get('common_pid'), 4),
			extent,
			skipped: 0,
		};
	}

	#known(format: EventFormat, longBits: 32 | 64, little: boolean): KnownEvent | undefined {
		const { fields } = format;
		const name = format.name as EventName;
		const kernels = Object.hasOwn(EventKind, name) && isKvmEvent(name);
		const probe =
			Object.hasOwn(EventKind, name) &&
			isProbe(name) &&
			(fields.has('__probe_ip') || fields.has('__probe_func'));
		if (!kernels && !probe) {
			return undefined;
		}
		const print = parsePrintFormat(format, longBits);
		if (print === undefined || (kernels && !plainNames(format)) || !fits(name, print, format, little)) {
			const expected = kernels ? kvmPayloadShape(name) : 'the fields of a PSCI probe';
			this.misfits.push({ name, expected });
			return undefined;
		}
		const detail = shortcutOf(name, format, little, (record) => decodeText(name, print(record)));
		return {
			name,
			kind: EventKind[name],
			print,
			detail,
			code: codeReader(name, format, detail),
			kvm: probe ? fields.get('kvm') : undefined,
			vcpu: probe ? fields.get('vcpu') : undefined,
			pending: name === 'reset' ? fields.get('pending') : undefined,
			doubtful: [...fields.values()].some((field) => field.located !== undefined || isText(field)),
		};
	}
}

function isText({ elements, size }: EventField): boolean {
	return elements > 0 && size === elements;
}

function ofSize(field: EventField | undefined, size: number): EventField | undefined {
	return field?.size === size ? field : undefined;
}

/** `common_type`, which all events have at the same place. */
function typeFieldOf(formats: readonly EventFormat[]): EventField {
	const field = formats.map(({ fields }) => ofSize(fields.get('common_type'), 2)).find((found) => found);
	return field ?? { name: 'common_type', offset: 0, size: 2, signed: false, elements: 0, located: undefined };
}

function fits(name: EventName, print: PrintFormat, { extent }: EventFormat, little: boolean): boolean {
	return [0, 0xff].every((byte) => {
		const view = new DataView(new Uint8Array(extent).fill(byte).buffer);
		return readsAs(name, print({ view, start: 0, little }));
	});
}

/** Words that stand for values (TRAP, HVC64, unsatisfied-read) must not be taken for what stands around them. */
function plainNames({ printText }: EventFormat): boolean {
	const strings = tokensOf(printText)?.filter(({ kind }) => kind === 'string') ?? [];
	return strings.slice(1).every(({ text }) => /^[\w /-]{1,48}$/.test(text));
}

const encoder = new TextEncoder();

function readsAs(name: EventName, text: string): boolean {
	return decodeText(name, text) !== undefined;
}

function decodeText(name: EventName, text: string) {
	const bytes = encoder.encode(text);
	return decodePayload(name, bytes, 0, bytes.length, false);
}

/** Whether this record reads as its event. */
export function isSound({ name, print }: KnownEvent, record: EventRecord): boolean {
	return readsAs(name, print(record));
}
