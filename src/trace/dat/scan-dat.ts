// First pass over the ring buffers: records to rows of the event table, CPU by CPU; they are put in order of
// time afterwards. An event of no interest is only counted, a damaged page noted, and neither stops the scan.

import type { ByteSource } from '../byte-source.ts';
import { EventKind } from '../event.ts';
import { Attributed, EventColumns, unknown } from '../event-columns.ts';
import { tooLarge } from '../nothing-to-debug.ts';
import { ProblemList } from '../problem-list.ts';
import { Threads } from '../threads.ts';
import type { Turn } from '../turn.ts';
import { VirtualMachines } from '../virtual-machines.ts';
import type { Unpack } from './compression.ts';
import { Damage } from './damage.ts';
import type { CpuPart, DatBuffer, DatHead } from './dat-file.ts';
import { DataStore } from './data-store.ts';
import { fieldNumber } from './event-record.ts';
import { type EventType, EventTypes, isSound, type KnownEvent } from './event-types.ts';
import { FileCursor } from './file-cursor.ts';
import { RingPage } from './ring-page.ts';
import { correctionFor } from './trace-time.ts';
import { readPackedChunk } from './version-7.ts';

/** What is read of uncompressed pages in one go. */
const blockSize = 0x10_0000;
/** A column of 32 bits counts words of four bytes. */
const mostBytes = 0x4_0000_0000;
/** The part of the work that is reading. */
export const readingShare = 0.8;
/** trace-cmd 3.1 leaves the word that counts the chunks out of their size. */
const uncounted = 4;
/** A size may lie: no more than 400 MB on its word. */
const mostReserved = 0x100_0000;

const encoder = new TextEncoder();

export class DatScanner {
	readonly columns = new EventColumns();
	readonly threads = new Threads();
	readonly machines = new VirtualMachines();
	readonly problems = new ProblemList();
	readonly store: DataStore;
	readonly types: EventTypes;
	/** rows of their own: `thread` has loaded `vcpu`. They take no part in the table. */
	readonly loaded = new EventColumns(16);
	eventRows = 0;
	anyNamed = false;
	readonly #source: ByteSource;
	readonly #head: DatHead;
	readonly #page: RingPage;
	readonly #threadOf = new Map<number, number>();
	#lastPid = -1;
	#lastThread = unknown;
	#scanned = 0;
	/** where the next pages are in the space of all pages */
	#position = 0;
	readonly #total: number;
	readonly #share: number;
	/** Before this time all events have been read, where not all was read of each CPU. */
	knownUntil: bigint | undefined;
	/** of the CPU being read */
	#cpu = 0;
	#correct: ((stamp: bigint) => bigint) | undefined;
	#shiftHigh: number;
	#shiftLow: number;
	#timeHigh = 0;
	#timeLow = 0;

	/** `share`: how much to read of what each CPU has, from its beginning on; see `knownUntil`. */
	constructor(source: ByteSource, head: DatHead, share = 1) {
		this.#source = source;
		this.#share = share;
		this.store = new DataStore(source);
		this.#head = head;
		this.types = new EventTypes(head.formats, head.page.commitSize === 4 ? 32 : 64, head.little);
		this.#page = new RingPage(head.page, head.little);
		this.#total = head.buffers.reduce(
			(sum, buffer) => buffer.cpus.reduce((some, part) => some + this.#wanted(buffer, part), sum),
			0,
		);
		const shift = BigInt.asUintN(64, head.time.offset);
		this.#shiftHigh = Number(shift >> 32n);
		this.#shiftLow = Number(shift & 0xffff_ffffn);
	}

	async scan(turn: Turn): Promise<void> {
		for (const { name, expected } of this.types.misfits) {
			this.problems.add({
				offset: 0,
				found: `a format of the event ${name} that does not read so`,
				expected,
			});
		}
		let done = 0;
		for (const buffer of this.#head.buffers) {
			for (const part of buffer.cpus) {
				this.#cpu = Math.min(part.cpu, 0xffff);
				this.#correct = correctionFor(this.#head.time, part.cpu);
				this.#timeHigh = 0;
				this.#timeLow = 0;
				await this.#cpuData(buffer, part, (offset) => {
					const read = done + offset - part.offset;
					return turn.over() ? turn.rest(readingShare * Math.min(1, read / this.#total)) : undefined;
				});
				done += this.#wanted(buffer, part);
				this.#knownUntilNow(buffer, part);
			}
		}
	}

