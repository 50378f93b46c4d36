// What a launch configuration says of the machine: settings, consoles, which VM. Vacuous if they changed nothing: each
// is looked at with and without.

import { readFileSync } from 'node:fs';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testFolder } from '../test-folder.ts';
import { twoVms } from '../unit/session/two-vms.ts';
import { AdapterProgram, example, root } from './adapter-program.ts';

const STOCK = `${root}test/data/traces/hotplug-stock.jsonl.gz`;
const CONSOLE = `${root}test/data/traces/hotplug-stock.console.txt`;

const two = testFolder().write(
	'two.report.txt',
	twoVms(readFileSync(example('linux-guest-hibernate.report.txt'), 'utf8')),
);

let adapter: AdapterProgram;
beforeEach(async () => {
	adapter = await AdapterProgram.start();
});
afterEach(async () => {
	expect(await adapter.stop()).toBe(0);
});

const value = async (expression: string) =>
	(await adapter.send<{ result: string }>('evaluate', { expression })).result;
const vcpus = async () =>
	(await adapter.send<DebugProtocol.ThreadsResponse['body']>('threads')).threads.map(({ name }) => name);

describe('settings', () => {
	it('are assumed, and say so, where nothing tells them', async () => {
		const { frameId } = await adapter.launch(STOCK);
		const shown = await adapter.variables(frameId);
		expect(shown['Virtual machine.kernel']).toBe('7.2 (recorded)');
		expect(shown['Virtual machine.psci_version']).toMatch(/^1\.3 \(assumed/);
		expect(shown['Virtual machine.capabilities']).toMatch(/^none \(assumed/);
	});

	it('come from the launch configuration first, and narrow what is inferred', async () => {
		const { frameId } = await adapter.launch(STOCK, {
			psciVersion: '1.1',
			capabilities: ['ARM_SYSTEM_SUSPEND'],
		});
		const shown = await adapter.variables(frameId);
		expect(shown['Virtual machine.psci_version']).toBe('1.1 (configured)');
		expect(shown['Virtual machine.capabilities']).toBe('ARM_SYSTEM_SUSPEND (configured)');
		expect(shown['Arguments.result']).toMatch(/^probably 1\.1 \(modelled/);
	});

	it.each([
		[{ psciVersion: '2.0' }, /"psciVersion" is "2\.0"; expected a version from "0\.1" to "1\.3"/],
		[{ capabilities: ['MAGIC'] }, /"capabilities" is \["MAGIC"\]; expected a list of ARM_SYSTEM_SUSPEND/],
		[{ vm: 7 }, /"vm" is 7; expected one of: VM 0/],
		[{ consoles: 'x.txt' }, /"consoles" is "x\.txt"; expected a list of files/],
		[{ consoles: ['/nowhere/x.txt'] }, /Cannot read \/nowhere\/x\.txt: there is no such file/],
	])('%j is refused with what was expected', async (args, message) => {
		await expect(adapter.launch(STOCK, args)).rejects.toThrow(message);
	});
});

it('consoles are stepped through among the events, which stay where they are', async () => {
	const first = await adapter.launch(STOCK, { consoles: [CONSOLE] });
	expect(first.name).toBe('PSCI_VERSION');
	let stop = first;
	for (let steps = 0; steps < 40 && !stop.name.startsWith('Linux: '); steps++)
		stop = await adapter.move('stepIn');
	expect(stop).toMatchObject({
		name: 'Linux: psci: PSCIv1.3 detected in firmware.',
		file: 'hotplug-stock.console.txt',
		line: 12,
	});
	const next = await adapter.move('next');
	expect(next.file).not.toBe('hotplug-stock.console.txt');
	const { notes } = await adapter.send<{ notes: string[] }>('psci/state');
	expect(notes.join()).toMatch(/hotplug-stock\.console\.txt: 9 of its 12 lines/);
});

it('a console alone is a session', async () => {
	const first = await adapter.launch(CONSOLE, { startAt: 'firstEvent' });
	expect(first.name).toBe('Linux: psci: probing for conduit method from DT.');
	expect((await adapter.move('stepIn')).name).toBe('Linux: psci: PSCIv1.3 detected in firmware.');
	expect(await vcpus()).toEqual(expect.arrayContaining(['vCPU 0', 'vCPU 1', 'vCPU 2', 'vCPU 3']));
});

describe('of two machines', () => {
	it('both are shown', async () => {
		await adapter.launch(two);
		const names = (await vcpus()).filter((name) => / vCPU /.test(name));
		expect(new Set(names).size).toBe(8);
	});

	it('one can be chosen', async () => {
		const first = await adapter.launch(two, { vm: 1131 });
		expect(first.name).toBe('PSCI_VERSION');
		expect((await vcpus()).filter((name) => name.startsWith('vCPU'))).toEqual([
			'vCPU 0',
			'vCPU 1',
			'vCPU 2',
			'vCPU 3',
		]);
		expect(await value('vm.kvm')).toBe('0xfff00000c0b46000 (recorded)');
	});
});
