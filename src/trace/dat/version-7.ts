// trace.dat version 7: sections anywhere in the file, found through options; each may be compressed.

import { type ByteSource, bytesInMemory } from '../byte-source.ts';
import { type Unpack, unpackerOf } from './compression.ts';
import { Damage } from './damage.ts';
import type { CpuPart, DatHead } from './dat-file.ts';
import { FileCursor } from './file-cursor.ts';
import { Option, readCommonOption } from './options.ts';
import { readCommandNames, readEventFormats, readFtraceFormats, readHeaderInfo } from './sections.ts';

const flagCompressed = 1;
const mostCpus = 0x1_0000;
/** trace-cmd writes two or three. */
const mostOptionSections = 64;
const longestChunk = 0x100_0000;

interface Section {
	readonly id: number;
	readonly compressed: boolean;
	/** the section's body in the file */
	readonly start: number;
	readonly end: number;
}

export async function readVersion7(source: ByteSource, cursor: FileCursor, head: DatHead): Promise<void> {
	const at = cursor.place;
	const algorithm = await cursor.cstring('the name of the compression', 64);
	await cursor.cstring('the version of the compression', 64);
	const unpack = unpackerOf(algorithm);
	if (unpack === undefined) {
		throw new Damage(at, `compression ${JSON.stringify(algorithm)}`, 'none, zlib or zstd');
	}
	const file = new SectionFile(source, head.little, cursor.end, unpack);
	let next = await cursor.size('the offset of the options');
	for (let count = 0; next !== 0; count++) {
		if (count >= mostOptionSections) {
			throw new Damage(next, `more than ${mostOptionSections} sections of options`, 'an end of them');
		}
		const { id, body } = await file.open(next);
		if (id !== Option.done) {
			throw new Damage(next, `section ${id}`, 'a section of options (0)');
		}
		next = await readOptions(file, body, head);
	}
}

/** Takes the options of a section; where the next such section is, 0 where there is none. */
async function readOptions(file: SectionFile, body: FileCursor, head: DatHead): Promise<number> {
	while (body.left > 0) {
		const id = await body.u16('an option');
		const size = await body.u32('the size of an option');
		const place = body.place;
		const data = (await body.bytes(size, 'an option')).slice();
		const option = new FileCursor(bytesInMemory('option', data), head.little, {
			start: 0,
			end: size,
			place: (position) => place + position,
		});
		switch (id) {
			case Option.done:
				return option.left >= 8 ? option.size('the offset of the next options') : 0;
			case Option.buffer:
				await readBuffer(file, option, head);
				break;
			case Option.bufferText:
				head.text = await file.text(await option.size('the offset of the text'));
				break;
			case Option.headerInfo:
				head.page = await readHeaderInfo(await sectionOf(file, option));
				break;
			case Option.ftraceEvents:
				await readFtraceFormats(await sectionOf(file, option), head.formats);
				break;
			case Option.eventFormats:
				await readEventFormats(await sectionOf(file, option), head.formats);
				break;
			case Option.commandLines:
				await readCommandNames(await sectionOf(file, option), head.comms);
				break;
			default:
				await readCommonOption(id, option, head);
		}
	}
	return 0;
}

async function sectionOf(file: SectionFile, option: FileCursor): Promise<FileCursor> {
	return (await file.open(await option.size('the offset of a section'))).body;
}

async function readBuffer(file: SectionFile, option: FileCursor, head: DatHead): Promise<void> {
	const section = await file.header(await option.size('the offset of a buffer'));
	const name = await option.cstring("a buffer's name");
	const clock = await option.cstring("a buffer's clock");
	head.clock ??= clock === '' ? undefined : clock;
	const pageSize = await option.u32("the size of a buffer's pages");
	const at = option.place;
	const count = await option.u32("the number of a buffer's CPUs");
	if (count > mostCpus) {
		throw new Damage(at, `${count} CPUs`, `at most ${mostCpus}`);
	}
	const cpus: CpuPart[] = [];
	for (let i = 0; i < count; i++) {
		const cpu = await option.u32('the number of a CPU');
		const offset = await option.size("the offset of a CPU's data");
		const size = await option.size("the size of a CPU's data");
		cpus.push({ cpu, offset, size });
	}
	head.buffers.push({ name, pageSize, cpus, unpack: section.compressed ? file.unpack : undefined });
}

