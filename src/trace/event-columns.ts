// The event table as columns and no object. Each column is as narrow as what stands in it: 16 bytes an event
// where there are few threads, CPUs and machines, 25 at most. Grows by doubling; a line number is not kept but
// found from the offset (`TraceText`).

import type { EventKind } from './event.ts';
import type { Attribution } from './trace.ts';
import type { Turn } from './turn.ts';

/** The numbers are only for the column. */
export const attributions: readonly Attribution[] = ['none', 'event', 'run', 'thread-name', 'first-entry'];

/**
 * Values of the `attribution` column. `owedReset` stands only between the two passes: an `event` that is a
 * reset with pending=1, which tells who is about to enter the guest; one with pending=0 does not.
 */
export const Attributed = { none: 0, event: 1, run: 2, threadName: 3, firstEntry: 4, owedReset: 5 } as const;

/** Values of the `code` column besides codes: there is none, or the detail must be looked at. */
export const Code = { none: 0xfe, unread: 0xff } as const;

/** A number as it stands in the `code` column. */
export function codeOf(value: number | undefined): number {
	return value === undefined ? Code.none : value >= 0 && value < Code.none ? value : Code.unread;
}

/** What `-1` is in the columns of indices. */
export const unknown = -1;

export class EventColumns {
	length = 0;
	/** the upper words of the times, less `timeBase`: in nanoseconds one byte is enough for a quarter of an hour */
	timeHigh: Unsigned;
	timeBase = 0;
	timeLow: Uint32Array;
	/** of the event's line in the file */
	offset: Uint32Array;
	/** index into the threads, `unknown` for lost events */
	thread: Signed;
	cpu: Unsigned;
	vm: Signed;
	vcpu: Signed;
	kind: Uint8Array;
	/** see `EventTable.code`; `Code.none` and `Code.unread` besides */
	code: Uint8Array;
	attribution: Uint8Array;

	constructor(capacity = 1024) {
		this.timeHigh = new Uint8Array(capacity);
		this.timeLow = new Uint32Array(capacity);
		this.offset = new Uint32Array(capacity);
		this.thread = new Int8Array(capacity);
		this.cpu = new Uint8Array(capacity);
		this.vm = new Int8Array(capacity);
		this.vcpu = new Int8Array(capacity);
		this.kind = new Uint8Array(capacity);
		this.code = new Uint8Array(capacity);
		this.attribution = new Uint8Array(capacity);
	}

	/** What an event costs as the columns are now. */
	get bytesPerEvent(): number {
		return this.#columns().reduce((sum, column) => sum + column.BYTES_PER_ELEMENT, 0);
	}

	/** Adds a row of unknown vCPU; its number. */
	add(
		kind: EventKind,
		timeHigh: number,
		timeLow: number,
		offset: number,
		cpu: number,
		thread: number,
		code: number = Code.unread,
	): number {
		const row = this.length;
		if (row === this.kind.length) {
			this.#resize(row * 2);
		}
		if (row === 0) {
			this.timeBase = timeHigh;
		}
		this.length = row + 1;
		this.setTime(row, timeHigh, timeLow);
		if (thread > mostSigned(this.thread)) {
			this.thread = wider(this.thread, thread);
		}
		if (cpu > mostUnsigned(this.cpu)) {
			this.cpu = wider(this.cpu, cpu);
		}
		this.offset[row] = offset;
		this.thread[row] = thread;
		this.cpu[row] = cpu;
		this.vm[row] = unknown;
		this.vcpu[row] = unknown;
		this.kind[row] = kind;
		this.code[row] = code;
		this.attribution[row] = 0;
		return row;
	}

	setTime(row: number, high: number, low: number): void {
		let above = high - this.timeBase;
		if (above < 0) {
			// Earlier than the first: a damaged file, or several put together.
			const whole = new Uint32Array(this.timeHigh.length);
			for (let i = 0; i < this.length; i++) {
				whole[i] = this.timeBase + (this.timeHigh[i] as number);
			}
			this.timeHigh = whole;
			this.timeBase = 0;
			above = high;
		} else if (above > mostUnsigned(this.timeHigh)) {
			this.timeHigh = wider(this.timeHigh, above);
		}
		this.timeHigh[row] = above;
		this.timeLow[row] = low;
	}

	attribute(row: number, vm: number, vcpu: number, how: number): void {
		if (vm > mostSigned(this.vm)) {
			this.vm = wider(this.vm, vm);
		}
		if (vcpu > mostSigned(this.vcpu)) {
			this.vcpu = wider(this.vcpu, vcpu);
		}
		this.vm[row] = vm;
		this.vcpu[row] = vcpu;
		this.attribution[row] = how;
	}

	high(row: number): number {
		return this.timeBase + (this.timeHigh[row] ?? 0);
	}

	time(row: number): bigint {
		return (BigInt(this.high(row)) << 32n) | BigInt(this.timeLow[row] ?? 0);
	}

	/** Whether row `a` is later than row `b`. */
	later(a: number, b: number): boolean {
		const high = (this.timeHigh[a] ?? 0) - (this.timeHigh[b] ?? 0);
		return high === 0 ? (this.timeLow[a] ?? 0) > (this.timeLow[b] ?? 0) : high > 0;
	}

