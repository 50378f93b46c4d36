// A session saved as a scenario, and one that runs in the order that exploring found. Vacuous if any order gave the
// same: both are run, and differ.

import { afterEach, expect, it } from 'vitest';
import { compileScenario } from '../../src/scenario/language/compile.ts';
import { runScenario } from '../../src/scenario/run.ts';
import { testFolder } from '../test-folder.ts';
import { AdapterProgram, REBOOT } from './adapter-program.ts';

const folder = testFolder();

let adapter: AdapterProgram | undefined;
afterEach(async () => {
	await adapter?.stop();
	adapter = undefined;
});

async function saved(of: AdapterProgram): Promise<string> {
	const { body } = await of.client.customRequest('psci/scenario', {});
	return body.text;
}

/** What the text does on the model: how each of its calls came out. */
function outcomes(text: string) {
	const { program, diagnostics } = compileScenario(text, 'saved.psci', () => undefined);
	expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
	if (!program) throw new Error('a program');
	return runScenario(program).outcomes;
}

const TWICE = 'machine\n  vcpus 2\nvcpu0 CPU_ON target=vcpu1\nvcpu0 CPU_ON target=vcpu1\n';

it('a scenario is saved as it was written; with statements given live, as what happened', async () => {
	adapter = await AdapterProgram.start();
	await adapter.launch(folder.write('twice.psci', TWICE));
	expect(await saved(adapter)).toBe(TWICE);
	await adapter.move('next');
	const told = adapter.where();
	await adapter.client.evaluateRequest({ expression: 'set vcpu1.mp_state STOPPED', context: 'repl' });
	await told;
	const text = await saved(adapter);
	expect(text).toContain('set vcpu1.mp_state = STOPPED');
	const all = outcomes(text);
	expect(all.length).toBeGreaterThan(1);
	expect(all.filter(({ met }) => !met)).toEqual([]);
	expect(text.match(/=> SUCCESS/g)).toHaveLength(2);
});

it('a recording is saved as a scenario that the model runs as recorded', async () => {
	adapter = await AdapterProgram.start();
	await adapter.launch(REBOOT);
	const text = await saved(adapter);
	expect(text).toContain('CPU_ON');
	const all = outcomes(text);
	expect(all.length).toBeGreaterThan(20);
	expect(all.filter(({ met }) => !met)).toEqual([]);
});

it('the turns of a launch configuration decide who comes first; a schedule that is none is refused', async () => {
	const race = folder.write(
		'race.psci',
		'machine\n  vcpus 3\n  vcpu 1 features PSCI_0_2\nprogram vcpu0\n  CPU_ON target=vcpu2 entry=pad0 => SUCCESS\nprogram vcpu1\n  CPU_ON target=vcpu2 entry=pad1 => ALREADY_ON\n',
	);
	const first = async (schedule: string) => {
		const started = await AdapterProgram.start();
		try {
			return (await started.launch(race, { schedule })).line;
		} finally {
			await started.stop();
		}
	};
	expect(await first('turns 0 1')).toBe(5);
	expect(await first('turns 1 0')).toBe(7);
	await expect(first('by the moon')).rejects.toThrow(/"schedule" is 'by the moon'; expected: text order/);
});
