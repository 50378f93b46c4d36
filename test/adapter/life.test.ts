// The life of a session: restart, terminate, run without debugging, jumps, other clients' settings, and the
// adapter on a TCP port. Vacuous if the events waited for never came: each test awaits one.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import path from 'node:path';
import { DebugClient } from '@vscode/debugadapter-testsupport';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AdapterProgram, REBOOT, root, type Where } from './adapter-program.ts';

describe('on standard input and output', () => {
	let adapter: AdapterProgram;
	beforeEach(async () => {
		adapter = await AdapterProgram.start();
	});
	afterEach(async () => {
		expect(await adapter.stop()).toBe(0);
	});

	it('restart begins again where the session began', async () => {
		const first = await adapter.launch(REBOOT);
		await adapter.move('continue');
		expect(await adapter.move('restart')).toMatchObject({ reason: 'entry', line: first.line });
	});

	it('startAt firstEvent stands before everything, with every vCPU unknown', async () => {
		const stop = await adapter.launch(REBOOT, { startAt: 'firstEvent' });
		expect(stop.line).toBe(2);
		const { result } = await adapter.send<{ result: string }>('evaluate', { expression: 'vcpu[0].mp_state' });
		expect(result).toMatch(/^\? /);
	});

	it('terminate ends the session', async () => {
		await adapter.launch(REBOOT);
		const terminated = once(adapter.client, 'terminated');
		await adapter.send('terminate');
		await terminated;
	});

	it('without debugging it prints every call in a line and ends', async () => {
		const lines: string[] = [];
		adapter.client.on('output', (event: DebugProtocol.OutputEvent) => lines.push(event.body.output));
		const terminated = once(adapter.client, 'terminated');
		await adapter.client.launchRequest({ program: REBOOT, noDebug: true } as object);
		await terminated;
		expect(lines).toHaveLength(71);
		expect(lines[0]).toBe('45.765943  vCPU 0  PSCI_VERSION  =>  1.3\n');
		expect(lines.at(-1)).toBe('186.333125  vCPU 0  SYSTEM_RESET  =>  exits to the VMM\n');
	});

	it('goto jumps to the event on a line', async () => {
		await adapter.launch(REBOOT);
		const { targets } = await adapter.send<{ targets: { id: number; line: number }[] }>('gotoTargets', {
			source: { path: REBOOT },
			line: 247,
		});
		expect(targets).toMatchObject([{ line: 247 }]);
		expect(await adapter.move('goto', { targetId: targets[0]?.id })).toMatchObject({
			reason: 'goto',
			line: 247,
			name: 'CPU_OFF',
			threadId: 2,
		});
	});

	it('the granularity instruction visits every event and decision, there and back', async () => {
		const stops = [await adapter.launch(REBOOT)];
		const inTrace = (stop: Where) => stop.file === path.basename(REBOOT);
		while (stops.filter(inTrace).at(-1)?.line !== 94)
			stops.push(await adapter.move('next', { granularity: 'instruction' }));
		expect(stops.filter(inTrace).map((stop) => stop.line)).toEqual([88, 89, 90, 91, 92, 93, 94]);
		expect(stops.length).toBeGreaterThan(10);
		for (const stop of stops.slice(0, -1).reverse())
			expect(await adapter.move('stepBack', { granularity: 'instruction' })).toMatchObject({
				line: stop.line,
				name: stop.name,
			});
	});

	it('a condition is the same filter in both directions, and a wrong one is answered with its place', async () => {
		type Answer = { breakpoints: { verified: boolean; message?: string }[] };
		let answer: Answer = { breakpoints: [] };
		await adapter.launch(REBOOT, {}, async () => {
			answer = await adapter.send<Answer>('setFunctionBreakpoints', {
				breakpoints: [
					{ name: 'CPU_ON', condition: 'target_cpu == 0x2 && vcpu[2].mp_state == STOPPED' },
					{ name: 'AFFINITY_INFO', condition: 'result == OFF && vcpu == 0 && target_cpu' },
					{ name: 'CPU_OFF', condition: 'x1 ==' },
				],
			});
		});
		expect(answer.breakpoints.map((b) => b.verified)).toEqual([true, true, false]);
		expect(answer.breakpoints[2]?.message).toMatch(/cannot be read: expected a value/);
		const stops: number[] = [];
		for (
			let stop = await adapter.move('continue');
			stop.reason !== 'step';
			stop = await adapter.move('continue')
		)
			stops.push(stop.line);
		const back: number[] = [];
		for (let stop = await adapter.move('reverseContinue'); stop.reason !== 'step'; ) {
			back.push(stop.line);
			stop = await adapter.move('reverseContinue');
		}
		expect(stops.length).toBeGreaterThan(2);
		expect(stops).toEqual(back.reverse());
	});

	it('a function breakpoint takes names, patterns and IDs, and says when none is meant', async () => {
		type Answer = { breakpoints: { verified: boolean; message?: string }[] };
		let answer: Answer = { breakpoints: [] };
		await adapter.launch(REBOOT, {}, async () => {
			answer = await adapter.send<Answer>('setFunctionBreakpoints', {
				breakpoints: ['CPU_OFF', 'psci_cpu_on', '0x84000009', 'SYSTEM_*', 'SYSTEM_OFF', 'CPU_ONN'].map(
					(name) => ({
						name,
					}),
				),
			});
		});
		expect(answer.breakpoints.map((b) => b.verified)).toEqual([true, true, true, true, true, false]);
		expect(answer.breakpoints[4]?.message).toMatch(/no call of SYSTEM_OFF/);
		expect(answer.breakpoints[5]?.message).toMatch(/no PSCI or SMCCC function/);
	});
});

