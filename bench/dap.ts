// The adapter as a client sees it, over standard input and output, on a large recording: from launch to the first
// stop; steps, back-steps and what is asked at each stop; runs to a breakpoint at the far end and back; how soon a
// pause is answered while a run looks for where a data breakpoint stops. Needs dist/ (npm run build).
//
//   npm run bench -- dap [EVENTS [ROUNDS]]      10000000 and 500 where none are given

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MessageReader } from '../src/adapter/message-reader.ts';
import { writeLarge } from './trace-large.ts';

const events = Number(process.argv[2] ?? 10_000_000);
const program = path.resolve('dist/psci-trace.mjs');
const rounds = Number(process.argv[3] ?? 500);

interface Message {
	readonly type: string;
	readonly request_seq?: number;
	readonly success?: boolean;
	readonly message?: string;
	readonly event?: string;
	readonly body?: Record<string, unknown>;
}

class Client {
	readonly process: ChildProcess;
	#seq = 0;
	readonly #waiting = new Map<string, (message: Message) => void>();

	constructor() {
		this.process = spawn(process.execPath, [program, 'dap'], { stdio: ['pipe', 'pipe', 'inherit'] });
		const reader = new MessageReader();
		this.process.stdout?.on('data', (chunk: Uint8Array) => {
			for (const read of reader.push(chunk)) if (read.kind === 'message') this.#got(read.message as Message);
		});
	}

	/** seq of the next request */
	get next(): number {
		return this.#seq + 1;
	}

	#got(message: Message): void {
		const key = message.type === 'event' ? `event ${message.event}` : `answer ${message.request_seq}`;
		const waiting = this.#waiting.get(key);
		this.#waiting.delete(key);
		waiting?.(message);
	}

	on(key: string): Promise<Message> {
		return new Promise((resolve) => this.#waiting.set(key, resolve));
	}

	async send(command: string, args: object = {}): Promise<Record<string, unknown>> {
		const seq = ++this.#seq;
		const answer = this.on(`answer ${seq}`);
		const json = JSON.stringify({ seq, type: 'request', command, arguments: args });
		this.process.stdin?.write(`Content-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`);
		const { success, message, body = {} } = await answer;
		if (!success) throw new Error(`${command}: ${message}`);
		return body;
	}

	/** A move, until it has stopped. */
	async move(command: string, args: object = {}): Promise<Record<string, unknown>> {
		const stopped = this.on('event stopped');
		await this.send(command, { threadId: 1, ...args });
		return (await stopped).body ?? {};
	}
}

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
	const start = performance.now();
	await work();
	return performance.now() - start;
}

function report(what: string, times: number[], most: { median: number; last: number }): void {
	times.sort((a, b) => a - b);
	const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
	const good = at(0.5) < most.median && at(0.99) < most.last ? 'ok' : 'TOO SLOW';
	console.log(
		`${what}: median ${at(0.5).toFixed(2)} ms, 99th ${at(0.99).toFixed(2)} ms, worst ${at(1).toFixed(2)} ms, of ${times.length}: ${good}`,
	);
}

/** Far from one another and the same in every run. */
const place = (n: number) => String(Math.floor(((n * 0.618034) % 1) * events));

async function look(client: Client, threadId: number): Promise<void> {
	const { stackFrames } = await client.send('stackTrace', { threadId });
	const [frame] = stackFrames as { id: number }[];
	const { scopes } = await client.send('scopes', { frameId: frame?.id });
	// As clients do: all scopes at once.
	await Promise.all(
		(scopes as { expensive: boolean; variablesReference: number }[])
			.filter(({ expensive }) => !expensive)
			.map(({ variablesReference }) => client.send('variables', { variablesReference })),
	);
}

async function run(client: Client, command: string): Promise<void> {
	let body: Record<string, unknown> = {};
	const time = await milliseconds(async () => {
		body = await client.move(command);
	});
	console.log(`${command} over ${events} events: ${time.toFixed(1)} ms (${String(body.reason)})`);
}