class SectionFile {
	readonly unpack: Unpack;
	readonly #source: ByteSource;
	readonly #little: boolean;
	readonly #end: number;

	constructor(source: ByteSource, little: boolean, end: number, unpack: Unpack) {
		this.#source = source;
		this.#little = little;
		this.#end = end;
		this.unpack = unpack;
	}

	#cursor(start: number): FileCursor {
		return new FileCursor(this.#source, this.#little, { start, end: this.#end });
	}

	async header(offset: number): Promise<Section> {
		const cursor = this.#cursor(offset);
		const id = await cursor.u16('a section');
		const flags = await cursor.u16('the flags of a section');
		cursor.skip(4, 'the description of a section');
		const size = await cursor.size('the size of a section');
		const start = cursor.position;
		return { id, compressed: (flags & flagCompressed) !== 0, start, end: start + size };
	}

	/** The body of the section, unpacked where it is compressed. */
	async open(offset: number): Promise<{ readonly id: number; readonly body: FileCursor }> {
		const { id, compressed, start, end } = await this.header(offset);
		if (!compressed) {
			const bounds = { start, end: Math.min(end, this.#end) };
			return { id, body: new FileCursor(this.#source, this.#little, bounds) };
		}
		const cursor = this.#cursor(start);
		const packedSize = await cursor.u32('the size of a compressed section');
		const size = await cursor.u32('the size of an unpacked section');
		const place = cursor.position;
		const packed = await cursor.bytes(packedSize, 'a compressed section');
		const bytes = this.unpack(packed, size, place);
		return {
			id,
			body: new FileCursor(bytesInMemory('section', bytes), this.#little, {
				start: 0,
				end: bytes.length,
				place: () => place,
			}),
		};
	}

	/** The text of a latency recording: as it is, or in chunks. */
	async text(offset: number): Promise<{ readonly text: Uint8Array; readonly offset: number }> {
		const { compressed, start, end } = await this.header(offset);
		const cursor = this.#cursor(start);
		if (!compressed) {
			return { offset: start, text: (await cursor.bytes(end - start, 'the text of the trace')).slice() };
		}
		const count = await cursor.u32('the number of chunks');
		const chunks: Uint8Array[] = [];
		for (let i = 0; i < count; i++) {
			chunks.push(await readChunk(cursor, this.unpack));
		}
		const text = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
		let at = 0;
		for (const chunk of chunks) {
			text.set(chunk, at);
			at += chunk.length;
		}
		return { offset: start, text };
	}
}

async function readChunk(cursor: FileCursor, unpack: Unpack): Promise<Uint8Array> {
	const { packed, size, place } = await readPackedChunk(cursor);
	return unpack(packed, size, place);
}

export interface PackedChunk {
	readonly packed: Uint8Array;
	/** when unpacked */
	readonly size: number;
	readonly place: number;
}

/** One chunk of the trace data. The bytes are the cursor's own: copy what is to be kept. */
export async function readPackedChunk(cursor: FileCursor): Promise<PackedChunk> {
	const packedSize = await cursor.u32('the size of a compressed chunk');
	const at = cursor.place;
	const size = await cursor.u32('the size of an unpacked chunk');
	if (size > longestChunk) {
		throw new Damage(at, `a chunk of ${size} bytes when unpacked`, `at most ${longestChunk}`);
	}
	const place = cursor.position;
	return { packed: await cursor.bytes(packedSize, 'a compressed chunk'), size, place };
}