describe('a client that counts from 0', () => {
	it('gets and gives 0-based lines', async () => {
		const adapter = await AdapterProgram.start({ linesStartAt1: false, columnsStartAt1: false });
		expect(await adapter.launch(REBOOT)).toMatchObject({ line: 87 });
		const { breakpoints } = await adapter.send<{ breakpoints: unknown }>('setBreakpoints', {
			source: { path: REBOOT },
			breakpoints: [{ line: 246 }],
		});
		expect(breakpoints).toMatchObject([{ verified: true, line: 246 }]);
		expect(await adapter.move('continue')).toMatchObject({ line: 246, name: 'CPU_OFF' });
		expect(await adapter.stop()).toBe(0);
	});
});

describe('on a TCP port of the loopback address', () => {
	it('serves several clients, each with a session of its own', async () => {
		const server = spawn(process.execPath, [`${root}dist/psci-trace.mjs`, 'dap', '--port', '0'], {
			stdio: ['ignore', 'ignore', 'pipe'],
		});
		try {
			const [said] = (await once(server.stderr, 'data')) as [Buffer];
			const port = Number(/127\.0\.0\.1:(\d+)/.exec(said.toString())?.[1]);
			const clients = [new DebugClient('node', '', 'psci'), new DebugClient('node', '', 'psci')];
			for (const client of clients) {
				await client.start(port);
				await client.initializeRequest();
				const initialized = once(client, 'initialized');
				await client.launchRequest({ program: REBOOT } as object);
				await initialized;
				const stopped = once(client, 'stopped');
				await client.configurationDoneRequest();
				await stopped;
			}
			const [first, second] = clients;
			const moved = first ? once(first, 'stopped') : undefined;
			await first?.nextRequest({ threadId: 1 });
			await moved;
			const line = async (client: DebugClient | undefined) =>
				(await client?.stackTraceRequest({ threadId: 1 }))?.body.stackFrames[0]?.line;
			expect([await line(first), await line(second)]).toEqual([91, 88]);
			for (const client of clients) await client.disconnectRequest();
		} finally {
			server.kill();
		}
	});

	it('says when the port is taken', async () => {
		const other = net.createServer().listen(0, '127.0.0.1');
		await once(other, 'listening');
		const { port } = other.address() as net.AddressInfo;
		const server = spawn(process.execPath, [`${root}dist/psci-trace.mjs`, 'dap', `--port=${port}`], {
			stdio: ['ignore', 'ignore', 'pipe'],
		});
		const [[said], [code]] = (await Promise.all([once(server.stderr, 'data'), once(server, 'exit')])) as [
			[Buffer],
			[number],
		];
		expect(said.toString()).toMatch(/cannot listen on 127\.0\.0\.1/);
		expect(code).toBe(1);
		other.close();
	});
});
