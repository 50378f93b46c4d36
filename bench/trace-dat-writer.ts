// Writes trace.dat files: for the benchmarks, of any size, and for the tests, of every kind that trace-cmd
// has written and some that nobody should. It shares no code with the reader but the parsing of formats.

import { zlibSync } from 'fflate';
import { type EventFormat, parseEventFormat } from '../src/trace/dat/event-format.ts';

/** Byte order and sizes, of the machine that is traced. */
export interface Machine {
	readonly little: boolean;
	readonly longSize: 4 | 8;
	readonly pageSize: number;
}

export const arm64: Machine = { little: true, longSize: 8, pageSize: 4096 };

/** Bytes in the machine's order. */
export class Bytes {
	readonly little: boolean;
	#bytes = new Uint8Array(1024);
	#view = new DataView(this.#bytes.buffer);
	length = 0;

	constructor(little: boolean) {
		this.little = little;
	}

	#room(size: number): number {
		const at = this.length;
		this.length += size;
		if (this.length > this.#bytes.length) {
			const larger = new Uint8Array(Math.max(this.length, this.#bytes.length * 2));
			larger.set(this.#bytes);
			this.#bytes = larger;
			this.#view = new DataView(larger.buffer);
		}
		return at;
	}

	u8(value: number): this {
		this.#bytes[this.#room(1)] = value;
		return this;
	}

	u16(value: number): this {
		const at = this.#room(2);
		this.#view.setUint16(at, value, this.little);
		return this;
	}

	u32(value: number): this {
		const at = this.#room(4);
		this.#view.setUint32(at, value, this.little);
		return this;
	}

	u64(value: bigint | number): this {
		const at = this.#room(8);
		this.#view.setBigUint64(at, BigInt.asUintN(64, BigInt(value)), this.little);
		return this;
	}

	long(value: number, size: 4 | 8): this {
		return size === 4 ? this.u32(value) : this.u64(value);
	}

	put(bytes: Uint8Array): this {
		const at = this.#room(bytes.length);
		this.#bytes.set(bytes, at);
		return this;
	}

	text(text: string): this {
		return this.put(Uint8Array.from(text, (letter) => letter.charCodeAt(0)));
	}

	cstring(text: string): this {
		return this.text(`${text}\0`);
	}

	/** Zeros up to a multiple of `size`. */
	align(size: number): this {
		return this.zeros((size - (this.length % size)) % size);
	}

	zeros(count: number): this {
		const at = this.#room(count);
		this.#bytes.fill(0, at, at + count);
		return this;
	}

	set64(at: number, value: number): void {
		this.#view.setBigUint64(at, BigInt(value), this.little);
	}

	set32(at: number, value: number): void {
		this.#view.setUint32(at, value, this.little);
	}

	get bytes(): Uint8Array {
		return this.#bytes.subarray(0, this.length);
	}
}

export type FieldValues = Readonly<Record<string, bigint | number | readonly bigint[]>>;

/** The bytes of one event by its format. */
export function recordOf(format: EventFormat, values: FieldValues, little: boolean): Uint8Array {
	const bytes = new Uint8Array(Math.ceil(format.extent / 4) * 4);
	const view = new DataView(bytes.buffer);
	const all: FieldValues = { common_type: format.id, ...values };
	for (const [name, value] of Object.entries(all)) {
		const field = format.fields.get(name);
		if (field === undefined) {
			throw new Error(`${format.name} has no field ${name}`);
		}
		const numbers = Array.isArray(value) ? (value as readonly bigint[]) : [BigInt(value as bigint | number)];
		const width = field.elements > 0 ? field.size / field.elements : field.size;
		numbers.forEach((number, i) => {
			const at = field.offset + i * width;
			for (let byte = 0; byte < width; byte++) {
				const shift = BigInt(8 * (little ? byte : width - 1 - byte));
				view.setUint8(at + byte, Number((BigInt.asUintN(64, number) >> shift) & 0xffn));
			}
		});
	}
	return bytes;
}

/** The ring buffer of one CPU, page after page. */
export class RingWriter {
	readonly #machine: Machine;
	readonly #pages: Uint8Array[] = [];
	readonly #headSize: number;
	#view: DataView;
	#page: Uint8Array;
	#used = 0;
	#time: bigint | undefined;
	#missed = 0;
	#missedCount: number | undefined;

	constructor(machine: Machine) {
		this.#machine = machine;
		this.#headSize = 8 + machine.longSize;
		this.#page = new Uint8Array(machine.pageSize);
		this.#view = new DataView(this.#page.buffer);
	}

	event(time: bigint, data: Uint8Array): this {
		const long = data.length > 28 * 4;
		this.#begin(time, data.length + (long ? 8 : 4) + 8);
		const delta = this.#deltaTo(time);
		if (long) {
			this.#word(0, delta);
			this.#u32(data.length + 4);
		} else {
			this.#word(data.length / 4, delta);
		}
		this.#page.set(data, this.#at());
		this.#used += data.length;
		return this;
	}

	/** A discarded event of `size` bytes. */
	padding(time: bigint, size: number): this {
		this.#begin(time, size + 8);
		// A delta of zero would mean the end of the page.
		const delta = Math.max(1, this.#deltaTo(time));
		this.#word(29, delta);
		this.#u32(size - 4);
		this.#used += size - 8;
		this.#time = time;
		return this;
	}

	/** An absolute time, of which an event stores 59 bits. */
	stamp(time: bigint): this {
		this.#begin(time, 8);
		this.#word(31, Number(time & 0x7ff_ffffn));
		this.#u32(Number((time >> 27n) & 0xffff_ffffn));
		this.#time = time;
		return this;
	}

	/** What comes next is on a new page, before which events were lost. */
	lost(count?: number): this {
		this.newPage();
		this.#missed = count === undefined ? 0x8000_0000 : 0xc000_0000;
		this.#missedCount = count;
		return this;
	}

	newPage(): this {
		if (this.#time !== undefined) {
			this.#close();
		}
		return this;
	}

	/** Gives out the pages that are full, and forgets them: for more pages than memory holds. */
	takeFull(): Uint8Array[] {
		return this.#pages.splice(0);
	}

	get pages(): Uint8Array {
		this.newPage();
		const { pageSize } = this.#machine;
		const all = new Uint8Array(this.#pages.length * pageSize);
		this.#pages.forEach((page, i) => {
			all.set(page, i * pageSize);
		});
		return all;
	}

	#close(): void {
		const { longSize, little, pageSize } = this.#machine;
		const commit = (this.#used | this.#missed) >>> 0;
		if (longSize === 4) {
			this.#view.setUint32(8, commit, little);
		} else {
			this.#view.setBigUint64(8, BigInt(commit), little);
		}
		if (this.#missedCount !== undefined) {
			const at = this.#headSize + this.#used;
			if (longSize === 4) {
				this.#view.setUint32(at, this.#missedCount, little);
			} else {
				this.#view.setBigUint64(at, BigInt(this.#missedCount), little);
			}
		}
		this.#pages.push(this.#page);
		this.#page = new Uint8Array(pageSize);
		this.#view = new DataView(this.#page.buffer);
		this.#used = 0;
		this.#missed = 0;
		this.#missedCount = undefined;
		this.#time = undefined;
	}

	#begin(time: bigint, size: number): void {
		// Room for the number of lost events is kept.
		if (this.#headSize + this.#used + size + 8 > this.#machine.pageSize) {
			this.newPage();
		}
		if (this.#time === undefined) {
			this.#view.setBigUint64(0, time, this.#machine.little);
			this.#time = time;
		}
	}

	/** The delta to write; a longer one than 27 bits goes into an extension before it. */
	#deltaTo(time: bigint): number {
		const delta = time - (this.#time ?? time);
		this.#time = time;
		if (delta < 0n) {
			throw new Error('time goes backwards');
		}
		if (delta < 0x800_0000n) {
			return Number(delta);
		}
		this.#word(30, Number(delta & 0x7ff_ffffn));
		this.#u32(Number(delta >> 27n));
		return 0;
	}

	#at(): number {
		return this.#headSize + this.#used;
	}

