// The recorded samples of test/data/traces, and an independent way of reading them to compare with.

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { bytesInMemory } from '../../../src/trace/byte-source.ts';
import { EventKind } from '../../../src/trace/event.ts';
import { openTrace } from '../../../src/trace/open.ts';
import type { Trace } from '../../../src/trace/trace.ts';

export function sample(name: string): string {
	const bytes = readFileSync(new URL(`../../data/traces/${name}`, import.meta.url));
	return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}

export function sampleBytes(name: string): Uint8Array {
	return new Uint8Array(readFileSync(new URL(`../../data/traces/${name}`, import.meta.url)));
}

export function openBinary(name: string): Promise<Trace> {
	return openText(sampleBytes(name), name);
}

export function openText(text: string | Uint8Array, name = 'sample'): Promise<Trace> {
	return openTrace(bytesInMemory(name, typeof text === 'string' ? new TextEncoder().encode(text) : text));
}

export async function openSample(name: string): Promise<Trace> {
	return openText(sample(name), name);
}

/** Every form of text there is; `-l` and the others are of two recordings. */
export const forms = [
	'clock-counter.txt',
	'clock-tai.txt',
	'guest-reboot.report.txt',
	'kernel-5.10.txt',
	'kernel-6.1.txt',
	'latency-format.txt',
	'lost-trace_pipe.txt',
	'norecord-cmd.txt',
	'plain.txt',
	'psci_test.report.txt',
	'psci_test.txt',
	'record-tgid.txt',
	'report-l.txt',
	'report-raw-ts.txt',
	'report-t.txt',
	'scenarios-5.10.223.txt.gz',
	'scenarios-6.1.176.txt.gz',
	'scenarios-6.12.107.txt.gz',
	'scenarios-7.2.13.txt.gz',
	'smccc_filter.txt',
	'trace_pipe.txt',
] as const;

/** Events by name, by nothing but `: name: ` after a number: shares no code with what is tested. */
export function countByName(text: string): Map<string, number> {
	const counts = new Map<string, number>();
	for (const line of text.split('\n')) {
		const name = line.startsWith('#') ? undefined : /\d(?:us.)?: (\w+): /.exec(line)?.[1];
		if (name !== undefined) {
			counts.set(name, (counts.get(name) ?? 0) + 1);
		}
	}
	return counts;
}

const names = new Map(Object.entries(EventKind).map(([name, kind]) => [kind as number, name]));

export function nameOf(trace: Trace, row: number): string {
	return names.get(trace.events.kind(row)) ?? '?';
}

export function rowsOf(trace: Trace): number[] {
	return Array.from({ length: trace.events.length }, (_, row) => row);
}

/** Events by name as the trace has them: rows and skipped ones together, gaps left out. */
export function countsOf(trace: Trace): Map<string, number> {
	const counts = new Map(trace.skipped);
	for (const row of rowsOf(trace)) {
		const name = nameOf(trace, row);
		if (name !== 'lost') {
			counts.set(name, (counts.get(name) ?? 0) + 1);
		}
	}
	return counts;
}

/** One line of a `trace` file. */
export function line(
	payload: string,
	{
		thread = 'CPU 0/KVM-100',
		cpu = 0,
		time = '1.000000',
	}: { thread?: string; cpu?: number; time?: string } = {},
): string {
	return ` ${thread} [${String(cpu).padStart(3, '0')}] d..1. ${time}: ${payload}\n`;
}
