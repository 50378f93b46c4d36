// What no client should send: broken bytes, requests at the wrong time, twice, thousands at once, of every shape.
// The adapter answers each request once or passes it over, and lives on. Vacuous if nothing was answered: every
// conversation ends with a question that must be.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { REBOOT, root } from './adapter-program.ts';
import { breaches } from './order-rules.ts';
import { REQUESTS } from './protocol-schema.ts';
import { Transcript } from './transcript.ts';

const framed = (message: unknown) => {
	const body = Buffer.from(typeof message === 'string' ? message : JSON.stringify(message));
	return Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]);
};

class Wire {
	readonly process: ChildProcess;
	readonly transcript = new Transcript();
	#seq = 0;
	#heard = () => {};

	constructor() {
		this.process = spawn(process.execPath, [`${root}dist/psci-trace.mjs`, 'dap'], {
			stdio: ['pipe', 'pipe', 'inherit'],
		});
		this.process.stdout?.on('data', (bytes: Uint8Array) => {
			this.transcript.record('adapter', bytes);
			this.#heard();
		});
	}

	/** Bytes as they are, well formed or not. */
	raw(bytes: Uint8Array | string): void {
		this.process.stdin?.write(bytes);
	}

	/** A request, recorded; its seq. */
	send(command: string, args: unknown = {}, seq = ++this.#seq): number {
		const message = { seq, type: 'request', command, arguments: args };
		this.transcript.entries.push({ from: 'client', message: message as never });
		this.raw(framed(message));
		return seq;
	}

	async answer(seq: number): Promise<{ success: boolean; message?: string }> {
		for (;;) {
			const found = this.transcript.entries.find(
				({ from, message }) => from === 'adapter' && 'request_seq' in message && message.request_seq === seq,
			);
			if (found) return found.message as never;
			await new Promise<void>((resolve, reject) => {
				const timer = setTimeout(() => reject(new Error(`request ${seq} is not answered`)), 100_000);
				this.#heard = () => {
					clearTimeout(timer);
					resolve();
				};
			});
		}
	}

	async launch(): Promise<void> {
		this.send('initialize', { adapterID: 'psci' });
		await this.answer(this.send('launch', { program: REBOOT }));
		await this.answer(this.send('configurationDone'));
	}

	/** Takes leave, and holds the whole conversation against the rules. */
	async end(): Promise<void> {
		const left = once(this.process, 'exit');
		const seq = this.send('disconnect');
		expect((await this.answer(seq)).success).toBe(true);
		expect(await left).toEqual([0, null]);
		expect(breaches(this.transcript.entries, false)).toEqual([]);
	}
}

let wire: Wire;
beforeEach(() => {
	wire = new Wire();
});
afterEach(async () => {
	await wire.end();
});

it('a message cut at any byte is put together again', async () => {
	const bytes = framed({ seq: 900, type: 'request', command: 'initialize', arguments: { adapterID: 'x' } });
	for (let at = 0; at < bytes.length; at++) {
		wire.raw(bytes.subarray(at, at + 1));
		if (at % 16 === 0) await new Promise((resolve) => setImmediate(resolve));
	}
	expect((await wire.answer(900).catch((error: Error) => ({ success: error.message }))).success).toBe(true);
	// The transcript does not have the question, which went out in pieces.
	wire.transcript.entries.unshift({
		from: 'client',
		message: { seq: 900, type: 'request', command: 'initialize' } as never,
	});
});

it('garbage between messages is passed over, whatever it claims to be', async () => {
	await wire.launch();
	const garbage = [
		'\r\n',
		'hello\r\n\r\n',
		'Content-Length: nonsense\r\n\r\n',
		'Content-Length: -5\r\n\r\n',
		'Content-Length: 999999999999\r\n\r\n',
		'Content-Length: 7\r\nContent-Type: text\r\n\r\n{"a":1}',
		framed('{not json'),
		framed('[[[['.repeat(100_000)),
		framed('null'),
		framed('[]'),
		framed('{"type":"response","request_seq":1,"success":true,"command":"x"}'),
		framed('{"type":"request","seq":"one","command":"next"}'),
		framed('{"type":"request","seq":1.5,"command":"next"}'),
		framed('{"type":"request","seq":7000}'),
		Buffer.concat([Buffer.from('Content-Length: 3\r\n\r\n'), Buffer.from([0xff, 0xfe, 0xfd])]),
		'x'.repeat(100_000),
	];
	for (const bytes of garbage) {
		wire.raw(bytes);
		expect((await wire.answer(wire.send('threads'))).success, String(bytes).slice(0, 40)).toBe(true);
	}
});

