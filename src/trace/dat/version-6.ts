// trace.dat version 6: everything in a fixed order, the data of the CPUs last.

import type { ByteSource } from '../byte-source.ts';
import { Damage } from './damage.ts';
import type { CpuPart, DatBuffer, DatHead } from './dat-file.ts';
import { FileCursor } from './file-cursor.ts';
import { Option, readCommonOption } from './options.ts';
import { readCommandNames, readEventFormats, readFtraceFormats, readHeaderInfo } from './sections.ts';
import { chosenClock } from './trace-time.ts';

const mostCpus = 0x1_0000;

interface Instance {
	readonly name: string;
	readonly offset: number;
}

export async function readVersion6(source: ByteSource, cursor: FileCursor, head: DatHead): Promise<void> {
	head.page = await readHeaderInfo(cursor);
	await readFtraceFormats(cursor, head.formats);
	await readEventFormats(cursor, head.formats);
	cursor.skip(await cursor.u32('the size of the kernel symbols'), 'the kernel symbols');
	cursor.skip(await cursor.u32('the size of the printk formats'), 'the printk formats');
	await readCommandNames(cursor, head.comms);
	let cpus = await cpuCount(cursor);
	const instances: Instance[] = [];
	let kind = await kindOf(cursor);
	if (kind === 'options') {
		cpus = (await readOptions(source, cursor, head, instances)) ?? cpus;
		kind = await kindOf(cursor);
	}
	if (kind === 'latency') {
		const offset = cursor.position;
		head.text = { offset, text: (await cursor.bytes(cursor.left, 'the text of the trace')).slice() };
		return;
	}
	head.buffers.push(await readBuffer(cursor, kind, '', cpus, head.pageSize));
	await readClock(cursor, head);
	for (const { name, offset } of instances) {
		const at = new FileCursor(source, head.little, { start: offset, end: cursor.end });
		head.buffers.push(await readBuffer(at, await kindOf(at), name, cpus, head.pageSize));
	}
}

async function cpuCount(cursor: FileCursor): Promise<number> {
	const at = cursor.place;
	const cpus = await cursor.u32('the number of CPUs');
	if (cpus > mostCpus) {
		throw new Damage(at, `${cpus} CPUs`, `at most ${mostCpus}`);
	}
	return cpus;
}

/** Ten bytes that say what follows. */
async function kindOf(cursor: FileCursor): Promise<string> {
	const bytes = await cursor.bytes(10, 'the kind of the recording');
	return String.fromCharCode(...bytes).replace(/[ \0]+$/, '');
}

/** The number of CPUs where an option says another than the head. */
async function readOptions(
	source: ByteSource,
	cursor: FileCursor,
	head: DatHead,
	instances: Instance[],
): Promise<number | undefined> {
	let cpus: number | undefined;
	for (;;) {
		const id = await cursor.u16('an option');
		if (id === Option.done) {
			return cpus;
		}
		const size = await cursor.u32('the size of an option');
		const start = cursor.position;
		cursor.skip(size, 'an option');
		const option = new FileCursor(source, head.little, { start, end: start + size });
		if (id === Option.buffer) {
			const offset = await option.size('the offset of a buffer');
			instances.push({ offset, name: await option.cstring("a buffer's name") });
		} else if (id === Option.cpuCount) {
			cpus = await cpuCount(option);
		} else {
			await readCommonOption(id, option, head);
		}
	}
}

async function readBuffer(
	cursor: FileCursor,
	kind: string,
	name: string,
	cpus: number,
	pageSize: number,
): Promise<DatBuffer> {
	if (kind !== 'flyrecord') {
		throw new Damage(cursor.place - 10, JSON.stringify(kind), '"options", "latency" or "flyrecord"');
	}
	const parts: CpuPart[] = [];
	for (let cpu = 0; cpu < cpus; cpu++) {
		const offset = await cursor.size("the offset of a CPU's data");
		const size = await cursor.size("the size of a CPU's data");
		parts.push({ cpu, offset, size });
	}
	return { name, pageSize, cpus: parts, unpack: undefined };
}

/** The file trace_clock may follow. trace-cmd, too, goes on where it does not. */
async function readClock(cursor: FileCursor, head: DatHead): Promise<void> {
	if (head.clock !== undefined || cursor.left < 8) {
		return;
	}
	const size = await cursor.u64('the size of trace_clock');
	if (size > 0n && size <= 256n && size <= BigInt(cursor.left)) {
		const bytes = await cursor.bytes(Number(size), 'trace_clock');
		head.clock = chosenClock(String.fromCharCode(...bytes));
	}
}