	#word(type: number, delta: number): void {
		this.#u32(this.#machine.little ? ((delta << 5) | type) >>> 0 : ((type << 27) | delta) >>> 0);
	}

	#u32(value: number): void {
		this.#view.setUint32(this.#at(), value, this.#machine.little);
		this.#used += 4;
	}
}

export interface DatOption {
	readonly id: number;
	readonly data: Uint8Array;
}

export interface DatBufferContent {
	/** '' for the first */
	readonly name: string;
	/** pages, by CPU */
	readonly cpus: readonly Uint8Array[];
}

export type Compression = 'none' | 'zlib' | 'zstd';

export interface DatContent {
	readonly version: 6 | 7;
	readonly machine: Machine;
	/** version 7 only */
	readonly compression?: Compression;
	readonly systems: ReadonlyMap<string, readonly string[]>;
	/** `PID NAME` lines */
	readonly comms: string;
	readonly buffers: readonly DatBufferContent[];
	readonly options?: readonly DatOption[];
	/** so many bytes the size of a CPU's compressed data is too small; 4 in trace-cmd 3.1 */
	readonly understated?: number;
	/** in place of buffers */
	readonly latency?: string;
	readonly clock?: string;
}

export function formatsOf({ systems }: Pick<DatContent, 'systems'>): Map<string, EventFormat> {
	const formats = [...systems].flatMap(([system, texts]) =>
		texts.map((text) => parseEventFormat(system, text)).filter((format) => format !== undefined),
	);
	return new Map(formats.map((format) => [format.name, format]));
}

