// Large recordings: opening a trace.dat and the same events as text against `trace-cmd report` printing them, what
// an event costs in memory, and how long any position takes to be shown. Everything in one run, on files made for
// it, which trace-cmd reads back with the same events. Needs trace-cmd; leaves no files behind.
//
//   npm run bench -- trace [EVENTS…]      10000 100000 1000000 10000000 where none are given

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { nodeFiles } from '../src/cli/node-files.ts';
import { openGrowing } from '../src/session/growing-session.ts';
import { RecordedSession } from '../src/session/recorded-session.ts';
import type { ByteSource } from '../src/trace/byte-source.ts';
import { EventKind } from '../src/trace/event.ts';
import { openTrace } from '../src/trace/open.ts';
import type { Trace } from '../src/trace/trace.ts';
import { writeLarge } from './trace-large.ts';

const sizes =
	process.argv.length > 2 ? process.argv.slice(2).map(Number) : [10_000, 100_000, 1_000_000, 10_000_000];
/** Of longer recordings every so many-th event is compared in all its fields, of each its kind, time and thread. */
const fieldsOfAll = 100_000;
const stride = 101;
const folder = mkdtempSync(path.join(tmpdir(), 'trace-bench-'));

/** Seconds by the clock, and of the processor: on a machine with other work only these can be compared. */
interface Cost {
	readonly clock: number;
	readonly processor: number;
}

async function timed<T>(work: () => Promise<T> | T): Promise<{ readonly value: T } & Cost> {
	const used = process.cpuUsage();
	const start = performance.now();
	const value = await work();
	const clock = (performance.now() - start) / 1000;
	const { user, system } = process.cpuUsage(used);
	return { value, clock, processor: (user + system) / 1e6 };
}

/** What the process holds: objects, and what typed arrays have outside the heap. */
function memory(): number {
	const collect = (globalThis as { gc?: () => void }).gc;
	if (collect === undefined) {
		throw new Error('needs --expose-gc');
	}
	collect();
	collect();
	const { heapUsed, external } = process.memoryUsage();
	return heapUsed + external;
}

/** Files that are looked into until the end. */
const sources: ByteSource[] = [];

async function source(file: string): Promise<ByteSource> {
	const opened = await nodeFiles.open(file);
	sources.push(opened);
	return opened;
}

async function open(file: string): Promise<Trace> {
	return openTrace(await source(file), { staysOpen: true });
}

function report(file: string, to: string, option = ''): Cost {
	const start = performance.now();
	// The shell says what it has used, and then what the processes have that it waited for: user and system.
	const { status, stdout, error } = spawnSync(
		'sh',
		['-c', `trace-cmd report ${option} -i "$0" > "$1" 2> /dev/null && times`, file, to],
		{ encoding: 'utf8' },
	);
	const clock = (performance.now() - start) / 1000;
	const used = [...stdout.matchAll(/(\d+)m([\d.]+)s/g)]
		.slice(2)
		.map(([, m, s]) => 60 * Number(m) + Number(s));
	if (status !== 0 || used.length !== 2) {
		throw new Error(`trace-cmd report failed: ${error?.message ?? `status ${status}`}`);
	}
	return { clock, processor: (used[0] ?? 0) + (used[1] ?? 0) };
}

/** As many of each kind as were written, in what we read and in what trace-cmd printed; and those the same. */
function check(trace: Trace, printed: Trace, written: ReadonlyMap<string, number>): void {
	const names = new Map(Object.entries(EventKind).map(([name, kind]) => [kind as number, name]));
	const counts = new Map<string, number>();
	for (let row = 0; row < trace.events.length; row++) {
		const name = names.get(trace.events.kind(row)) ?? '?';
		counts.set(name, (counts.get(name) ?? 0) + 1);
	}
	for (const [name, count] of written) {
		if (counts.get(name) !== count) {
			throw new Error(`${name}: ${count} written, ${counts.get(name)} read`);
		}
	}
	const [a, b] = [trace.events, printed.events];
	if (trace.problemCount + printed.problemCount > 0 || a.length !== b.length) {
		throw new Error(`${a.length} events read, ${b.length} of what trace-cmd printed`);
	}
	const tid = ({ threads, events }: Trace, row: number) => threads[events.thread(row)]?.tid;
	const each = a.length <= fieldsOfAll ? 1 : stride;
	for (let row = 0; row < a.length; row++) {
		const same =
			a.kind(row) === b.kind(row) &&
			a.time(row) === b.time(row) &&
			a.cpu(row) === b.cpu(row) &&
			tid(trace, row) === tid(printed, row) &&
			(row % each > 0 || fields(trace, row) === fields(printed, row));
		if (!same) {
			throw new Error(
				`event ${row}: ${fields(trace, row)} read, ${fields(printed, row)} printed by trace-cmd`,
			);
		}
	}
}