	/** Makes room for so many rows at once, where doubling would copy all there are. */
	reserve(rows: number): void {
		if (rows > this.kind.length) {
			this.#resize(rows);
		}
	}

	/** Gives back what was taken too much, if that is much. */
	trim(): void {
		if (this.kind.length > this.length * 1.2) {
			this.#resize(this.length);
		}
	}

	/** The rows in another order: row i becomes what row `order[i]` was. */
	async reorder(order: Uint32Array, turn: Turn, fraction: number): Promise<void> {
		const gathered = <C extends Column>(column: C) => gather(column, order, turn, fraction);
		this.timeHigh = await gathered(this.timeHigh);
		this.timeLow = await gathered(this.timeLow);
		this.offset = await gathered(this.offset);
		this.thread = await gathered(this.thread);
		this.cpu = await gathered(this.cpu);
		this.vm = await gathered(this.vm);
		this.vcpu = await gathered(this.vcpu);
		this.kind = await gathered(this.kind);
		this.code = await gathered(this.code);
		this.attribution = await gathered(this.attribution);
	}

	#columns(): readonly Column[] {
		const { timeHigh, timeLow, offset, thread, cpu, vm, vcpu, kind, code, attribution } = this;
		return [timeHigh, timeLow, offset, thread, cpu, vm, vcpu, kind, code, attribution];
	}

	#resize(capacity: number): void {
		this.timeHigh = resized(this.timeHigh, capacity);
		this.timeLow = resized(this.timeLow, capacity);
		this.offset = resized(this.offset, capacity);
		this.thread = resized(this.thread, capacity);
		this.cpu = resized(this.cpu, capacity);
		this.vm = resized(this.vm, capacity);
		this.vcpu = resized(this.vcpu, capacity);
		this.kind = resized(this.kind, capacity);
		this.code = resized(this.code, capacity);
		this.attribution = resized(this.attribution, capacity);
	}
}

type Unsigned = Uint8Array | Uint16Array | Uint32Array;
type Signed = Int8Array | Int16Array | Int32Array;
type Column = Unsigned | Signed;

function mostUnsigned({ BYTES_PER_ELEMENT: bytes }: Unsigned): number {
	return bytes === 1 ? 0xff : bytes === 2 ? 0xffff : 0xffff_ffff;
}

function mostSigned({ BYTES_PER_ELEMENT: bytes }: Signed): number {
	return bytes === 1 ? 0x7f : bytes === 2 ? 0x7fff : 0x7fff_ffff;
}

/** The column with room for `value` in each of its elements. */
function wider(column: Unsigned, value: number): Unsigned;
function wider(column: Signed, value: number): Signed;
function wider(column: Column, value: number): Column {
	const signed = column instanceof Int8Array || column instanceof Int16Array;
	const makers = signed ? [Int16Array, Int32Array] : [Uint16Array, Uint32Array];
	const Made = value <= (signed ? 0x7fff : 0xffff) ? makers[0] : makers[1];
	return Made === undefined ? column : Made.from(column);
}

function resized<C extends Column>(column: C, capacity: number): C {
	const made = new (column.constructor as new (length: number) => C)(capacity);
	made.set(column.subarray(0, Math.min(column.length, capacity)));
	return made;
}

/** The engine makes one fast loop of each of these; of one for all kinds of column it makes a slow one. */
function gather32(from: Uint32Array, to: Uint32Array, order: Uint32Array, start: number, end: number): void {
	for (let i = start; i < end; i++) {
		to[i] = from[order[i] as number] as number;
	}
}

function gather16(from: Uint16Array, to: Uint16Array, order: Uint32Array, start: number, end: number): void {
	for (let i = start; i < end; i++) {
		to[i] = from[order[i] as number] as number;
	}
}

function gather8(from: Uint8Array, to: Uint8Array, order: Uint32Array, start: number, end: number): void {
	for (let i = start; i < end; i++) {
		to[i] = from[order[i] as number] as number;
	}
}

async function gather<C extends Column>(
	column: C,
	order: Uint32Array,
	turn: Turn,
	fraction: number,
): Promise<C> {
	const { length } = order;
	const made = new (column.constructor as new (length: number) => C)(length);
	const batch = 0x8000;
	for (let start = 0; start < length; start += batch) {
		const end = Math.min(length, start + batch);
		switch (column.BYTES_PER_ELEMENT) {
			case 4:
				gather32(unsigned32(column), unsigned32(made), order, start, end);
				break;
			case 2:
				gather16(unsigned16(column), unsigned16(made), order, start, end);
				break;
			default:
				gather8(column as Uint8Array, made as Uint8Array, order, start, end);
		}
		if (turn.over()) {
			await turn.rest(fraction);
		}
	}
	return made;
}

/** Moving numbers about, signs do not matter. */
function unsigned32({ buffer, byteOffset, length }: Column): Uint32Array {
	return new Uint32Array(buffer, byteOffset, length);
}

function unsigned16({ buffer, byteOffset, length }: Column): Uint16Array {
	return new Uint16Array(buffer, byteOffset, length);
}