export function writeDat(content: DatContent): Uint8Array {
	return content.version === 6 ? writeVersion6(content) : writeVersion7(content);
}

function start({ version, machine }: DatContent): Bytes {
	const out = new Bytes(machine.little);
	out
		.put(Uint8Array.of(0x17, 0x08, 0x44))
		.text('tracing')
		.cstring(String(version));
	return out
		.u8(machine.little ? 0 : 1)
		.u8(machine.longSize)
		.u32(machine.pageSize);
}

function headerInfo(out: Bytes, { longSize, pageSize }: Machine): void {
	const data = 8 + longSize;
	const page = [
		'\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;',
		`\tfield: local_t commit;\toffset:8;\tsize:${longSize};\tsigned:1;`,
		'\tfield: char overwrite;\toffset:8;\tsize:1;\tsigned:1;',
		`\tfield: char data;\toffset:${data};\tsize:${pageSize - data};\tsigned:1;\n`,
	].join('\n');
	const event = [
		'# compressed entry header',
		'\ttype_len    :    5 bits',
		'\ttime_delta  :   27 bits',
		'\tarray       :   32 bits',
		'',
		'\tpadding     : type == 29',
		'\ttime_extend : type == 30',
		'\ttime_stamp : type == 31',
		'\tdata max type_len  == 28\n',
	].join('\n');
	out.cstring('header_page').u64(page.length).text(page);
	out.cstring('header_event').u64(event.length).text(event);
}

function ftraceFormats(out: Bytes, { systems }: DatContent): void {
	const formats = systems.get('ftrace') ?? [];
	out.u32(formats.length);
	for (const text of formats) {
		out.u64(text.length).text(text);
	}
}

function eventFormats(out: Bytes, { systems }: DatContent): void {
	const others = [...systems].filter(([system]) => system !== 'ftrace');
	out.u32(others.length);
	for (const [system, texts] of others) {
		out.cstring(system).u32(texts.length);
		for (const text of texts) {
			out.u64(text.length).text(text);
		}
	}
}

const otherClocks = 'global counter uptime perf mono mono_raw boot';

/**
 * The head of a version 6 file whose first buffer has CPUs of these sizes, and where their data are to be:
 * on the next page. For files too large for memory.
 */
export function headOfVersion6(content: DatContent, sizes: readonly number[]): Uint8Array {
	const { machine, comms, clock, options = [] } = content;
	const out = start(content);
	headerInfo(out, machine);
	ftraceFormats(out, content);
	eventFormats(out, content);
	out.u32(0).u32(0).u64(comms.length).text(comms);
	out.u32(sizes.length);
	out.text('options  \0');
	for (const { id, data } of options) {
		out.u16(id).u32(data.length).put(data);
	}
	if (clock !== undefined) {
		const text = `[${clock}] ${otherClocks}\n\0`;
		out.u16(4).u32(text.length).text(text);
	}
	const instances = content.buffers.slice(1).map(({ name }) => {
		out.u16(3).u32(8 + name.length + 1);
		const at = out.length;
		out.u64(0).cstring(name);
		return at;
	});
	out.u16(0);
	if (content.latency !== undefined) {
		return out.text('latency  \0').text(content.latency).bytes;
	}
	out.text('flyrecord\0');
	const table = out.length;
	out.zeros(16 * sizes.length);
	if (clock !== undefined) {
		const text = `[${clock}] ${otherClocks}\n`;
		out.u64(text.length).text(text);
	}
	// The tables of the instances stand before the data of all.
	const tables = instances.map((at) => {
		out.set64(at, out.length);
		out.text('flyrecord\0');
		const begin = out.length;
		out.zeros(16 * sizes.length);
		return begin;
	});
	out.align(machine.pageSize);
	let offset = out.length;
	[table, ...tables].forEach((begin, buffer) => {
		const of = buffer === 0 ? sizes : (content.buffers[buffer]?.cpus.map(({ length }) => length) ?? []);
		of.forEach((size, cpu) => {
			out.set64(begin + 16 * cpu, offset);
			out.set64(begin + 16 * cpu + 8, size);
			offset += size;
		});
	});
	return out.bytes;
}

function writeVersion6(content: DatContent): Uint8Array {
	const sizes = content.buffers[0]?.cpus.map(({ length }) => length) ?? [];
	const out = new Bytes(content.machine.little).put(headOfVersion6(content, sizes));
	if (content.latency === undefined) {
		for (const { cpus } of content.buffers) {
			for (const pages of cpus) {
				out.put(pages);
			}
		}
	}
	return out.bytes;
}

