// A trace.dat becomes a recording. Damage in what describes the file is a refusal; damage in what it
// recorded leaves the events around it, and a problem that says where.

import type { ByteSource } from '../byte-source.ts';
import { LoadedVcpus } from '../loaded-vcpus.ts';
import { datMagic, noKvmEvents } from '../nothing-to-debug.ts';
import { sortByTime } from '../time-order.ts';
import type { Trace, TraceProblem, TraceThread } from '../trace.ts';
import type { TraceError } from '../trace-error.ts';
import type { Turn } from '../turn.ts';
import { whoIsWho } from '../who-is-who.ts';
import { Damage } from './damage.ts';
import { DatEvents } from './dat-events.ts';
import type { DatHead } from './dat-file.ts';
import { FileCursor } from './file-cursor.ts';
import { DatScanner, readingShare } from './scan-dat.ts';
import { countsNanoseconds, noCorrection } from './trace-time.ts';
import { readVersion6 } from './version-6.ts';
import { readVersion7 } from './version-7.ts';

/** Of arm64 and x86 kernels; a file without header_page has no pages either. */
const usualPage = { timestamp: 0, commit: 8, commitSize: 8, data: 16 } as const;

/** `openText`: for the recordings whose body is text (latency tracers). */
export async function openDat(
	source: ByteSource,
	turn: Turn,
	openText: (text: ByteSource) => Promise<Trace>,
): Promise<Trace> {
	let head: DatHead;
	try {
		head = await readHead(source);
	} catch (error) {
		throw error instanceof Damage ? error.refusalOf(source.name) : error;
	}
	if (head.text !== undefined) {
		const { text } = head.text;
		const part = (offset: number, length: number) => text.subarray(offset, offset + length);
		const read = (offset: number, length: number) => Promise.resolve(part(offset, length));
		const trace = await openText({ name: source.name, size: text.length, read });
		return { ...trace, lines: 'generated' };
	}
	const scanner = new DatScanner(source, head);
	await scanner.scan(turn);
	const cut = cutProblem(source, head);
	if (cut !== undefined) {
		scanner.problems.add(cut);
	}
	if (scanner.eventRows === 0) {
		throw nothing(source, scanner);
	}
	return traceOf(source, head, scanner, turn);
}

/**
 * What the first `share` of each CPU tells: the events up to a time, none of them missing. Undefined where
 * that is all of the file, or nothing, or where opening all of it will say what is wrong.
 */
export async function beginningOfDat(
	source: ByteSource,
	turn: Turn,
	share: number,
): Promise<Trace | undefined> {
	let head: DatHead;
	try {
		head = await readHead(source);
	} catch (error) {
		if (error instanceof Damage) {
			return undefined;
		}
		throw error;
	}
	const scanner = new DatScanner(source, head, share);
	await scanner.scan(turn);
	return scanner.knownUntil === undefined ? undefined : traceOf(source, head, scanner, turn);
}

async function traceOf(source: ByteSource, head: DatHead, scanner: DatScanner, turn: Turn): Promise<Trace> {
	const { columns, problems, types, store, knownUntil } = scanner;
	columns.trim();
	await sortByTime(columns, turn, readingShare);
	if (knownUntil !== undefined) {
		columns.length = firstAt(columns, knownUntil);
	}
	await sortByTime(scanner.loaded, turn, readingShare);
	const threads = threadsOf(scanner, head);
	const loaded = loadedBefore(scanner);
	const named = {
		addresses: scanner.machines.addresses(),
		loaded,
		anyNamed: scanner.anyNamed || !loaded.isEmpty,
	};
	const answers = await whoIsWho(columns, threads, named, turn);
	const events = new DatEvents(columns, answers, store, types, head);
	const nanoseconds = countsNanoseconds(head.clock, head.time);
	return {
		name: source.name,
		format: 'trace.dat',
		lines: 'generated',
		events,
		threads,
		vms: answers.vms,
		skipped: types.skipped(),
		problems: problems.list(),
		problemCount: problems.count,
		clockUnit: nanoseconds ? 'ns' : 'ticks',
		...(head.uname === undefined ? {} : { host: head.uname }),
		lineCount: columns.length,
		lineText: (line) =>
			line >= 1 && line <= columns.length && Number.isInteger(line)
				? events.text(line - 1, threads, nanoseconds)
				: '',
	};
}

