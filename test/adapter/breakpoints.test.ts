// Breakpoints of every kind over the wire: they stop at the same places in both directions, count hits from the
// beginning of the session and print on the way. Vacuous if nothing stopped: each test counts its stops.

import { afterEach, beforeEach, expect, it } from 'vitest';
import { AdapterProgram, REBOOT } from './adapter-program.ts';

let adapter: AdapterProgram;
beforeEach(async () => {
	adapter = await AdapterProgram.start();
});
afterEach(async () => {
	expect(await adapter.stop()).toBe(0);
});

/** The lines stopped at to the end and, from there, back to the start, each in the order of the session. */
async function bothWays(args: object = {}): Promise<{ there: number[]; back: number[]; reasons: string[] }> {
	const reasons: string[] = [];
	const walk = async (move: string) => {
		const lines: number[] = [];
		for (;;) {
			const stop = await adapter.move(move, args);
			if (stop.reason === 'step') return lines;
			lines.push(stop.line);
			reasons.push(stop.reason);
		}
	};
	const there = await walk('continue');
	return { there, back: (await walk('reverseContinue')).reverse(), reasons };
}

const logged = () =>
	adapter.transcript
		.events('output')
		.map(({ body }) => body)
		.filter(({ category, group }) => category === 'console' && group === undefined);

it('a data breakpoint stops at every write of the value, in both directions', async () => {
	const { frameId } = await adapter.launch(REBOOT, { startAt: 'firstEvent' });
	const info = await adapter.send<{ dataId: string; accessTypes: string[]; canPersist: boolean }>(
		'dataBreakpointInfo',
		{ name: 'vcpu[1].mp_state', frameId },
	);
	expect(info).toMatchObject({ accessTypes: ['write'], canPersist: true });
	const { breakpoints } = await adapter.send<{ breakpoints: { verified: boolean }[] }>('setDataBreakpoints', {
		breakpoints: [
			{ dataId: info.dataId },
			{ dataId: 'no such value' },
			{ dataId: info.dataId, accessType: 'read' },
		],
	});
	expect(breakpoints.map(({ verified }) => verified)).toEqual([true, false, false]);
	const { there, back, reasons } = await bothWays();
	expect(there.length).toBeGreaterThan(3);
	expect(back).toEqual(there);
	expect(new Set(reasons)).toEqual(new Set(['data breakpoint']));
});

it('by the variable that a client points at, too; what cannot be watched is said', async () => {
	const { frameId } = await adapter.launch(REBOOT);
	const { scopes } = await adapter.send<{ scopes: { name: string; variablesReference: number }[] }>(
		'scopes',
		{
			frameId,
		},
	);
	const { variablesReference } = scopes.find(({ name }) => name === 'vCPU') ?? {};
	const info = (name: string) =>
		adapter.send<{ dataId: string | null; description: string }>('dataBreakpointInfo', {
			name,
			variablesReference,
		});
	expect(await info('mp_state')).toMatchObject({ description: expect.stringContaining('vCPU 0') });
	expect(await info('thread')).toMatchObject({
		dataId: null,
		description: expect.stringMatching(/cannot be watched/),
	});
});

it('a hit condition counts from the beginning of the session, whichever way one comes', async () => {
	const all = { breakpoints: [{ name: 'CPU_ON' }] };
	await adapter.launch(REBOOT, {}, () => adapter.send('setFunctionBreakpoints', all));
	const every = (await bothWays()).there;
	expect(every.length).toBeGreaterThan(4);
	for (const [hitCondition, wanted] of [
		['2', every.slice(1, 2)],
		['>= 3', every.slice(2)],
		['% 2', every.filter((_, n) => n % 2 === 1)],
	] as const) {
		await adapter.send('setFunctionBreakpoints', { breakpoints: [{ name: 'CPU_ON', hitCondition }] });
		expect(await bothWays(), hitCondition).toMatchObject({ there: wanted, back: wanted });
	}
	const { breakpoints } = await adapter.send<{ breakpoints: object[] }>('setFunctionBreakpoints', {
		breakpoints: [{ name: 'CPU_ON', hitCondition: 'often' }],
	});
	expect(breakpoints).toMatchObject([
		{ verified: false, message: expect.stringMatching(/no hit condition/) },
	]);
});