function writeVersion7(content: DatContent): Uint8Array {
	const { machine, comms, compression = 'none', options = [], clock = 'local' } = content;
	const { little, pageSize } = machine;
	const out = start(content);
	out.cstring(compression).cstring(compression === 'none' ? '' : '1.0');
	const first = out.length;
	out.u64(0);
	const info = section(out, 16, compression, (body) => headerInfo(body, machine));
	const ftrace = section(out, 17, compression, (body) => ftraceFormats(body, content));
	const formats = section(out, 18, compression, (body) => eventFormats(body, content));
	const names = section(out, 21, compression, (body) => body.u64(comms.length).text(comms));
	const offset = (value: number) => new Bytes(little).u64(value).bytes;
	const references: DatOption[] = [
		{ id: 16, data: offset(info) },
		{ id: 17, data: offset(ftrace) },
		{ id: 18, data: offset(formats) },
		{ id: 4, data: new Bytes(little).cstring(`[${clock}] ${otherClocks}\n`).bytes },
		{ id: 21, data: offset(names) },
		...options,
	];
	const second: DatOption[] = [];
	if (content.latency !== undefined) {
		const text = new Bytes(little).text(content.latency).bytes;
		const at = out.length;
		const body = compression === 'none' ? text : chunks(text, little, compression, pageSize);
		out
			.u16(22)
			.u16(compression === 'none' ? 0 : 1)
			.u32(0)
			.u64(body.length)
			.put(body);
		second.push({ id: 22, data: new Bytes(little).u64(at).cstring('').cstring(clock).bytes });
	}
	for (const { name, cpus } of content.latency === undefined ? content.buffers : []) {
		const at = out.length;
		out
			.u16(3)
			.u16(compression === 'none' ? 0 : 1)
			.u32(0)
			.u64(0)
			.align(pageSize);
		const table = new Bytes(little).u64(at).cstring(name).cstring(clock).u32(pageSize).u32(cpus.length);
		cpus.forEach((pages, cpu) => {
			const data = compression === 'none' ? pages : chunks(pages, little, compression, pageSize);
			table
				.u32(cpu)
				.u64(out.length)
				.u64(data.length - (content.understated ?? 0));
			out.put(data);
		});
		out.set64(at + 8, out.length - at - 16);
		second.push({ id: 3, data: table.bytes });
	}
	// Two sections of options, as trace-cmd writes them.
	const last = optionSection(out, second, 0);
	out.set64(first, optionSection(out, references, last));
	return out.bytes;
}

function section(out: Bytes, id: number, compression: Compression, fill: (body: Bytes) => void): number {
	const at = out.length;
	const body = new Bytes(out.little);
	fill(body);
	if (compression === 'none') {
		out.u16(id).u16(0).u32(0).u64(body.length).put(body.bytes);
	} else {
		const data = packed(body.bytes, compression);
		out
			.u16(id)
			.u16(1)
			.u32(0)
			.u64(data.length + 8)
			.u32(data.length)
			.u32(body.length)
			.put(data);
	}
	return at;
}

function optionSection(out: Bytes, options: readonly DatOption[], next: number): number {
	const at = out.length;
	const body = new Bytes(out.little);
	for (const { id, data } of options) {
		body.u16(id).u32(data.length).put(data);
	}
	body.u16(0).u32(8).u64(next);
	out.u16(0).u16(0).u32(0).u64(body.length).put(body.bytes);
	return at;
}

/** Ten pages a chunk, as trace-cmd does. */
function chunks(bytes: Uint8Array, little: boolean, compression: Compression, pageSize: number): Uint8Array {
	const size = 10 * pageSize;
	const out = new Bytes(little).u32(Math.ceil(bytes.length / size));
	for (let at = 0; at < bytes.length; at += size) {
		const chunk = bytes.subarray(at, at + size);
		const data = packed(chunk, compression);
		out.u32(data.length).u32(chunk.length).put(data);
	}
	return out.bytes;
}

function packed(bytes: Uint8Array, compression: Compression): Uint8Array {
	return compression === 'zlib' ? zlibSync(bytes) : storedZstd(bytes);
}

/** A zstd frame that stores: there is no compressor for it in Node 20 (RFC 8878, 3.1.1). */
export function storedZstd(bytes: Uint8Array, most = 0x1_0000): Uint8Array {
	const out = new Bytes(true).u32(0xfd2f_b528).u8(0xa0).u32(bytes.length);
	for (let at = 0; at === 0 || at < bytes.length; at += most) {
		const block = bytes.subarray(at, at + most);
		const last = at + most >= bytes.length ? 1 : 0;
		const head = (block.length << 3) | last;
		out
			.u8(head & 0xff)
			.u16(head >>> 8)
			.put(block);
	}
	return out.bytes;
}
