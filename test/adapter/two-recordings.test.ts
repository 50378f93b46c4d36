// Two recordings side by side: a hibernation and the resume that follows it, each in a session of its own, both
// opened from trace.dat. Vacuous if both showed the same file: their sources and calls are told apart.

import { readFileSync } from 'node:fs';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { AdapterProgram, example } from './adapter-program.ts';

const HIBERNATE = example('linux-guest-hibernate.dat');
const RESUME = example('linux-guest-hibernate-resume.dat');

let before: AdapterProgram;
let after: AdapterProgram;
beforeEach(async () => {
	[before, after] = await Promise.all([AdapterProgram.start(), AdapterProgram.start()]);
});
afterEach(async () => {
	expect(await Promise.all([before.stop(), after.stop()])).toEqual([0, 0]);
});

const breakOn = (adapter: AdapterProgram, name: string) => () =>
	adapter.send('setFunctionBreakpoints', { breakpoints: [{ name }] });

it('steps a hibernation and its resume at the same time, each where it stands', async () => {
	for (const file of [HIBERNATE, RESUME])
		expect(readFileSync(file).subarray(3, 10).toString(), file).toBe('tracing');
	const [first, second] = await Promise.all([
		before.launch(HIBERNATE, {}, breakOn(before, 'SYSTEM_OFF2')),
		after.launch(RESUME, {}, breakOn(after, 'CPU_ON')),
	]);
	expect(first).toMatchObject({ file: 'linux-guest-hibernate.dat.report.txt', name: 'PSCI_VERSION' });
	expect(second).toMatchObject({ file: 'linux-guest-hibernate-resume.dat.report.txt', name: 'PSCI_VERSION' });

	// The one goes on to its end; the other stays where it is, then boots its CPUs again.
	const off = await before.move('continue');
	expect(off.name).toMatch(/^SYSTEM_OFF2 type=0x0/);
	const targets: string[] = [];
	for (let stop = await after.move('continue'); stop.reason !== 'step'; stop = await after.move('continue'))
		targets.push(/^CPU_ON target_cpu=(\w+)/.exec(stop.name)?.[1] ?? stop.name);
	expect(targets).toEqual(['0x1', '0x2', '0x3', '0x1', '0x2', '0x3']);

	// Neither moved the other.
	const { stackFrames } = await before.send<DebugProtocol.StackTraceResponse['body']>('stackTrace', {
		threadId: off.threadId,
	});
	expect(stackFrames[0]).toMatchObject({ name: off.name, line: off.line });
	const asked = await after.send<{ result: string }>('evaluate', { expression: 'vm.kernel' });
	expect(asked.result).toBe('7.2 (recorded)');
});
