// The documents as the source of "step into". Vacuous if decisions had no page: each test asserts the file
// that the top frame is of.

import { readFileSync } from 'node:fs';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { AdapterProgram, REBOOT, root } from './adapter-program.ts';

const CPU_ON = `${root}spec/psci/CPU_ON.md`;
const lineOf = (text: string) =>
	readFileSync(CPU_ON, 'utf8')
		.split('\n')
		.findIndex((line) => line.startsWith(text)) + 1;

let adapter: AdapterProgram;
beforeEach(async () => {
	adapter = await AdapterProgram.start();
});
afterEach(async () => {
	expect(await adapter.stop()).toBe(0);
});

async function topFrame(threadId = 1): Promise<DebugProtocol.StackFrame | undefined> {
	const { stackFrames } = await adapter.send<DebugProtocol.StackTraceResponse['body']>('stackTrace', {
		threadId,
	});
	return stackFrames[0];
}

it('stepping into a CPU_ON ends on the line of the rule that decides it, with what it looked at', async () => {
	await adapter.launch(REBOOT, {}, () =>
		adapter.send('setFunctionBreakpoints', { breakpoints: [{ name: 'CPU_ON' }] }),
	);
	let stop = await adapter.move('continue');
	expect(stop.name).toMatch(/^CPU_ON target_cpu=0x1/);
	while (!stop.name.startsWith('cpu_on.')) stop = await adapter.move('stepIn');
	expect(stop).toMatchObject({
		line: lineOf('- `cpu_on.target_stopped`'),
		name: 'cpu_on.target_stopped: SUCCESS',
	});
	expect((await topFrame())?.source).toMatchObject({ name: 'CPU_ON.md', path: CPU_ON });
	const values = await adapter.variables(stop.frameId);
	expect(values['Decision.mp_state']).toMatch(/^5 \(modelled\)|^STOPPED/);
	expect(values['Decision.says']).toMatch(/STOPPED/);
});

it('a breakpoint on a rule stops at each call that the rule decides, in both directions', async () => {
	const line = lineOf('- `cpu_on.target_stopped`');
	let never: number | undefined;
	await adapter.launch(REBOOT, {}, async () => {
		const { breakpoints } = await adapter.send<{ breakpoints: DebugProtocol.Breakpoint[] }>(
			'setBreakpoints',
			{
				source: { path: CPU_ON },
				breakpoints: [{ line }, { line: lineOf('- `cpu_on.target_not_stopped`') }],
			},
		);
		expect(breakpoints).toMatchObject([{ verified: true, line }, { verified: true }]);
		never = breakpoints[1]?.id;
	});
	const stops: string[] = [];
	for (;;) {
		const stop = await adapter.move('continue');
		if (stop.reason !== 'breakpoint') break;
		expect(stop).toMatchObject({ line, name: 'cpu_on.target_stopped: SUCCESS' });
		stops.push(stop.name);
	}
	expect(stops).toHaveLength(7);
	expect(adapter.breakpoint(never)?.message).toMatch(/No call of the recording is decided by/);
	let back = 0;
	while ((await adapter.move('reverseContinue')).reason === 'breakpoint') back++;
	expect(back).toBe(7);
});

it('a breakpoint on a clause stops at the rules that rest on it', async () => {
	await adapter.launch(REBOOT, {}, () =>
		adapter.send('setBreakpoints', {
			source: { path: CPU_ON },
			breakpoints: [{ line: lineOf('- `CPU_ON.use`') }],
		}),
	);
	const stop = await adapter.move('continue');
	expect(stop).toMatchObject({ reason: 'breakpoint', name: expect.stringMatching(/^cpu_on\./) });
});

it('a condition on a rule is over what the rule looked at', async () => {
	await adapter.launch(REBOOT, {}, () =>
		adapter.send('setBreakpoints', {
			source: { path: CPU_ON },
			breakpoints: [{ line: lineOf('- `cpu_on.target_stopped`'), condition: 'target == 2 && vcpu == 3' }],
		}),
	);
	expect(await adapter.move('continue')).toMatchObject({
		reason: 'breakpoint',
		threadId: 4,
		file: 'CPU_ON.md',
	});
	expect(await adapter.move('continue')).toMatchObject({ description: 'End of the recording' });
});
