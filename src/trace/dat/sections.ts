// The parts that both versions have, in their own frames: descriptions of the ring buffer, event formats,
// command names. Each reads from a cursor that ends where the part ends.

import { latin1 } from '../byte-text.ts';
import { Damage } from './damage.ts';
import { type EventFormat, parseEventFormat, parseFields } from './event-format.ts';
import type { FileCursor } from './file-cursor.ts';
import type { PageLayout } from './ring-page.ts';

/** A kernel has some 2,000 events in 150 systems. */
const mostEvents = 0x1_0000;
/** The longest format is that of a system call's flags, some 60 KB. */
const longestFormat = 0x10_0000;

export async function readHeaderInfo(cursor: FileCursor): Promise<PageLayout> {
	await cursor.word('header_page\0', 'the description of a ring-buffer page');
	const at = cursor.place;
	const size = await cursor.size('the size of header_page');
	const page = await cursor.bytes(size, 'header_page');
	const layout = pageLayoutOf(latin1(page, 0, page.length), at);
	await cursor.word('header_event\0', 'the description of a ring-buffer event');
	cursor.skip(await cursor.size('the size of header_event'), 'header_event');
	return layout;
}

function pageLayoutOf(text: string, at: number): PageLayout {
	const fields = parseFields(text);
	const named = (name: string) => fields.find((field) => field.name === name);
	const timestamp = named('timestamp');
	const commit = named('commit');
	const data = named('data');
	const commitSize = commit?.size;
	if (
		timestamp?.size !== 8 ||
		commit === undefined ||
		(commitSize !== 4 && commitSize !== 8) ||
		data === undefined ||
		data.offset < commit.offset + commitSize ||
		data.offset > 64 ||
		data.offset % 4 !== 0
	) {
		throw new Damage(at, 'another layout of a ring-buffer page', 'fields timestamp, commit and data');
	}
	return { timestamp: timestamp.offset, commit: commit.offset, commitSize, data: data.offset };
}

async function readFormat(cursor: FileCursor, system: string): Promise<EventFormat | undefined> {
	const at = cursor.place;
	const size = await cursor.size("the size of an event's format");
	if (size > longestFormat) {
		throw new Damage(at, `an event's format of ${size} bytes`, `at most ${longestFormat}`);
	}
	const text = await cursor.bytes(size, "an event's format");
	return parseEventFormat(system, latin1(text, 0, text.length));
}

/** The events of ftrace itself (function, print, …). */
export async function readFtraceFormats(cursor: FileCursor, into: EventFormat[]): Promise<void> {
	const count = await counted(cursor, 'the number of ftrace formats');
	for (let i = 0; i < count; i++) {
		keep(await readFormat(cursor, 'ftrace'), into);
	}
}

export async function readEventFormats(cursor: FileCursor, into: EventFormat[]): Promise<void> {
	const systems = await counted(cursor, 'the number of event systems');
	for (let i = 0; i < systems; i++) {
		const system = await cursor.cstring("an event system's name");
		const count = await counted(cursor, 'the number of events of a system');
		for (let j = 0; j < count; j++) {
			keep(await readFormat(cursor, system), into);
		}
	}
}

async function counted(cursor: FileCursor, what: string): Promise<number> {
	const at = cursor.place;
	const count = await cursor.u32(what);
	if (count > mostEvents) {
		throw new Damage(at, `${count} as ${what}`, `at most ${mostEvents}`);
	}
	return count;
}

function keep(format: EventFormat | undefined, into: EventFormat[]): void {
	if (format !== undefined) {
		into.push(format);
	}
}

/** `saved_cmdlines`: a line `PID NAME` for each thread. */
export async function readCommandNames(cursor: FileCursor, into: Map<number, string>): Promise<void> {
	const size = await cursor.size('the size of the command names');
	const bytes = await cursor.bytes(size, 'the command names');
	for (const line of new TextDecoder().decode(bytes).split('\n')) {
		const [, pid, name = ''] = /^\s*(\d{1,10}) (.{1,64})$/.exec(line) ?? [];
		if (pid !== undefined) {
			into.set(Number(pid), name);
		}
	}
}