	/** Bytes to read of a CPU, whole pages. */
	#wanted({ pageSize }: DatBuffer, { size }: CpuPart): number {
		return Math.min(size, Math.ceil((size * this.#share) / pageSize) * pageSize);
	}

	/** Of the CPU just read there may be more events, from the time of the last one on. */
	#knownUntilNow(buffer: DatBuffer, part: CpuPart): void {
		const time = (BigInt(this.#timeHigh) << 32n) | BigInt(this.#timeLow);
		if (part.size > this.#wanted(buffer, part) && (this.knownUntil === undefined || time < this.knownUntil)) {
			this.knownUntil = time;
		}
	}

	/** Reads the pages of one CPU. */
	async #cpuData(
		buffer: DatBuffer,
		part: CpuPart,
		rest: (offset: number) => Promise<void> | undefined,
	): Promise<void> {
		try {
			await (buffer.unpack === undefined
				? this.#plain(buffer, part, rest)
				: this.#packed(buffer.unpack, buffer, part, rest));
		} catch (error) {
			// The end of the file is told once for all CPUs.
			const cut = part.offset + part.size > this.#source.size;
			if (!(error instanceof Damage) || !error.truncated || !cut) {
				this.#problem(error);
			}
		}
	}

	async #plain(
		buffer: DatBuffer,
		part: CpuPart,
		rest: (offset: number) => Promise<void> | undefined,
	): Promise<void> {
		const { pageSize } = buffer;
		const block = Math.max(1, Math.floor(blockSize / pageSize)) * pageSize;
		const end = Math.min(part.offset + this.#wanted(buffer, part), this.#source.size);
		for (let offset = part.offset; offset < end; offset += block) {
			const length = Math.min(block, end - offset);
			const bytes = await this.#source.read(offset, length);
			const rows = this.columns.length;
			this.#pages(bytes, pageSize, (at) => offset + at);
			this.#keep(rows, bytes, bytes.length, undefined, offset, pageSize);
			if (bytes.length < length) {
				break;
			}
			await rest(offset + length);
		}
	}

	async #packed(
		unpack: Unpack,
		buffer: DatBuffer,
		part: CpuPart,
		rest: (offset: number) => Promise<void> | undefined,
	): Promise<void> {
		if (part.size === 0) {
			return;
		}
		const { pageSize } = buffer;
		const end = Math.min(part.offset + part.size + uncounted, this.#source.size);
		const cursor = new FileCursor(this.#source, this.#head.little, { start: part.offset, end });
		const count = await cursor.u32('the number of chunks');
		for (let i = 0; i < count && cursor.position - part.offset < this.#wanted(buffer, part); i++) {
			const { packed, size, place } = await readPackedChunk(cursor);
			const rows = this.columns.length;
			try {
				this.#pages(unpack(packed, size, place), pageSize, () => place);
			} catch (error) {
				this.#problem(error);
			}
			this.#keep(rows, packed, size, unpack, place, pageSize);
			await rest(cursor.position);
		}
	}

	/** Keeps the bytes in which rows were found since there were `rows`, and goes on behind them. */
	#keep(
		rows: number,
		bytes: Uint8Array,
		size: number,
		unpack: Unpack | undefined,
		place: number,
		pageSize: number,
	): void {
		if (this.columns.length > rows) {
			this.store.keep({ start: this.#position, size, unpack, place }, bytes, pageSize);
		}
		// Rows note where they are in words of four bytes.
		this.#position += Math.ceil(size / 8) * 8;
	}

	/** Pages one after the other; the last may be cut. */
	#pages(bytes: Uint8Array, pageSize: number, place: (at: number) => number): void {
		const base = this.#position;
		if (base + bytes.length > mostBytes) {
			throw tooLarge(this.#source.name, base + bytes.length);
		}
		const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
		for (let at = 0; at + pageSize <= bytes.length; at += pageSize) {
			try {
				this.#onePage(view, at, pageSize, base);
			} catch (error) {
				if (!(error instanceof Damage)) {
					throw error;
				}
				this.#problem(new Damage(place(error.offset), error.found, error.expected));
			}
		}
		if (this.#scanned === 0 && bytes.length > 0) {
			// As many rows as there will be when the file goes on as it begins, and some more: CPUs differ, and doubling takes long.
			const rows = Math.ceil((1.15 * this.columns.length * this.#total) / bytes.length);
			this.columns.reserve(Math.min(rows, mostReserved));
		}
		this.#scanned += bytes.length;
	}

	#onePage(view: DataView, start: number, size: number, base: number): void {
		const page = this.#page;
		const little = this.#head.little;
		const { columns, types } = this;
		const typeOffset = types.typeField.offset;
		let gap = page.begin(view, start, size);
		while (page.next()) {
			const data = page.dataStart;
			if (page.dataLength < typeOffset + 2) {
				throw new Damage(data, `an event of ${page.dataLength} bytes`, 'one that says which event it is');
			}
			this.#time();
			if (gap) {
				gap = false;
				columns.add(EventKind.lost, this.#timeHigh, this.#timeLow, (base + start) / 4, this.#cpu, unknown);
			}
			const id = view.getUint16(data + typeOffset, little);
			const type = types.find(id) ?? types.unknown(id);
			const { known, pid } = type;
			if (known === undefined) {
				type.skipped++;
				if (type.loadedVcpu !== undefined && page.dataLength >= type.extent) {
					this.#noteLoaded(type, view, data);
				}
				continue;
			}
			if (page.dataLength < type.extent) {
				const expected = `the ${type.extent} bytes of its format`;
				throw new Damage(data, `an event ${type.name} of ${page.dataLength} bytes`, expected);
			}
			if (known.doubtful && !isSound(known, { view, start: data, little })) {
				this.#problem(new Damage(data, `an event ${type.name} that does not read as one`, 'its format'));
				continue;
			}
			const thread = pid === undefined ? unknown : this.#thread(view.getInt32(data + pid.offset, little));
			const row = columns.add(
				known.kind,
				this.#timeHigh,
				this.#timeLow,
				(base + data) / 4,
				this.#cpu,
				thread,
				known.code({ view, start: data, little }),
			);
			this.eventRows++;
			if (known.kvm !== undefined || known.vcpu !== undefined) {
				this.#attribute(known, view, data, row);
			}
		}
	}

	/** The time of the event that the page is at, as trace-cmd would print it. */
	#time(): void {
		const { timeHigh, timeLow } = this.#page;
		if (this.#correct !== undefined) {
			const time = this.#correct((BigInt(timeHigh) << 32n) | BigInt(timeLow));
			this.#timeHigh = Number(time >> 32n);
			this.#timeLow = Number(time & 0xffff_ffffn);
			return;
		}
		const low = timeLow + this.#shiftLow;
		this.#timeHigh = (timeHigh + this.#shiftHigh + (low >= 0x1_0000_0000 ? 1 : 0)) >>> 0;
		this.#timeLow = low >>> 0;
	}

	#thread(pid: number): number {
		if (pid === this.#lastPid) {
			return this.#lastThread;
		}
		let thread = this.#threadOf.get(pid);
		if (thread === undefined) {
			const comm = this.#head.comms.get(pid) ?? (pid === 0 ? '<idle>' : '<...>');
			const bytes = encoder.encode(comm);
			thread = this.threads.indexOf(pid, -1, bytes, 0, bytes.length);
			this.#threadOf.set(pid, thread);
		}
		this.#lastPid = pid;
		this.#lastThread = thread;
		return thread;
	}

	/** A probe says itself whom it is about. */
	#attribute({ kvm, vcpu, pending }: KnownEvent, view: DataView, start: number, row: number): void {
		const record = { view, start, little: this.#head.little };
		const id = vcpu === undefined ? -1n : fieldNumber(record, vcpu);
		const named = id >= 0n && id < 0x7fffn;
		const vm =
			kvm === undefined ? unknown : this.machines.indexOf(BigInt.asUintN(64, fieldNumber(record, kvm)));
		const owed = pending !== undefined && fieldNumber(record, pending) !== 0n;
		const how = !named ? Attributed.none : owed ? Attributed.owedReset : Attributed.event;
		this.columns.attribute(row, vm, named ? Number(id) : unknown, how);
		this.anyNamed ||= named;
	}

	#noteLoaded({ loadedVcpu, pid }: EventType, view: DataView, start: number): void {
		if (loadedVcpu === undefined || pid === undefined) {
			return;
		}
		const little = this.#head.little;
		const id = fieldNumber({ view, start, little }, loadedVcpu);
		if (id >= 0n && id < 0x7fffn) {
			const thread = this.#thread(view.getInt32(start + pid.offset, little));
			const { loaded } = this;
			const row = loaded.add(EventKind.lost, this.#timeHigh, this.#timeLow, 0, this.#cpu, thread);
			loaded.attribute(row, unknown, Number(id), Attributed.none);
		}
	}

	#problem(error: unknown): void {
		if (!(error instanceof Damage)) {
			throw error;
		}
		const { offset, found, expected } = error;
		this.problems.add({ offset, found, expected });
	}
}
