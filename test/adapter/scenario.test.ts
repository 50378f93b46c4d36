// Scenarios debugged through the protocol: stepping both ways, statements typed at a stop, and going back over
// them. Vacuous if the branch did not differ: each value is looked at before, in and after it.

import { once } from 'node:events';
import { symlinkSync } from 'node:fs';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { afterEach, describe, expect, it } from 'vitest';
import { testFolder } from '../test-folder.ts';
import { AdapterProgram, REBOOT } from './adapter-program.ts';
import { BRING_UP } from './bring-up.ts';

const folder = testFolder();

let adapter: AdapterProgram | undefined;
afterEach(async () => {
	await adapter?.stop();
	adapter = undefined;
});

async function value(of: AdapterProgram, expression: string): Promise<string> {
	const { body } = await of.client.evaluateRequest({ expression, context: 'watch' });
	return body.result;
}

describe('a scenario', () => {
	it('is stepped line by line, forwards and backwards, loops included', async () => {
		adapter = await AdapterProgram.start();
		const { line } = await adapter.launch(folder.write('bring-up.psci', BRING_UP));
		expect(line).toBe(6);
		const lines: number[] = [];
		for (let i = 0; i < 4; i++) lines.push((await adapter.move('next')).line);
		expect(lines).toEqual([8, 8, 9, 10]);
		expect((await adapter.move('stepBack')).line).toBe(9);
		expect((await adapter.move('stepBack')).line).toBe(8);
	});

	it('takes statements at a stop: they act at once, and going back undoes them', async () => {
		adapter = await AdapterProgram.start();
		await adapter.launch(folder.write('bring-up.psci', BRING_UP));
		await adapter.move('next');
		expect(await value(adapter, 'vcpu[1].mp_state')).toContain('STOPPED');
		const told = adapter.where();
		const { body } = await adapter.client.evaluateRequest({
			expression: 'CPU_ON target=1 entry=pad1',
			context: 'repl',
		});
		expect(body.result).toBe('=> 0');
		await told;
		expect(await value(adapter, 'vcpu[1].mp_state')).toContain('RUNNABLE');
		await adapter.move('stepBack');
		expect(await value(adapter, 'vcpu[1].mp_state')).toContain('STOPPED');
		await adapter.move('next');
		expect(await value(adapter, 'vcpu[1].mp_state')).toContain('STOPPED');
	});

	it('takes statements that use the names of the scenario, of what it includes and of the libraries', async () => {
		adapter = await AdapterProgram.start();
		folder.write(
			'names.psci',
			'const ENTRY = pad3\ndefine start(cpu)\n  CPU_ON target=cpu entry=ENTRY context=CONTEXT => SUCCESS\n',
		);
		const program = folder.write(
			'named.psci',
			'include "names.psci"\nmachine\n  vcpus 3\nconst CONTEXT = 0x55\nvcpu0 PSCI_VERSION => 1.3\nprogram vcpu0\n  PSCI_VERSION\n',
		);
		await adapter.launch(program);
		const type = async (of: AdapterProgram, expression: string) => {
			const told = of.where();
			await of.client.evaluateRequest({ expression, context: 'repl' });
			await told;
		};
		await type(adapter, 'use start(cpu=vcpu1)');
		await type(adapter, 'run vcpu1');
		expect(await value(adapter, 'vcpu[1].x0')).toContain('0x55');
		await type(adapter, 'use linux.cpu_on(cpu=vcpu2, entry=ENTRY)');
		expect(await value(adapter, 'vcpu[2].pc')).toContain('0x400004c8');
	});

	it('lets values be set, on a branch of its own', async () => {
		adapter = await AdapterProgram.start();
		await adapter.launch(folder.write('bring-up.psci', BRING_UP));
		await adapter.move('next');
		const set = async (of: AdapterProgram, expression: string, text: string) => {
			const { value: now } = await of.send<{ value: string }>('setExpression', { expression, value: text });
			return now;
		};
		expect(await set(adapter, 'vcpu[1].mp_state', 'RUNNABLE')).toContain('RUNNABLE');
		expect(await value(adapter, 'vcpu[1].mp_state')).toContain('RUNNABLE');
		expect(await set(adapter, 'vcpu[0].x1', '0x77')).toContain('0x77');
		await expect(set(adapter, 'vcpu[1].mp_state', 'ASLEEP')).rejects.toThrow(/ASLEEP/);
		await expect(set(adapter, 'vm.psci_version', '1')).rejects.toThrow(/psci_version/);
	});

	it.each([
		['vcpu[0].mp_state', 'nonsense', /cannot be set to 'nonsense': there is no name/],
		['vcpu[0].reset_state', '1', /not KVM's to set/],
		['vcpu[99].x0', '1', /there is no vCPU 99/],
		['x0', '1\nset vcpu0.x1 = 5', /one line/],
		['x0', '', /cannot be set to ''/],
	])('refuses to set %s to %j', async (expression, value, why) => {
		const running = await AdapterProgram.start();
		adapter = running;
		await running.launch(folder.write('bring-up.psci', BRING_UP));
		await expect(running.send('setExpression', { expression, value })).rejects.toThrow(why);
	});

	it('says which values can be set, and shows a register as it was set', async () => {
		const running = await AdapterProgram.start();
		adapter = running;
		const { frameId } = await running.launch(folder.write('bring-up.psci', BRING_UP));
		const { scopes } = await running.send<DebugProtocol.ScopesResponse['body']>('scopes', { frameId });
		const settable: string[] = [];
		for (const { variablesReference, expensive } of scopes) {
			if (expensive) continue;
			const listed = await running.send<DebugProtocol.VariablesResponse['body']>('variables', {
				variablesReference,
			});
			for (const { name, presentationHint } of listed.variables)
				if (!presentationHint?.attributes?.includes('readOnly')) settable.push(name);
		}
		expect(settable).toEqual(['mp_state', 'pc', 'x0', 'x1', 'x2', 'x3']);
		const set = await running.send<{ value: string }>('setExpression', { expression: 'x0', value: '0x77' });
		expect(set.value).toMatch(/^0x77 /);
	});

	it('stops where an expectation fails, and prints it without debugging', async () => {
		const program = folder.write('fails.psci', `${BRING_UP}vcpu0 CPU_ON target=vcpu1 => SUCCESS\n`);
		const other = await AdapterProgram.start();
		adapter = other;
		await other.launch(program, {}, () =>
			other.send('setExceptionBreakpoints', { filters: ['expectation'] }),
		);
		const stop = await other.move('continue');
		expect(stop).toMatchObject({ reason: 'exception', line: 11 });
		const printing = await AdapterProgram.start();
		const outputs: string[] = [];
		printing.client.on('output', ({ body }: { body: { output: string } }) => outputs.push(body.output));
		const ended = once(printing.client, 'terminated');
		await printing.client.launchRequest({ program, noDebug: true } as never);
		await ended;
		expect(outputs.join('')).toContain(
			'expected SUCCESS, got => -4 (ALREADY_ON), by cpu_on.target_not_stopped',
		);
		await printing.stop();
	});

	it('says what is wrong with a statement that is none', async () => {
		adapter = await AdapterProgram.start();
		await adapter.launch(folder.write('bring-up.psci', BRING_UP));
		await expect(
			adapter.client.evaluateRequest({ expression: 'CPU_ONN target=1', context: 'repl' }),
		).rejects.toThrow(/CPU_ON/);
	});

	it('with an error is refused with its place', async () => {
		adapter = await AdapterProgram.start();
		const program = folder.write('bad.psci', 'scenario "bad"\nvcpu0 CPU_ONN target=1\n');
		await expect(adapter.client.launchRequest({ program } as never)).rejects.toThrow(
			/bad\.psci:2:7.*CPU_ONN/,
		);
	});

	it('includes files of its folder, and none beside it', async () => {
		adapter = await AdapterProgram.start();
		folder.write('lib.psci', 'define twice()\n  vcpu0 PSCI_VERSION\n  vcpu0 PSCI_VERSION\n');
		const program = folder.write(
			'uses.psci',
			'include "lib.psci"\nmachine\n  vcpus 1\nuse twice\nvcpu0 PSCI_VERSION => 1.3\n',
		);
		expect((await adapter.launch(program)).line).toBe(4);
		expect(await adapter.move('stepIn')).toMatchObject({ file: 'lib.psci', line: 2 });
		expect(await adapter.move('stepBack')).toMatchObject({ file: 'uses.psci', line: 4 });
		expect((await adapter.move('next')).line).toBe(5);
		folder.write('target.psci', 'vcpu0 PSCI_VERSION\n');
		symlinkSync(folder.at('target.psci'), folder.at('link.psci'));
		const linking = folder.write('linking.psci', 'include "link.psci"\n');
		const third = await AdapterProgram.start();
		await expect(third.client.launchRequest({ program: linking } as never)).rejects.toThrow(
			/linking\.psci:1.*is a link/,
		);
		await third.stop();
		const outside = folder.write('outside.psci', 'include "../lib.psci"\n');
		const other = await AdapterProgram.start();
		await expect(other.client.launchRequest({ program: outside } as never)).rejects.toThrow(
			/outside\.psci:1/,
		);
		await other.stop();
	});

	it('steps over a program by name, or into its own text, and out again', async () => {
		adapter = await AdapterProgram.start();
		const program = folder.write(
			'library.psci',
			'machine\n  vcpus 3\nvcpu0 use linux.boot_secondaries(entry=pad1)\nvcpu0 PSCI_VERSION => 1.3\n',
		);
		expect(await adapter.launch(program)).toMatchObject({
			file: 'library.psci',
			line: 3,
			name: expect.stringContaining('use linux.boot_secondaries(entry=pad1)'),
		});
		expect(await adapter.move('next')).toMatchObject({ file: 'library.psci', line: 4 });
		expect(await adapter.move('stepBack')).toMatchObject({ file: 'library.psci', line: 3 });
		const within = await adapter.move('stepIn');
		expect(within).toMatchObject({ file: 'linux.psci', name: expect.stringContaining('use cpu_on') });
		const { stackFrames } = await adapter.send<DebugProtocol.StackTraceResponse['body']>('stackTrace', {
			threadId: within.threadId,
		});
		expect(stackFrames.map(({ name, source }) => [name, source?.name])).toEqual([
			[expect.stringContaining('use cpu_on'), 'linux.psci'],
			['vcpu0 use linux.boot_secondaries(entry=pad1)', 'library.psci'],
		]);
		const { source } = stackFrames[0] ?? {};
		const { content } = await adapter.send<{ content: string }>('source', {
			source,
			sourceReference: source?.sourceReference ?? 0,
		});
		const lines = content.split('\n');
		expect(lines[within.line - 1]).toContain('use cpu_on(cpu=cpu');
		expect(content).toContain('# arch/arm64/kernel/psci.c: cpu_psci_cpu_boot');
		// Two vCPUs: one use each, no deeper; then out to the line behind the call.
		const second = await adapter.move('next', { threadId: within.threadId });
		expect(second).toMatchObject({ file: 'linux.psci', line: within.line });
		expect((await adapter.move('stepIn')).line).toBe(
			lines.findIndex((l) => l.includes('CPU_ON target=cpu')) + 1,
		);
		expect(await adapter.move('stepOut')).toMatchObject({ file: 'library.psci', line: 4 });
		expect(await adapter.move('psci/goto', { place: 'start' })).toBeTruthy();
		// A breakpoint in the library stops there both times.
		const at = lines.findIndex((l) => l.includes('state cpu RUNNABLE')) + 1;
		const { breakpoints } = await adapter.send<DebugProtocol.SetBreakpointsResponse['body']>(
			'setBreakpoints',
			{
				source,
				breakpoints: [{ line: at }],
			},
		);
		expect(breakpoints).toEqual([expect.objectContaining({ verified: true, line: at })]);
		for (let n = 0; n < 2; n++)
			expect(await adapter.move('continue')).toMatchObject({ file: 'linux.psci', line: at });
		expect(await adapter.move('reverseContinue')).toMatchObject({ file: 'linux.psci', line: at });
	});

	it('knows places by name: a label or a program is a breakpoint and a place to go to', async () => {
		adapter = await AdapterProgram.start();
		const program = folder.write(
			'labels.psci',
			'machine\n  vcpus 2\nvcpu0 PSCI_VERSION\nrepeat 2\n  asked: vcpu0 AFFINITY_INFO target=vcpu1\nvcpu0 use linux.probe\n',
		);
		await adapter.launch(program);
		const { breakpoints } = await adapter.send<DebugProtocol.SetBreakpointsResponse['body']>(
			'setFunctionBreakpoints',
			{ breakpoints: [{ name: 'asked' }, { name: 'linux.probe' }, { name: 'nowhere' }] },
		);
		expect(breakpoints.map(({ verified }) => verified)).toEqual([true, true, false]);
		const stops: number[] = [];
		for (let n = 0; n < 3; n++) stops.push((await adapter.move('continue')).line);
		expect(stops).toEqual([5, 5, 6]);
		expect((await adapter.move('psci/goto', { place: 'asked' })).line).toBe(5);
	});

	it('shows the lines of an included file in that file', async () => {
		adapter = await AdapterProgram.start();
		folder.write(
			'steps.psci',
			'# two calls\n\n\n\n\nvcpu0 PSCI_VERSION\nvcpu0 PSCI_FEATURES function=CPU_ON\n',
		);
		const program = folder.write(
			'including.psci',
			'machine\n  vcpus 1\ninclude "steps.psci"\nvcpu0 PSCI_VERSION => 1.3\n',
		);
		expect(await adapter.launch(program)).toMatchObject({ file: 'steps.psci', line: 6 });
		expect(await adapter.move('next')).toMatchObject({ file: 'steps.psci', line: 7 });
		expect(await adapter.move('next')).toMatchObject({ file: 'including.psci', line: 4 });
		await adapter.send('setBreakpoints', {
			source: { path: folder.at('steps.psci') },
			breakpoints: [{ line: 7 }],
		});
		expect(await adapter.move('reverseContinue')).toMatchObject({ file: 'steps.psci', line: 7 });
	});

	it('is what a recording can be saved as, whole or in part', async () => {
		adapter = await AdapterProgram.start();
		await adapter.launch(REBOOT);
		const { text } = await adapter.send<{ text: string }>('psci/scenario');
		expect(text).toMatch(/71 guest calls, 71 answered by the model as recorded/);
		expect(text).toMatch(/^vcpu0 CPU_ON target=1 .*=> SUCCESS$/m);
		const part = await adapter.send<{ text: string }>('psci/scenario', { first: 0, end: 100 });
		expect(part.text.length).toBeLessThan(text.length);
		const other = await AdapterProgram.start();
		await other.launch(folder.write('saved.psci', text));
		await other.stop();
	});
});
