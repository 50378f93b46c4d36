// Opening a trace.dat against `trace-cmd report` printing it, on files of several sizes made for it; and what
// an event costs in memory. Needs trace-cmd for the ratio, and leaves the files away afterwards.
//
//   npm run bench -- trace [EVENTS…]      10000 100000 1000000 10000000 where none are given

import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { nodeFiles } from '../src/cli/node-files.ts';
import { EventKind } from '../src/trace/event.ts';
import { openTrace } from '../src/trace/open.ts';
import type { Trace } from '../src/trace/trace.ts';
import { writeLarge } from './trace-large.ts';

const sizes =
	process.argv.length > 2 ? process.argv.slice(2).map(Number) : [10_000, 100_000, 1_000_000, 10_000_000];
/** Its text would be a gigabyte and more. */
const largestText = 1_000_000;
const collect = (globalThis as { gc?: () => void }).gc ?? (() => undefined);
const folder = mkdtempSync(path.join(tmpdir(), 'trace-bench-'));

async function timed<T>(work: () => Promise<T>): Promise<{ readonly value: T; readonly seconds: number }> {
	const start = performance.now();
	const value = await work();
	return { value, seconds: (performance.now() - start) / 1000 };
}

function memory(): number {
	collect();
	const { heapUsed, external } = process.memoryUsage();
	return heapUsed + external;
}

async function open(file: string): Promise<Trace> {
	const source = await nodeFiles.open(file);
	return openTrace(source, { staysOpen: true });
}

/** Every kind as often as it was written, and as often as trace-cmd prints it. */
function check(trace: Trace, written: ReadonlyMap<string, number>, file: string): void {
	const names = new Map(Object.entries(EventKind).map(([name, kind]) => [kind as number, name]));
	const found = new Map<string, number>();
	for (let row = 0; row < trace.events.length; row++) {
		const name = names.get(trace.events.kind(row)) ?? '?';
		found.set(name, (found.get(name) ?? 0) + 1);
	}
	for (const [name, count] of written) {
		if (found.get(name) !== count) {
			throw new Error(`${name}: ${count} written, ${found.get(name)} read`);
		}
	}
	if (trace.problemCount > 0 || trace.events.length > 1_000_000) {
		return;
	}
	const report = spawnSync('trace-cmd', ['report', '-i', file], { encoding: 'latin1', maxBuffer: 1 << 30 });
	for (const [name, count] of report.status === 0 ? written : []) {
		const printed = report.stdout.split(`: ${name}: `).length - 1;
		if (printed !== count) {
			throw new Error(`${name}: ${count} written, ${printed} printed by trace-cmd`);
		}
	}
}

function report(file: string, stdout: number | 'ignore'): number | undefined {
	const start = performance.now();
	const { status } = spawnSync('trace-cmd', ['report', '-i', file], { stdio: ['ignore', stdout, 'ignore'] });
	return status === 0 ? (performance.now() - start) / 1000 : undefined;
}

function positions(trace: Trace): string {
	const times: number[] = [];
	for (let i = 0; i < 2000; i++) {
		const row = Math.floor((i * 7919 * trace.events.length) / (2000 * 7919)) % trace.events.length;
		const start = performance.now();
		trace.events.detail(row);
		times.push(performance.now() - start);
	}
	times.sort((a, b) => a - b);
	return `${(times[Math.floor(times.length * 0.99)] ?? 0).toFixed(3)} ms`;
}

try {
	console.log('events, MB, open s, trace-cmd report s, ratio, bytes/event, detail 99th');
	for (const events of sizes) {
		const file = path.join(folder, 'large.dat');
		const written = writeLarge(file, events);
		const size = statSync(file).size;
		const before = memory();
		const { value: trace, seconds } = await timed(() => open(file));
		const perEvent = (memory() - before) / events;
		check(trace, written, file);
		const nowhere = openSync('/dev/null', 'w');
		const reference = report(file, nowhere);
		closeSync(nowhere);
		const ratio = reference === undefined ? 'no trace-cmd' : (seconds / reference).toFixed(3);
		console.log(
			[
				events,
				(size / 1e6).toFixed(1),
				seconds.toFixed(3),
				reference?.toFixed(3) ?? '-',
				ratio,
				perEvent.toFixed(1),
				positions(trace),
			].join(', '),
		);
		if (reference !== undefined && events <= largestText) {
			const text = path.join(folder, 'large.txt');
			const out = openSync(text, 'w');
			report(file, out);
			closeSync(out);
			const { value, seconds: read } = await timed(() => open(text));
			const share = (read / reference).toFixed(3);
			console.log(`  the same as text, ${value.events.length} events: ${read.toFixed(3)} s, ratio ${share}`);
			rmSync(text);
		}
		rmSync(file);
	}
} finally {
	rmSync(folder, { recursive: true });
}
