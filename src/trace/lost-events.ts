// The lines by which a recorder owns up to gaps. Those of perf have the shell of an event, the others no thread or time.
//
//   CPU:0 [LOST 136 EVENTS]      trace, trace_pipe (kernel/trace/trace.c, trace_print_lost_events)
//   CPU:0 [LOST EVENTS]          the same, number unknown
//   CPU:0 [136 EVENTS DROPPED]   trace-cmd report (tracecmd show_data)
//   CPU:0 [EVENTS DROPPED]
//   qemu  4711 [003] 21.295458: PERF_RECORD_LOST lost 136     perf script --show-lost-events (tools/perf/util/event.c, perf_event__fprintf)

import { latin1, startsWith } from './byte-text.ts';

export interface LostEvents {
	readonly cpu: number;
	readonly count?: number;
}

export function lostEvents(bytes: Uint8Array, start: number, end: number): LostEvents | undefined {
	if (end - start > 256) {
		return undefined;
	}
	return startsWith(bytes, start, end, 'CPU:')
		? ofFtrace(latin1(bytes, start, end))
		: ofPerf(latin1(bytes, start, end));
}

function ofPerf(text: string): LostEvents | undefined {
	const [, cpu, count] = /(?: \[(\d{1,5})\])? +[\d.]+: PERF_RECORD_LOST lost (\d{1,15})$/.exec(text) ?? [];
	return count === undefined || Number(cpu ?? 0) > 0xffff
		? undefined
		: { cpu: Number(cpu ?? 0), count: Number(count) };
}

function ofFtrace(text: string): LostEvents | undefined {
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
