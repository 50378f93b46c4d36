// What the panels are told of a scenario's run: nothing of it is called recorded. Vacuous if the scenario made no system
// event or the call had no arguments.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openScenario } from '../../../../src/session/open-scenario.ts';
import { PanelData } from '../../../../src/session/panel/panel-data.ts';
import { viewAt } from '../../../../src/session/view.ts';

const FILE = 'examples/scenarios/system-suspend.psci';

function open(text = readFileSync(new URL(`../../../../${FILE}`, import.meta.url), 'utf8')) {
	return openScenario(text, FILE, async () => undefined);
}

describe('system events of a run', () => {
	it('tell what the VMM did, and not what the scenario checked', async () => {
		const { exits } = await new PanelData(await open()).answer({ ask: 'exits' });
		expect(exits.map(({ type, provenance }) => `${type} ${provenance}`)).toEqual([
			'SUSPEND modelled',
			'WAKEUP modelled',
			'SUSPEND modelled',
		]);
		expect(exits[0]?.next).toEqual([
			'decides SUSPENDED (vmm.suspend_honoured)',
			'sets SUSPENDED on vCPU 0',
			'then vCPU 0 runs',
		]);
		// What the policy does to wake the vCPU is told as what it is.
		expect(exits[1]?.next).toContain('writes registers on vCPU 0');
		expect(exits.at(-1)?.next[0]).toContain('decides DENIED');
	});

	it('have their names in the timeline', async () => {
		const data = new PanelData(await open());
		const tile = await data.answer({ ask: 'timeline', from: 0, to: 60, columns: 2000 });
		expect(tile.exits.map(({ label }) => label)).toEqual(['SUSPEND', 'WAKEUP', 'SUSPEND']);
		expect(tile.unit).toBe('events');
	});
});

describe('the state of a run', () => {
	it('is modelled throughout, and counts events where nothing measured time', async () => {
		const session = await open();
		const view = viewAt(session, { row: session.calls.site(1), decision: 0 }, 0, undefined);
		expect(view.kind).toBe('simulated');
		const values = [...(view.call?.arguments ?? []), ...(view.call ? [view.call.result] : [])];
		expect(values.length).toBeGreaterThan(3);
		expect(new Set(values.map(({ provenance }) => provenance))).toEqual(new Set(['modelled']));
		expect(view.vms[0]?.values.map(({ name }) => name)).not.toContain('kvm');
		expect(view.vcpus[0]?.inState).toMatch(/^\d+ events?$/);
	});

	it('has each MPIDR as the VMM left it', async () => {
		const session = await open('machine\n  vcpus 2\nset vcpu1.MPIDR_EL1 0x80000105\nvcpu0 PSCI_VERSION\n');
		const view = viewAt(session, { row: session.calls.site(0), decision: 0 }, 0, undefined);
		expect(view.vcpus.map(({ mpidr }) => `${mpidr.text} ${mpidr.provenance}`)).toEqual([
			'0x0 modelled',
			'0x105 modelled',
		]);
	});
});