it('several messages in one piece, and a header in other letters, are all answered', async () => {
	const message = (seq: number) => JSON.stringify({ seq, type: 'request', command: 'threads' });
	await wire.launch();
	const seqs = [100, 101, 102];
	for (const seq of seqs)
		wire.transcript.entries.push({
			from: 'client',
			message: { seq, type: 'request', command: 'threads' } as never,
		});
	wire.raw(seqs.map((seq) => `content-length: ${message(seq).length}\r\n\r\n${message(seq)}`).join(''));
	for (const seq of seqs) expect((await wire.answer(seq)).success).toBe(true);
});

it('requests before initialize, a second initialize or launch and unknown requests get an error', async () => {
	const early = await wire.answer(wire.send('launch', { program: REBOOT }));
	expect(early).toMatchObject({ success: false, message: expect.stringMatching(/before 'initialize'/) });
	await wire.launch();
	for (const command of ['initialize', 'launch', 'no/such', '', '__proto__', 'constructor'])
		expect((await wire.answer(wire.send(command, { program: REBOOT }))).success, command).toBe(false);
});

it('a request that comes twice is answered once', async () => {
	await wire.launch();
	const seq = wire.send('threads');
	wire.raw(framed({ seq, type: 'request', command: 'threads', arguments: {} }));
	await wire.answer(wire.send('threads'));
	const answers = wire.transcript.entries.filter(
		({ message }) => 'request_seq' in message && message.request_seq === seq,
	);
	expect(answers).toHaveLength(1);
});

it('ten thousand requests at once are each answered, in turn', async () => {
	await wire.launch();
	const kinds = [
		'next',
		'stepBack',
		'stackTrace',
		'continue',
		'reverseContinue',
		'pause',
		'evaluate',
		'threads',
	];
	const sent: number[] = [];
	for (let n = 0; n < 10_000; n++)
		sent.push(wire.send(kinds[n % kinds.length] ?? '', { threadId: 1, expression: 'vcpu[1].mp_state' }));
	// Those that wait for others, and those that do not.
	for (const seq of sent.slice(-kinds.length)) await wire.answer(seq);
	const answered = new Set(
		wire.transcript.entries.flatMap(({ message }) => ('request_seq' in message ? [message.request_seq] : [])),
	);
	expect(answered.size).toBe(10_003);
});

it('arguments of any shape get an answer', async () => {
	await wire.launch();
	const args = fc.oneof(
		fc.object({ maxDepth: 2, maxKeys: 6 }),
		fc.dictionary(
			fc.constantFrom(
				'threadId',
				'frameId',
				'source',
				'breakpoints',
				'expression',
				'line',
				'variablesReference',
				'filters',
				'targetId',
				'format',
				'place',
				'kernels',
				'memoryReference',
				'instructionCount',
				'name',
				'start',
				'count',
				'text',
				'column',
				'arguments',
				'context',
			),
			fc.oneof(
				fc.integer(),
				fc.string(),
				fc.constant(null),
				fc.constant(1),
				fc.constant([{}]),
				fc.constant([null]),
				fc.constant({}),
				fc.constant('repl'),
				fc.constant('x'.repeat(5000)),
				fc.double(),
			),
		),
		fc.constant('text'),
	);
	const ours = [
		'psci/state',
		'psci/goto',
		'psci/search',
		'psci/why',
		'psci/compare',
		'psci/setBookmark',
		'psci/nextEvent',
	];
	const commands = [...REQUESTS, ...ours].filter((c) => !/^(disconnect|terminate|restart)$/.test(c));
	await fc.assert(
		fc.asyncProperty(fc.constantFrom(...commands), args, async (command, given) => {
			await wire.answer(wire.send(command, given));
		}),
		{ numRuns: 600 },
	);
	// A TypeError inside a handler would be a mistake of ours, not of the client.
	const internal = wire.transcript.entries.filter(({ message }) =>
		JSON.stringify(message).includes('failed inside'),
	);
	expect(internal.map(({ message }) => (message as { message?: string }).message)).toEqual([]);
});