it('a log point prints on the way in both directions, with its place, and never stops', async () => {
	await adapter.launch(REBOOT, {}, async () => {
		const { breakpoints } = await adapter.send<{ breakpoints: object[] }>('setBreakpoints', {
			source: { path: REBOOT },
			breakpoints: [
				{ line: 247, logMessage: 'vCPU {vcpu} calls {call}, {{mp_state}} {vcpu[1].mp_state}' },
				{ line: 323, logMessage: 'the end is near' },
				{ line: 91, logMessage: '{call ==' },
			],
		});
		expect(breakpoints[2]).toMatchObject({
			verified: false,
			message: expect.stringMatching(/a '}' is missing/),
		});
	});
	expect((await bothWays()).there).toEqual([]);
	const lines = logged().map(({ output, line }) => [line, output]);
	expect(lines.map(([line]) => line)).toEqual([247, 323, 323, 247]);
	expect(lines[0]?.[1]).toBe(lines[3]?.[1]);
	expect(lines[0]?.[1]).toContain('CPU_OFF');
	expect(lines[0]?.[1]).toContain('{mp_state} RUNNABLE (0)\n');
});

it('a step prints the log points that it passes', async () => {
	const stop = await adapter.launch(REBOOT, {}, () =>
		adapter.send('setBreakpoints', {
			source: { path: REBOOT },
			breakpoints: [{ line: 91, logMessage: 'here' }],
		}),
	);
	expect(stop.line).toBe(88);
	await adapter.move('next');
	expect(logged().map(({ output }) => output)).toEqual(['here\n']);
});

it('an instruction breakpoint stops at the events of a guest address', async () => {
	await adapter.launch(REBOOT);
	await adapter.move('continue');
	const { breakpoints } = await adapter.send<{ breakpoints: object[] }>('setInstructionBreakpoints', {
		breakpoints: [{ instructionReference: '0xffff998d2e86e998' }, { instructionReference: 'main' }],
	});
	expect(breakpoints).toMatchObject([
		{ verified: true, instructionReference: '0xffff998d2e86e998' },
		{ verified: false, message: expect.stringMatching(/no guest address/) },
	]);
	const { back, reasons } = await bothWays();
	expect(back.length).toBeGreaterThan(2);
	expect(new Set(reasons)).toEqual(new Set(['instruction breakpoint']));
});

it('a single thread runs to its own breakpoints only, and steps to its own statements only', async () => {
	await adapter.launch(REBOOT, {}, () =>
		adapter.send('setFunctionBreakpoints', { breakpoints: [{ name: 'CPU_O*' }] }),
	);
	for (const move of ['continue', 'next', 'next', 'stepBack', 'stepIn'])
		expect(await adapter.move(move, { threadId: 3, singleThread: true }), move).toMatchObject({
			threadId: 3,
		});
	expect(
		(
			adapter.transcript.entries.find(
				({ message }) =>
					'command' in message && message.command === 'continue' && message.type === 'response',
			)?.message as { body?: unknown } | undefined
		)?.body,
	).toEqual({ allThreadsContinued: false });
});

it('restart finds breakpoints anew and keeps their numbers', async () => {
	await adapter.launch(REBOOT, {}, () =>
		adapter.send('setFunctionBreakpoints', { breakpoints: [{ name: 'SYSTEM_RESET' }] }),
	);
	const first = await adapter.move('continue');
	await adapter.move('restart', { arguments: { program: REBOOT, startAt: 'firstEvent', kernel: '6.12' } });
	expect(await adapter.move('continue')).toMatchObject({ reason: 'function breakpoint', line: first.line });
	await expect(adapter.send('restart', { arguments: { kernel: '1.0' } })).rejects.toThrow(/kernel/);
});
