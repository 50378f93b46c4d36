// The lines by which a recorder owns up to gaps. They have no shell: no thread, no time.
//
//   CPU:0 [LOST 136 EVENTS]      trace, trace_pipe (kernel/trace/trace.c, trace_print_lost_events)
//   CPU:0 [LOST EVENTS]          the same, number unknown
//   CPU:0 [136 EVENTS DROPPED]   trace-cmd report (tracecmd show_data)
//   CPU:0 [EVENTS DROPPED]

import { latin1, startsWith } from './byte-text.ts';

export interface LostEvents {
	readonly cpu: number;
	readonly count?: number;
}

export function lostEvents(bytes: Uint8Array, start: number, end: number): LostEvents | undefined {
	if (!startsWith(bytes, start, end, 'CPU:') || end - start > 64) {
		return undefined;
	}
	const text = latin1(bytes, start, end);
	const match = /^CPU:(\d{1,5}) \[(?:LOST (?:(\d{1,15}) )?EVENTS|(?:(\d{1,15}) )?EVENTS DROPPED)\]$/.exec(
		text,
	);
	if (match === null || Number(match[1]) > 0xffff) {
		return undefined;
	}
	const count = match[2] ?? match[3];
	const cpu = Number(match[1]);
	return count === undefined ? { cpu } : { cpu, count: Number(count) };
}

/**
 * The heading of a `trace` file says how many events were written and how many are still there; the
 * others were overwritten before the file was read, so the recording begins with a gap.
 *
 *   # entries-in-buffer/entries-written: 651/900   #P:1
 *   # latency: 0 us, #651/900, CPU#0 | (M:… #P:1)
 */
export function overwrittenEvents(bytes: Uint8Array, start: number, end: number): number | undefined {
	if (end - start > 256) {
		return undefined;
	}
	const text = latin1(bytes, start, end);
	const match =
		/^# entries-in-buffer\/entries-written: (\d{1,15})\/(\d{1,15})\b/.exec(text) ??
		/^# latency: \d+ us, #(\d{1,15})\/(\d{1,15}),/.exec(text);
	const lost = match === null ? 0 : Number(match[2]) - Number(match[1]);
	return lost > 0 ? lost : undefined;
}
