// What the engine does over a whole recording of ten million events: resolving breakpoints of each kind and
// continuing to the far end, both ways; searching; and how long a slice keeps the event loop to itself.
//
//   npm run bench -- engine [EVENTS [PART…]]      10000000 where none is given; only what has a PART in its name

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { nodeFiles } from '../src/cli/node-files.ts';
import { compareKernels } from '../src/session/compare-kernels.ts';
import { Cursor } from '../src/session/cursor.ts';
import { EXCEPTION_FILTERS } from '../src/session/exceptions.ts';
import { parseExpression } from '../src/session/expression.ts';
import {
	positionsOfAddress,
	positionsOfData,
	positionsOfException,
	positionsOfFunction,
	positionsOfLine,
	positionsOfRule,
} from '../src/session/predicates.ts';
import { RecordedSession } from '../src/session/recorded-session.ts';
import { nextMatch } from '../src/session/search.ts';
import { kernelNamed } from '../src/session/settings.ts';
import { sliced } from '../src/session/sliced.ts';
import { allDifferences, fork } from '../src/session/what-if.ts';
import { openTrace } from '../src/trace/open.ts';
import { writeLarge } from './trace-large.ts';

const events = Number(process.argv[2] ?? 10_000_000);
const parts = process.argv.slice(3);
const folder = mkdtempSync(path.join(tmpdir(), 'engine-bench-'));

/**
 * The longest that the event loop had to wait since it was last asked, and the processor's part of such a wait: the rest
 * is what other programs took.
 */
class Stall {
	#longest = 0;
	#busiest = 0;
	#last = performance.now();
	#used = used();
	readonly #timer = setInterval(() => this.#tick(), 1);
	#tick(): void {
		const now = performance.now();
		const cpu = used();
		this.#longest = Math.max(this.#longest, now - this.#last);
		this.#busiest = Math.max(this.#busiest, cpu - this.#used);
		this.#last = now;
		this.#used = cpu;
	}
	take(): { longest: number; busiest: number } {
		this.#tick();
		const taken = { longest: this.#longest, busiest: this.#busiest };
		this.#longest = 0;
		this.#busiest = 0;
		return taken;
	}
	stop(): void {
		clearInterval(this.#timer);
	}
}

/** Milliseconds of the processor, collecting garbage included. */
function used(): number {
	const { user, system } = process.cpuUsage();
	return (user + system) / 1000;
}

const stall = new Stall();

async function measure(name: string, work: () => Promise<string>): Promise<void> {
	if (parts.length > 0 && !parts.some((part) => name.includes(part))) return;
	await new Promise((resolve) => setTimeout(resolve, 20));
	stall.take();
	const start = performance.now();
	const cpu = used();
	const what = await work();
	const rates = [(performance.now() - start) / 1000, (used() - cpu) / 1000].map((seconds) =>
		(events / seconds / 1e6).toFixed(1).padStart(8),
	);
	const { longest, busiest } = stall.take();
	console.log(
		`${name.padEnd(46)} ${rates[0]} M events/s, ${rates[1]} by the processor; loop blocked at most ${longest.toFixed(0)} ms, ${busiest.toFixed(0)} of the processor   ${what}`,
	);
}

try {
	const file = path.join(folder, 'large.dat');
	writeLarge(file, events);
	const source = await nodeFiles.open(file);
	const trace = await openTrace(source);
	await source.close?.();
	const session = await RecordedSession.open(trace);
	console.log(`${session.length} events, ${session.calls.length} calls`);
	const cursor = new Cursor(session);
	const line = trace.events.line(session.length - 2);
	const far = session.calls.site(session.calls.length - 1);
	const id = `${session.calls.functionId(session.calls.length - 1)}`;
	const there = (positions: ArrayLike<number>) => {
		cursor.goto(0);
		const stop = cursor.continue(positions);
		session.stateAt(stop.row);
		return `at event ${stop.row}`;
	};
	const back = (positions: ArrayLike<number>) => {
		cursor.goto(session.length);
		const stop = cursor.reverseContinue(positions);
		session.stateAt(stop.row);
		return `at event ${stop.row}`;
	};
	await measure('checkpoints, once in the background', async () => {
		await sliced(session.warming());
		return '';
	});
	await measure('line at the far end, continue', async () =>
		there((await positionsOfLine(session, line)).positions),
	);
	await measure('line at the near end, reverseContinue', async () =>
		back((await positionsOfLine(session, trace.events.line(1))).positions),
	);
	await measure('function, the last of its calls, continue', async () => {
		const all = (await positionsOfFunction(session, id)) ?? [];
		const last = Array.from(all).filter((code) => code >= far * 1024);
		return there(last);
	});
	await measure('function, reverseContinue', async () =>
		back(Array.from((await positionsOfFunction(session, id)) ?? []).slice(0, 1)),
	);
	await measure('function of KVM by its probe', async () =>
		there((await positionsOfFunction(session, 'kvm_vcpu_wfi')) ?? []),
	);
	await measure('instruction address', async () => there(await positionsOfAddress(session, 1n)));
	await measure(
		'data: vcpu[0].mp_state',
		async () => `${(await positionsOfData(session, 'vm[0].vcpu[0].mp_state')).length} writes`,
	);
	await measure('rule: psci.version_1_x, first time', async () =>
		there(await positionsOfRule(session, 'psci.version_1_x')),
	);
	for (const { id: filter } of EXCEPTION_FILTERS)
		await measure(
			`exception: ${filter}`,
			async () => `${(await positionsOfException(session, filter)).length} found`,
		);
	for (const text of [
		'call == SYSTEM_OFF',
		'event == reset',
		'vcpu == 3 && pc == 1',
		'x1 == 0x12345',
		'vcpu[1].mp_state == SUSPENDED',
	])
		await measure(`search: ${text}`, async () => {
			const code = await nextMatch(session, parseExpression(text), { row: 0, decision: 0 });
			return code === undefined ? 'none' : `at ${code}`;
		});
	await measure('search backwards: x1 == 0x12345', async () => {
		const from = { row: session.length, decision: 0 };
		return String(await nextMatch(session, parseExpression('x1 == 0x12345'), from, 'backwards'));
	});
	const middle = { row: session.calls.site(session.calls.length >>> 1), decision: 0 };
	await measure('what if, in the middle, and all its differences', async () => {
		const branch = await fork(session, middle, { registers: { 1: 0x5n } });
		return `${branch.length} events, ${(await allDifferences(session, branch)).length} differences`;
	});
	await measure('comparing two kernels, stopped after 3 s', async () => {
		const kernels = ['6.1', '7.2'].flatMap((name) => kernelNamed(name) ?? []);
		const compared = await compareKernels(session, kernels, AbortSignal.timeout(3000)).catch(() => undefined);
		return compared ? `${compared.differences.length} differences` : 'stopped';
	});
} finally {
	stall.stop();
	rmSync(folder, { recursive: true, force: true });
}
