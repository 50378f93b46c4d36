// What the engine does over a whole recording of ten million events: resolving breakpoints of each kind and
// continuing to the far end, both ways; searching; and how long a slice keeps the event loop to itself.
//
//   npm run bench -- engine [EVENTS [PART…]]      10000000 where none is given; only what has a PART in its name

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { nodeFiles } from '../src/cli/node-files.ts';
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
import { openTrace } from '../src/trace/open.ts';
import { writeLarge } from './trace-large.ts';

const events = Number(process.argv[2] ?? 10_000_000);
const parts = process.argv.slice(3);
const folder = mkdtempSync(path.join(tmpdir(), 'engine-bench-'));

/** The longest that the event loop had to wait since it was last asked. */
class Stall {
	#longest = 0;
	#last = performance.now();
	readonly #timer = setInterval(() => this.#tick(), 1);
	#tick(): void {
		const now = performance.now();
		this.#longest = Math.max(this.#longest, now - this.#last);
		this.#last = now;
	}
	take(): number {
		this.#tick();
		const longest = this.#longest;
		this.#longest = 0;
		return longest;
	}
	stop(): void {
		clearInterval(this.#timer);
	}
}

const stall = new Stall();

async function measure(name: string, work: () => Promise<string>): Promise<void> {
	if (parts.length > 0 && !parts.some((part) => name.includes(part))) return;
	await new Promise((resolve) => setTimeout(resolve, 20));
	stall.take();
	const start = performance.now();
	const what = await work();
	const seconds = (performance.now() - start) / 1000;
	const waited = stall.take();
	const rate = events / seconds / 1e6;
	console.log(
		`${name.padEnd(44)} ${seconds.toFixed(3).padStart(9)} s ${rate.toFixed(1).padStart(9)} M events/s   loop blocked at most ${waited.toFixed(0).padStart(4)} ms   ${what}`,
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
		await session.warm(new AbortController().signal);
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
} finally {
	stall.stop();
	rmSync(folder, { recursive: true, force: true });
}