async function readHead(source: ByteSource): Promise<DatHead> {
	const bounds = { start: datMagic.length, end: source.size };
	const start = new FileCursor(source, true, bounds);
	const versionAt = start.place;
	const version = await start.cstring('the version of the file', 16);
	if (version !== '6' && version !== '7') {
		throw new Damage(versionAt, `version ${JSON.stringify(version)} of trace.dat`, 'version 6 or 7');
	}
	const endian = await start.u8('the byte order');
	if (endian > 1) {
		throw new Damage(start.place - 1, `byte order ${endian}`, '0 (little endian) or 1 (big endian)');
	}
	const longSize = await start.u8('the size of a long');
	if (longSize !== 4 && longSize !== 8) {
		throw new Damage(start.place - 1, `a long of ${longSize} bytes`, '4 or 8');
	}
	const little = endian === 0;
	const cursor = new FileCursor(source, little, { start: start.position, end: source.size });
	const pageSize = await cursor.u32('the page size');
	checkPageSize(pageSize, cursor.place - 4);
	const head: DatHead = {
		little,
		longSize,
		pageSize,
		page: usualPage,
		formats: [],
		comms: new Map(),
		buffers: [],
		text: undefined,
		clock: undefined,
		uname: undefined,
		recorder: undefined,
		time: noCorrection(),
		guests: [],
	};
	await (version === '6' ? readVersion6 : readVersion7)(source, cursor, head);
	for (const { pageSize } of head.buffers) {
		checkPageSize(pageSize, 0);
	}
	// In the order of trace-cmd report, which decides between events of one time: the unnamed buffer first.
	head.buffers.sort((a, b) => Number(a.name !== '') - Number(b.name !== ''));
	return head;
}

function checkPageSize(size: number, place: number): void {
	if (size < 256 || size > 0x100_0000 || size % 8 !== 0) {
		throw new Damage(place, `a page size of ${size}`, 'one that a machine can have');
	}
}

/** Data of which the file has not all: told once, with the first byte that is missing. */
function cutProblem(source: ByteSource, head: DatHead): TraceProblem | undefined {
	const ends = head.buffers.flatMap(({ cpus }) =>
		cpus.map(({ offset, size }) => (size > 0 ? offset + size : 0)),
	);
	const end = Math.max(0, ...ends);
	if (end <= source.size) {
		return undefined;
	}
	return {
		offset: source.size,
		found: `the end of the file after ${source.size} bytes`,
		expected: `${end} bytes, where the data of the last CPU end`,
		truncated: true,
	};
}

function nothing(source: ByteSource, { types, problems }: DatScanner): TraceError {
	return noKvmEvents(source.name, types.skipped(), problems.list(), problems.count);
}

function threadsOf({ threads }: DatScanner, { guests }: DatHead): readonly TraceThread[] {
	const names = [...new Set(guests.map(({ guest }) => guest))];
	const byTid = new Map(guests.map((thread) => [thread.tid, thread]));
	return threads.list().map((thread) => {
		const guest = byTid.get(thread.tid);
		return guest === undefined
			? thread
			: { ...thread, guest: { index: names.indexOf(guest.guest), vcpu: guest.vcpu } };
	});
}

/** The first row that is not earlier than `time`. */
function firstAt(columns: DatScanner['columns'], time: bigint): number {
	let low = 0;
	let high = columns.length;
	while (low < high) {
		const middle = (low + high) >>> 1;
		if (columns.time(middle) < time) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

/** The notes of loaded vCPUs, each before the first row that is later than it. */
function loadedBefore({ columns, loaded: notes }: DatScanner): LoadedVcpus {
	const loaded = new LoadedVcpus();
	let row = 0;
	for (let note = 0; note < notes.length; note++) {
		while (row < columns.length && earlier(columns, row, notes, note)) {
			loaded.passed(columns.kind[row] ?? 0, columns.thread[row] ?? -1);
			row++;
		}
		loaded.note(row, notes.thread[note] ?? -1, notes.vcpu[note] ?? 0);
	}
	return loaded;
}

function earlier(
	rows: DatScanner['columns'],
	row: number,
	notes: DatScanner['columns'],
	note: number,
): boolean {
	const high = rows.high(row) - notes.high(note);
	return high === 0 ? (rows.timeLow[row] ?? 0) < (notes.timeLow[note] ?? 0) : high < 0;
}
