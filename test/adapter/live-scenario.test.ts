// Several clients of one live scenario: who attaches sees what the first debugs, with a cursor of its own, and what
// any of them does to it shows at all. Vacuous if each had a session of its own: each test looks at both.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { PassThrough } from 'node:stream';
import { DebugClient } from '@vscode/debugadapter-testsupport';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { testFolder } from '../test-folder.ts';
import { REBOOT, root } from './adapter-program.ts';
import { BRING_UP } from './bring-up.ts';
import { breaches } from './order-rules.ts';
import { Transcript } from './transcript.ts';

const folder = testFolder();
const program = folder.write('bring-up.psci', BRING_UP);

let server: ChildProcess;
let port = 0;
beforeAll(async () => {
	server = spawn(process.execPath, [`${root}dist/psci-trace.mjs`, 'dap', '--port', '0'], {
		stdio: ['ignore', 'ignore', 'pipe'],
	});
	if (!server.stderr) throw new Error('the server has no pipe');
	const [said] = (await once(server.stderr, 'data')) as [Buffer];
	port = Number(/127\.0\.0\.1:(\d+)/.exec(said.toString())?.[1]);
});
afterAll(() => {
	server.kill();
});

/** A client on a connection of its own, which keeps what it was told. */
class Peer extends DebugClient {
	readonly #socket: net.Socket;
	readonly #transcript = new Transcript();
	readonly stops: DebugProtocol.StoppedEvent['body'][] = [];
	readonly resumed: DebugProtocol.ContinuedEvent['body'][] = [];