function fields({ events }: Trace, row: number): string {
	return JSON.stringify(events.detail(row), (_, value: unknown) =>
		typeof value === 'bigint' ? `0x${value.toString(16)}` : value,
	);
}

function quantile(values: readonly number[], share: number): number {
	const sorted = values.toSorted((x, y) => x - y);
	return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** The state of all vCPUs at positions all over the recording, in milliseconds by the clock and of the processor. */
function positions(session: RecordedSession): { readonly clock: number[]; readonly processor: number[] } {
	const clock: number[] = [];
	const processor: number[] = [];
	let seed = 12345;
	for (let i = 0; i < 5000; i++) {
		seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
		const row = Math.floor((seed / 0x1_0000_0000) * session.length);
		const used = process.cpuUsage();
		const start = performance.now();
		const state = session.stateAt(row);
		clock.push(performance.now() - start);
		const { user, system } = process.cpuUsage(used);
		processor.push((user + system) / 1000);
		if (state.vcpus.length === 0) {
			throw new Error('a machine without vCPUs');
		}
	}
	return { clock, processor };
}

async function measure(events: number): Promise<void> {
	const file = path.join(folder, 'large.dat');
	const text = path.join(folder, 'large.txt');
	const written = writeLarge(file, events);
	const before = memory();
	const opened = await timed(() => open(file));
	const trace = opened.value;
	const loaded = memory() - before;
	const reference = report(file, '/dev/null');
	const made = await timed(() => RecordedSession.open(trace));
	const session = made.value;
	const warmed = await timed(() => session.warm(new AbortController().signal));
	const { clock, processor } = positions(session);
	const all = memory() - before;

	report(file, text, '-t');
	const beforeText = memory();
	const read = await timed(() => open(text));
	const ofText = memory() - beforeText;
	check(trace, read.value, written);

	const first = await timed(async () => openGrowing(await source(file)));
	await first.value.stop();
	const firstOfText = await timed(async () => openGrowing(await source(text)));
	await firstOfText.value.stop();

	const row = (name: string, value: string) => console.log(`  ${name.padEnd(46)}${value}`);
	const seconds = ({ clock, processor }: Cost) => `${clock.toFixed(2)} s (processor ${processor.toFixed(2)})`;
	const over = (a: number, b: number) => (a / b).toFixed(3);
	const ms = (value: number) => `${value.toFixed(2)} ms`;
	const ratio = (cost: Cost) =>
		`${seconds(cost)}, ratio ${over(cost.clock, reference.clock)} (processor ${over(cost.processor, reference.processor)})`;
	const mb = (name: string) => `${(statSync(name).size / 1e6).toFixed(1)} MB`;
	console.log(`${events} events: trace.dat ${mb(file)}, text ${mb(text)}`);
	row('trace-cmd report > /dev/null', seconds(reference));
	row('trace.dat opened', ratio(opened));
	row(
		'  with the session (calls, statements)',
		ratio({ clock: opened.clock + made.clock, processor: opened.processor + made.processor }),
	);
	row('  first events to step through, after', seconds(first));
	row('text opened', ratio(read));
	row('  first events to step through, after', seconds(firstOfText));
	row(
		'processor time per event, trace.dat / text',
		[opened, read].map((t) => `${((1e6 * t.processor) / events).toFixed(2)} µs`).join(' / '),
	);
	row('memory per event, trace.dat opened', `${(loaded / events).toFixed(1)} bytes`);
	row('  with session, checkpoints and caches', `${(all / events).toFixed(1)} bytes`);
	row('memory per event, text opened', `${(ofText / events).toFixed(1)} bytes`);
	row('making all checkpoints (beside other work)', seconds(warmed));
	row('any position: median, 99th, most', [0.5, 0.99, 1].map((q) => ms(quantile(clock, q))).join(', '));
	row('  in processor time', [0.5, 0.99, 1].map((q) => ms(quantile(processor, q))).join(', '));
	row(
		'read back by trace-cmd with the same events',
		events <= fieldsOfAll
			? 'all fields of all'
			: `kind, time, CPU, thread of all; all fields of every ${stride}th`,
	);
	for (const opened of sources.splice(0)) {
		await opened.close?.();
	}
	rmSync(file);
	rmSync(text);
}

try {
	const [cpu] = cpus();
	const version = spawnSync('trace-cmd', ['--version'], { encoding: 'utf8' }).stdout.match(
		/version (\S+)/,
	)?.[1];
	console.log(
		`${cpus().length} × ${cpu?.model ?? '?'}, load ${loadavg()[0]?.toFixed(1)}, Node ${process.version}, trace-cmd ${version}`,
	);
	for (const events of sizes) {
		await measure(events);
	}
	console.log(`load ${loadavg()[0]?.toFixed(1)} at the end`);
} finally {
	rmSync(folder, { recursive: true });
}
