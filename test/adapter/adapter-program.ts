// The stand-alone adapter as a child process, driven through the DAP client of
// @vscode/debugadapter-testsupport over standard input and output. Every message is kept, so that a
// `stopped` that comes early is never missed and the transcript can be checked afterwards.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { PassThrough, type Readable, type Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { DebugClient } from '@vscode/debugadapter-testsupport';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { breaches } from './order-rules.ts';
import { Transcript } from './transcript.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const example = (name: string) => `${root}examples/${name}`;
export const REBOOT = example('linux-guest-hotplug-reboot.report.txt');
export const SELFTEST = example('kernel-selftest-psci_test.trace.txt');

const PROGRAM = `${root}dist/psci-trace.mjs`;
const TIMEOUT_MS = 100_000;

/** The client on streams of ours; it can spawn programs itself, but not with arguments. */
class StreamClient extends DebugClient {
	constructor(fromAdapter: Readable, toAdapter: Writable) {
		super('node', '', 'psci');
		this.connect(fromAdapter, toAdapter);
	}
}

export class AdapterProgram {
	readonly client: DebugClient;
	readonly process: ChildProcess;
	readonly transcript = new Transcript();
	readonly stopped: DebugProtocol.StoppedEvent['body'][] = [];
	readonly #waiting: ((body: DebugProtocol.StoppedEvent['body']) => void)[] = [];

	private constructor() {
		this.process = spawn(process.execPath, [PROGRAM, 'dap'], { stdio: ['pipe', 'pipe', 'inherit'] });
		const { stdout, stdin } = this.process;
		if (!stdout || !stdin) throw new Error('the adapter has no pipes');
		const toAdapter = new PassThrough();
		toAdapter.on('data', (bytes: Uint8Array) => this.transcript.record('client', bytes));
		toAdapter.pipe(stdin);
		stdin.on('error', () => undefined);
		stdout.on('data', (bytes: Uint8Array) => this.transcript.record('adapter', bytes));
		this.client = new StreamClient(stdout, toAdapter);
		this.client.on('stopped', (event: DebugProtocol.StoppedEvent) => {
			const waiter = this.#waiting.shift();
			if (waiter) waiter(event.body);
			else this.stopped.push(event.body);
		});
	}

	static async start(
		client: Partial<DebugProtocol.InitializeRequestArguments> = {},
	): Promise<AdapterProgram> {
		const adapter = new AdapterProgram();
		await adapter.client.initializeRequest({
			adapterID: 'psci',
			linesStartAt1: true,
			columnsStartAt1: true,
			pathFormat: 'path',
			supportsVariableType: true,
			...client,
		});
		return adapter;
	}

	/** Launches `program` and goes on to the first stop; `prepare` runs where breakpoints are set. */
	async launch(program: string, args: object = {}, prepare?: () => Promise<unknown>): Promise<Where> {
		const initialized = once(this.client, 'initialized');
		const launched = this.client.launchRequest({ program, ...args } as DebugProtocol.LaunchRequestArguments);
		await Promise.all([launched, initialized]);
		await prepare?.();
		await this.client.configurationDoneRequest();
		return this.where();
	}

	/** A request by name, its response's body. */
	async send<T>(command: string, args?: object): Promise<T> {
		return ((await this.client.send(command, args)) as { body: T }).body;
	}

	/** Sends a request that moves, and waits for where it stops. */
	async move(command: string, args: object = {}): Promise<Where> {
		await this.send(command, { threadId: 1, ...args });
		return this.where();
	}

	async nextStop(): Promise<DebugProtocol.StoppedEvent['body']> {
		const early = this.stopped.shift();
		if (early) return early;
		return new Promise((resolve, reject) => {
			const timer = setTimeout(() => reject(new Error('no stopped event came')), TIMEOUT_MS);
			this.#waiting.push((body) => {
				clearTimeout(timer);
				resolve(body);
			});
		});
	}

	/** Where the next `stopped` event leaves us: reason, thread, the top frame's line and name. */
	async where(): Promise<Where> {
		const { reason, threadId, description } = await this.nextStop();
		const { stackFrames } = await this.send<DebugProtocol.StackTraceResponse['body']>('stackTrace', {
			threadId,
		});
		const top = stackFrames[0];
		if (!top) throw new Error('a stop has at least one frame');
		return {
			reason,
			threadId: threadId ?? -1,
			file: top.source?.name ?? '',
			line: top.line,
			name: top.name,
			frameId: top.id,
			description,
		};
	}

	/** The top frame of a thread. */
	async frame(threadId: number): Promise<DebugProtocol.StackFrame> {
		const { stackFrames } = await this.send<DebugProtocol.StackTraceResponse['body']>('stackTrace', {
			threadId,
		});
		const [top] = stackFrames;
		if (!top) throw new Error('a thread has at least one frame');
		return top;
	}

	/** All variables of a frame, by `Scope.name`. */
	async variables(frameId: number): Promise<Record<string, string>> {
		const { scopes } = await this.send<DebugProtocol.ScopesResponse['body']>('scopes', { frameId });
		const all: Record<string, string> = {};
		for (const scope of scopes) {
			const { variables } = await this.send<DebugProtocol.VariablesResponse['body']>('variables', {
				variablesReference: scope.variablesReference,
			});
			for (const v of variables) all[`${scope.name}.${v.name}`] = v.value;
		}
		return all;
	}

	/** What the adapter said of a breakpoint last: in an answer, or by an event. */
	breakpoint(id: number | undefined): DebugProtocol.Breakpoint | undefined {
		const said = this.transcript.entries.flatMap(({ from, message }) => {
			const { body } = message as { body?: { breakpoint?: unknown; breakpoints?: unknown } };
			return from === 'adapter' ? [body?.breakpoints ?? [], body?.breakpoint ?? []].flat() : [];
		});
		return (said as DebugProtocol.Breakpoint[]).findLast((b) => b.id === id);
	}

	/** Disconnects and waits for the process to end; its exit status. Throws where the protocol was broken on the way. */
	async stop(): Promise<number | null> {
		const exited = once(this.process, 'exit');
		await this.client.disconnectRequest();
		const [code] = (await exited) as [number | null];
		const found = breaches(this.transcript.entries, true);
		if (found.length > 0) throw new Error(`the adapter broke the protocol:\n${found.join('\n')}`);
		return code;
	}
}

export interface Where {
	readonly reason: string;
	readonly threadId: number;
	/** name of the top frame's source */
	readonly file: string;
	readonly line: number;
	readonly name: string;
	readonly frameId: number;
	readonly description: string | undefined;
}
