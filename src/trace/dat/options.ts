// The options that both versions write, by number. Those that only say where a section is are version 7's
// own; what says nothing to a session (statistics, hooks, memory maps) is passed over.

import { latin1 } from '../byte-text.ts';
import type { DatHead } from './dat-file.ts';
import type { FileCursor } from './file-cursor.ts';
import { readGuest } from './guest-threads.ts';
import { chosenClock, offsetOf, readTimeShift } from './trace-time.ts';

export const Option = {
	done: 0,
	date: 1,
	buffer: 3,
	traceClock: 4,
	uname: 5,
	offset: 7,
	cpuCount: 8,
	version: 9,
	timeShift: 12,
	guest: 13,
	tscToNanoseconds: 14,
	headerInfo: 16,
	ftraceEvents: 17,
	eventFormats: 18,
	commandLines: 21,
	bufferText: 22,
} as const;

/** `option` ends where the option's data end. */
export async function readCommonOption(id: number, option: FileCursor, head: DatHead): Promise<void> {
	switch (id) {
		case Option.date:
			// In microseconds.
			head.time.offset += 1000n * offsetOf(await rest(option));
			break;
		case Option.offset:
			head.time.offset += offsetOf(await rest(option));
			break;
		case Option.traceClock:
			head.clock = chosenClock(await rest(option)) ?? head.clock;
			break;
		case Option.uname:
			head.uname = await rest(option);
			break;
		case Option.version:
			head.recorder = await rest(option);
			break;
		case Option.timeShift:
			if (option.left >= 16) {
				await readTimeShift(option, head.time);
			}
			break;
		case Option.guest:
			head.guests.push(...(await readGuest(option)));
			break;
		case Option.tscToNanoseconds:
			if (option.left >= 16) {
				const multiplier = BigInt(await option.u32('the multiplier of the clock'));
				const shift = BigInt((await option.u32('the shift of the clock')) & 63);
				head.time.tsc = multiplier === 0n ? undefined : { multiplier, shift };
			}
			break;
	}
}

/** Text up to a NUL or the end. */
async function rest(option: FileCursor): Promise<string> {
	const bytes = await option.bytes(Math.min(option.left, 4096), 'the text of an option');
	const end = bytes.indexOf(0);
	return latin1(bytes, 0, end < 0 ? bytes.length : end).trim();
}