	constructor() {
		super('node', '', 'psci');
		this.#socket = net.connect(port, '127.0.0.1');
		const out = new PassThrough();
		out.on('data', (bytes: Uint8Array) => this.#transcript.record('client', bytes));
		out.pipe(this.#socket);
		this.#socket.on('data', (bytes: Uint8Array) => this.#transcript.record('adapter', bytes));
		this.connect(this.#socket, out);
		this.on('stopped', ({ body }: DebugProtocol.StoppedEvent) => this.stops.push(body));
		this.on('continued', ({ body }: DebugProtocol.ContinuedEvent) => this.resumed.push(body));
	}

	async begin(request: 'launch' | 'attach', args: object = { program }): Promise<void> {
		await this.initializeRequest();
		const initialized = once(this, 'initialized');
		await this.send(request, args);
		await initialized;
		await this.configurationDoneRequest();
		expect(await this.nextStop()).toMatchObject({ reason: 'entry' });
	}

	/** The next stop that was not looked at yet. */
	async nextStop(): Promise<DebugProtocol.StoppedEvent['body']> {
		if (this.stops.length === 0) await once(this, 'stopped');
		const stop = this.stops.shift();
		if (!stop) throw new Error('a stop');
		return stop;
	}

	async move(command: string, args: object = {}): Promise<DebugProtocol.StoppedEvent['body']> {
		await this.send(command, { threadId: 1, ...args });
		return this.nextStop();
	}

	async line(): Promise<number | undefined> {
		return (await this.stackTraceRequest({ threadId: 1 })).body.stackFrames[0]?.line;
	}

	async value(expression: string): Promise<string> {
		return (await this.evaluateRequest({ expression, context: 'watch' })).body.result;
	}

	async type(expression: string): Promise<void> {
		await this.evaluateRequest({ expression, context: 'repl' });
		await this.nextStop();
	}

	async leave(): Promise<void> {
		await this.disconnectRequest();
		this.#socket.destroy();
		expect(breaches(this.#transcript.entries, true, true)).toEqual([]);
	}

	/** As a client that crashes. */
	vanish(): void {
		this.#socket.destroy();
	}
}

const OTHERS = { reason: 'goto', description: 'The scenario was changed by another client' };

let first: Peer;
let second: Peer;
let open: Peer[] = [];
const leave = async (peer: Peer) => {
	open = open.filter((other) => other !== peer);
	await peer.leave();
};
beforeEach(() => {
	first = new Peer();
	second = new Peer();
	open = [first, second];
});
afterEach(async () => {
	const left = await Promise.allSettled(open.map((peer) => peer.leave()));
	for (const result of left) if (result.status === 'rejected') throw result.reason;
});

it('who attaches stands where the other one stands, and from there on moves alone', async () => {
	await first.begin('launch');
	await first.move('next');
	await second.begin('attach');
	expect([await first.line(), await second.line()]).toEqual([8, 8]);
	await second.setFunctionBreakpointsRequest({ breakpoints: [{ name: 'CPU_ON' }] });
	expect(await second.move('continue')).toMatchObject({ reason: 'function breakpoint' });
	expect([await first.line(), await second.line()]).toEqual([8, 9]);
	expect((await first.move('continue')).description).toBe('End of the scenario');
	expect(first.resumed).toEqual([]);
	expect(second.resumed).toEqual([]);
});

it('a statement of one shows at the other, who stays at its line; going back over it undoes it for both', async () => {
	await first.begin('launch');
	await first.move('next');
	await second.begin('attach');
	await second.move('next');
	await second.move('next');
	expect(await second.line()).toBe(9);
	expect(await second.value('vcpu[1].mp_state')).toContain('STOPPED');
	await first.type('CPU_ON target=1 entry=pad1');
	expect(await second.nextStop()).toMatchObject(OTHERS);
	expect(second.resumed).toHaveLength(1);
	expect(await second.value('vcpu[1].mp_state')).toContain('RUNNABLE');
	expect([await first.line(), await second.line()]).toEqual([8, 9]);
	await first.move('stepBack');
	expect(await second.nextStop()).toMatchObject(OTHERS);
	expect(await first.value('vcpu[1].mp_state')).toContain('STOPPED');
	expect(await second.value('vcpu[1].mp_state')).toContain('STOPPED');
	expect(await second.line()).toBe(9);
});

it('who attached changes it, too; who did not make a change only looks at what was before it', async () => {
	await first.begin('launch');
	await first.move('next');
	await second.begin('attach');
	await second.send('setExpression', { expression: 'vcpu[1].mp_state', value: 'RUNNABLE' });
	expect(await first.nextStop()).toMatchObject(OTHERS);
	expect(await first.value('vcpu[1].mp_state')).toContain('RUNNABLE');
	await first.move('stepBack');
	await first.move('stepBack');
	expect(await first.line()).toBe(6);
	await first.move('continue');
	expect(await second.value('vcpu[1].mp_state')).toContain('RUNNABLE');
	expect(second.stops).toEqual([]);
	await first.type('set vcpu1.mp_state STOPPED');
	expect(await second.nextStop()).toMatchObject(OTHERS);
	// It stands before the new statement, and behind its own.
	expect(await second.value('vcpu[1].mp_state')).toContain('RUNNABLE');
	expect(await first.value('vcpu[1].mp_state')).toContain('STOPPED');
});

it('one that attaches later sees what was changed before', async () => {
	await first.begin('launch');
	await first.move('next');
	await first.type('CPU_ON target=1 entry=pad1');
	await second.begin('attach');
	expect(await second.value('vcpu[1].mp_state')).toContain('RUNNABLE');
	await second.move('stepBack');
	expect(await second.value('vcpu[1].mp_state')).toContain('STOPPED');
	expect(await first.value('vcpu[1].mp_state')).toContain('RUNNABLE');
});

it('is not told of a stop before its first one', async () => {
	await first.begin('launch');
	await first.move('next');
	await second.initializeRequest();
	const initialized = once(second, 'initialized');
	await second.send('attach', { program });
	await initialized;
	await first.type('CPU_ON target=1 entry=pad1');
	await second.threadsRequest();
	expect(second.stops).toEqual([]);
	await second.configurationDoneRequest();
	expect(await second.nextStop()).toMatchObject({ reason: 'entry' });
	expect(await second.value('vcpu[1].mp_state')).toContain('RUNNABLE');
});

it('a restart of the first begins anew for both, with what the file holds then', async () => {
	await first.begin('launch');
	await second.begin('attach');
	await second.move('next');
	expect(await first.move('restart', { arguments: { kernel: '5.10' } })).toMatchObject({ reason: 'entry' });
	expect(await second.nextStop()).toMatchObject(OTHERS);
	const kernel = async (peer: Peer) => (await peer.modulesRequest({})).body.modules[0]?.version;
	expect(await kernel(first)).toContain('5.10');
	expect(await kernel(second)).toBe(await kernel(first));
	expect(await second.move('restart')).toMatchObject({ reason: 'entry' });
	expect(first.stops).toEqual([]);
});

it('the first leaves: the others keep what there is, and a third can attach', async () => {
	const third = new Peer();
	open.push(third);
	await first.begin('launch');
	await first.move('next');
	await second.begin('attach');
	await first.type('CPU_ON target=1 entry=pad1');
	await second.nextStop();
	await leave(first);
	expect(await second.value('vcpu[1].mp_state')).toContain('RUNNABLE');
	await third.begin('attach');
	await second.type('set vcpu1.mp_state STOPPED');
	expect(await third.nextStop()).toMatchObject(OTHERS);
	expect(await third.value('vcpu[1].mp_state')).toContain('STOPPED');
	await third.send('terminate');
	third.resumed.length = 0;
	await second.move('stepBack');
	expect(await second.value('vcpu[1].mp_state')).toContain('RUNNABLE');
	expect(await third.value('vcpu[1].mp_state')).toContain('STOPPED');
	expect([...third.resumed, ...third.stops]).toEqual([]);
});

it('a client that vanishes debugs nothing any more, and nobody can attach where nobody debugs', async () => {
	await second.initializeRequest();
	const refusal = /Cannot attach to .*bring-up\.psci: no other client of this adapter debugs this scenario/;
	await expect(second.send('attach', { program })).rejects.toThrow(refusal);
	await first.begin('launch', { program: REBOOT });
	await expect(second.send('attach', { program })).rejects.toThrow(refusal);
	const third = new Peer();
	await third.begin('launch');
	third.vanish();
	const attached = async () => {
		const fourth = new Peer();
		await fourth.initializeRequest();
		const said = await fourth.send('attach', { program }).then(String, String);
		await fourth.leave();
		return said;
	};
	await expect.poll(attached).toMatch(refusal);
});

it('a run of one ends where another one changes the scenario, with one stop', async () => {
	const long = folder.write('long.psci', BRING_UP.replace('repeat 2', 'repeat 4000'));
	await first.begin('launch', { program: long });
	await second.begin('attach', { program: long });
	// What takes a while to find: the run waits for it.
	await second.setFunctionBreakpointsRequest({
		breakpoints: [{ name: 'AFFINITY_INFO', condition: 'vcpu[1].mp_state == RUNNABLE && x1 == 0x99' }],
	});
	await second.continueRequest({ threadId: 1 });
	await first.type('CPU_ON target=1 entry=pad1');
	expect(await second.nextStop()).toMatchObject(OTHERS);
	expect(second.resumed).toEqual([]);
	expect(await second.line()).toBe(6);
	expect((await second.move('continue')).description).toBe('End of the scenario');
	expect(second.stops).toEqual([]);
});

it('a what-if branch of one is where the others go, too; who comes back stands where it stood', async () => {
	await first.begin('launch');
	await first.move('next');
	await second.begin('attach');
	await second.move('next');
	await second.move('next');
	await first.move('psci/whatIf', { kernel: '5.10' });
	expect(await second.nextStop()).toMatchObject(OTHERS);
	const kernel = async (peer: Peer) => (await peer.modulesRequest({})).body.modules[0]?.version;
	expect(await kernel(second)).toContain('5.10');
	expect(await second.line()).toBe(await first.line());
	await second.move('psci/leaveBranch');
	expect(await first.nextStop()).toMatchObject(OTHERS);
	expect(await kernel(first)).toContain('7.2');
	expect([await first.line(), await second.line()]).toEqual([8, 9]);
});
