// Sessions that are longer tomorrow, or other than recorded: a file that is still being written, a branch with
// something changed. Vacuous if nothing had changed: each test looks before and after.

import { once } from 'node:events';
import { appendFileSync, readFileSync } from 'node:fs';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { testFolder } from '../test-folder.ts';
import { AdapterProgram, REBOOT } from './adapter-program.ts';

const folder = testFolder();

let adapter: AdapterProgram;
beforeEach(async () => {
	adapter = await AdapterProgram.start({ supportsInvalidatedEvent: true });
});
afterEach(async () => {
	expect(await adapter.stop()).toBe(0);
});

async function attach(program: string): Promise<void> {
	const initialized = once(adapter.client, 'initialized');
	await adapter.send('attach', { program });
	await initialized;
}

it('attached to a file that is being written, a run waits at its end for what comes', async () => {
	const lines = readFileSync(REBOOT, 'utf8').split('\n');
	const file = folder.write('live.report.txt', `${lines.slice(0, 200).join('\n')}\n`);
	await attach(file);
	await adapter.send('setFunctionBreakpoints', { breakpoints: [{ name: 'SYSTEM_RESET' }] });
	await adapter.send('configurationDone');
	await adapter.where();
	await adapter.send('continue', { threadId: 1 });
	await new Promise((resolve) => setTimeout(resolve, 500));
	expect(adapter.stopped).toHaveLength(0);
	await expect(adapter.send('next', { threadId: 1 })).rejects.toThrow(/stands still/);
	appendFileSync(file, `${lines.slice(200).join('\n')}`);
	expect(await adapter.where()).toMatchObject({ reason: 'function breakpoint', line: 323 });
});

it('a breakpoint below what has been written so far is set when its line has come', async () => {
	const lines = readFileSync(REBOOT, 'utf8').split('\n');
	const file = folder.write('live.report.txt', `${lines.slice(0, 200).join('\n')}\n`);
	await attach(file);
	const { breakpoints } = await adapter.send<DebugProtocol.SetBreakpointsResponse['body']>('setBreakpoints', {
		source: { path: file },
		breakpoints: [{ line: 300 }],
	});
	expect(breakpoints).toMatchObject([
		{ verified: false, reason: 'pending', message: expect.stringMatching(/so far/) },
	]);
	await adapter.send('configurationDone');
	await adapter.where();
	await adapter.send('continue', { threadId: 1 });
	appendFileSync(file, `${lines.slice(200).join('\n')}`);
	expect(await adapter.where()).toMatchObject({ reason: 'breakpoint', line: 300 });
	expect(adapter.breakpoint(breakpoints[0]?.id)).toMatchObject({ verified: true, line: 300 });
	expect(adapter.breakpoint(breakpoints[0]?.id)).not.toHaveProperty('message');
});

it('a run that waits can be paused, and stands at the end so far', async () => {
	const lines = readFileSync(REBOOT, 'utf8').split('\n');
	const file = folder.write('live.report.txt', `${lines.slice(0, 120).join('\n')}\n`);
	await attach(file);
	await adapter.send('configurationDone');
	await adapter.where();
	await adapter.send('continue', { threadId: 1 });
	await new Promise((resolve) => setTimeout(resolve, 300));
	expect(await adapter.move('pause')).toMatchObject({ reason: 'pause' });
	expect(await adapter.move('stepBack')).toMatchObject({ reason: 'step' });
});

it('what if CPU_ON had named another vCPU: the branch answers otherwise, and one comes back', async () => {
	await adapter.launch(REBOOT, {}, () =>
		adapter.send('setFunctionBreakpoints', { breakpoints: [{ name: 'CPU_ON' }] }),
	);
	const site = await adapter.move('continue');
	const inBranch = await adapter.move('psci/whatIf', { registers: { '1': '0x77' } });
	expect(inBranch).toMatchObject({ reason: 'goto', description: 'What if' });
	const { differences } = await adapter.send<{ differences: { original: string; branch: string }[] }>(
		'psci/differences',
	);
	expect(differences[0]).toMatchObject({
		original: expect.stringMatching(/SUCCESS/),
		branch: expect.stringMatching(/INVALID/),
	});
	expect(await adapter.move('psci/leaveBranch')).toMatchObject({ line: site.line, name: site.name });
	await expect(adapter.send('psci/leaveBranch')).rejects.toThrow(/no branch/);
	await expect(adapter.send('psci/differences')).rejects.toThrow(/no branch/);
	await expect(adapter.send('psci/whatIf', { kernel: 'none' })).rejects.toThrow(/kernel/);
});