if (!existsSync(program)) throw new Error(`${program} is missing: run npm run build first`);
const folder = mkdtempSync(path.join(tmpdir(), 'dap-bench-'));
const client = new Client();
try {
	const file = path.join(folder, 'large.dat');
	writeLarge(file, events);
	await client.send('initialize', { adapterID: 'psci' });
	const first = await milliseconds(async () => {
		const initialized = client.on('event initialized');
		await client.send('launch', { program: file });
		await initialized;
		await client.move('configurationDone');
	});
	console.log(`launch to first stop: ${first.toFixed(0)} ms`);
	const most = { median: 2, last: 10 };

	// What is asked right after the launch competes with what is made ready in the background.
	const early: number[] = [];
	for (let n = 0; n < 50; n++) early.push(await milliseconds(() => client.move('next')));
	report('the first steps', early, most);
	const loading: number[] = [];
	for (let n = 0; n < 20; n++) {
		const stopped = client.on('event stopped');
		await client.send('continue', { threadId: 1 });
		await new Promise((resolve) => setTimeout(resolve, 50));
		loading.push(await milliseconds(() => Promise.all([client.send('pause', { threadId: 1 }), stopped])));
	}
	report('a pause while it loads', loading, { median: 50, last: 50 });
	await run(client, 'continue');
	const jumps: number[] = [];
	const steps: number[] = [];
	const back: number[] = [];
	const looks: number[] = [];
	for (let n = 0; n < rounds; n++) {
		jumps.push(await milliseconds(() => client.move('psci/goto', { place: place(n) })));
		steps.push(await milliseconds(() => client.move('next')));
		back.push(await milliseconds(() => client.move('stepBack')));
		steps.push(await milliseconds(() => client.move('next', { granularity: 'instruction' })));
		back.push(await milliseconds(() => client.move('stepBack', { granularity: 'instruction' })));
		looks.push(await milliseconds(() => look(client, 1)));
	}
	report('a jump to anywhere', jumps, most);
	report('a step', steps, most);
	report('a step back', back, most);
	report('stack, scopes and all variables', looks, most);

	await client.move('psci/goto', { place: 'start' });
	const last = { source: { sourceReference: 1 }, breakpoints: [{ line: events }] };
	console.log(
		`a line breakpoint: ${(await milliseconds(() => client.send('setBreakpoints', last))).toFixed(1)} ms`,
	);
	await run(client, 'continue');
	await client.send('setBreakpoints', { ...last, breakpoints: [{ line: 1 }] });
	await run(client, 'reverseContinue');
	await client.send('setBreakpoints', { ...last, breakpoints: [] });
	const name = { breakpoints: [{ name: 'MEM_PROTECT' }] };
	console.log(
		`function breakpoints: ${(await milliseconds(() => client.send('setFunctionBreakpoints', name))).toFixed(1)} ms`,
	);
	await run(client, 'continue');
	await run(client, 'reverseContinue');
	await client.send('setFunctionBreakpoints', { breakpoints: [] });

	const { dataId } = await client.send('dataBreakpointInfo', { name: 'vcpu[1].requests' });
	const pauses: number[] = [];
	for (let n = 0; n < 20; n++) {
		await client.send('setDataBreakpoints', { breakpoints: [{ dataId }] });
		const stopped = client.on('event stopped');
		await client.send('continue', { threadId: 1 });
		pauses.push(
			await milliseconds(async () => {
				await client.send('pause', { threadId: 1 });
				await stopped;
			}),
		);
		await client.send('setDataBreakpoints', { breakpoints: [] });
		await client.move('psci/goto', { place: 'start' });
	}
	report('a pause while a run goes on', pauses, { median: 50, last: 50 });
	const requestId = client.next;
	const search = client.send('psci/search', { expression: 'x1 == 0x123456789', most: 1 }).then(
		() => 'over',
		(error: Error) => error.message,
	);
	await new Promise((resolve) => setTimeout(resolve, 100));
	const cancelled = await milliseconds(async () => {
		await client.send('cancel', { requestId });
		console.log(await search);
	});
	console.log(`a cancelled search is answered in ${cancelled.toFixed(1)} ms`);
	await client.send('disconnect');
} finally {
	client.process.kill();
	rmSync(folder, { recursive: true });
}
