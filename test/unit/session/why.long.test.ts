// Why a value is what it is. Vacuous if chains were empty, or if their events did not write the value.

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../src/session/evaluate.ts';
import { registerValues, type Value, vcpuValues, vmValues } from '../../../src/session/inspect.ts';
import { why } from '../../../src/session/why.ts';
import { EXAMPLES, openExample, openText } from './example.ts';

const session = await openExample('linux-guest-hotplug-reboot.report.txt');
const end = { row: session.length, decision: 0 };

describe('the chain behind a value', () => {
	it('begins with the event that wrote it, the call it belongs to, and the rule', () => {
		const chain = why(session, end, 'vcpu[1].mp_state');
		expect(chain?.text).toBe('STOPPED since event 323 (line 325): SYSTEM_RESET by vCPU 0');
		expect(chain?.links[0]).toMatchObject({
			value: 'STOPPED',
			line: 325,
			rule: 'system_event.stops_all',
			call: { line: 323, text: 'SYSTEM_RESET by vCPU 0' },
		});
	});

	it('goes on with what it was before, each with its cause', () => {
		const links = why(session, end, 'vcpu[1].mp_state')?.links ?? [];
		expect(links.map(({ value }) => value)).toEqual([
			'STOPPED',
			'RUNNABLE',
			'STOPPED',
			'RUNNABLE',
			'STOPPED',
		]);
		expect(links[1]).toMatchObject({
			call: { text: expect.stringMatching(/^CPU_ON target_cpu=0x1 .* by vCPU 0$/) },
		});
		expect(links[1]?.rule).toBe('cpu_on.target_stopped');
		expect(links[2]).toMatchObject({ rule: 'cpu_off.stops', call: { text: 'CPU_OFF by vCPU 1' } });
	});

	it('says so where nothing wrote it, and where there is no such value', () => {
		expect(why(session, { row: 0, decision: 0 }, 'vcpu[1].mp_state')).toMatchObject({
			value: '?',
			links: [],
		});
		expect(why(session, end, 'vcpu[9].mp_state')).toBeUndefined();
		expect(why(session, end, 'nonsense')).toBeUndefined();
	});
});

it.each(EXAMPLES)(
	'%s: every value names the event that wrote it, and it did not have it before',
	async (name) => {
		const one = await openExample(name);
		const paths = ['mp_state', 'reset_state', 'whereabouts', 'pc', 'x0', 'x1', 'requests'];
		let links = 0;
		for (let row = 0; row <= one.length; row += process.env.PSCI_THOROUGH ? 17 : 41) {
			for (const { id } of one.vcpus)
				for (const path of paths) {
					const chain = why(one, { row, decision: 0 }, `vcpu[${id}].${path}`);
					expect(chain).toBeDefined();
					let newest = row;
					for (const link of chain?.links ?? []) {
						expect(link.row).toBeLessThan(newest);
						newest = link.row;
						links++;
					}
					const [last] = chain?.links ?? [];
					// Right behind the event that wrote it, the value is what the link says.
					if (last && path !== 'requests')
						expect(evaluate(one, last.row + 1, undefined, `vcpu[${id}].${path}`)?.text).toBe(last.value);
					if (chain?.value !== '?' && chain?.value !== 'none' && path !== 'requests')
						expect(chain?.links.length).toBeGreaterThan(0);
				}
		}
		expect(links).toBeGreaterThan(100);
	},
);

it('every value that an event wrote names the event, in every example and at every place', async () => {
	const folder = new URL('../../../examples/', import.meta.url);
	/** what no event writes */
	const fixed = /\.(kvm|kernel|vcpus|psci_0_2|capabilities|policy)$|^vm(\[\d+\])?\.(kvm|kernel|vcpus)/;
	let named = 0;
	const check = (value: Value, row: number) => {
		for (const child of value.children ?? []) check(child, row);
		const { origin } = value;
		if (!origin || !['recorded', 'inferred', 'modelled'].includes(origin.provenance)) return;
		if (fixed.test(value.path)) return;
		expect(origin.row, `${value.path} at ${row}`).toBeDefined();
		named++;
	};
	for (const name of readdirSync(folder).filter((f) => f.endsWith('.txt'))) {
		const one = await openText(readFileSync(new URL(name, folder)), name);
		for (let row = 0; row <= one.length; row += process.env.PSCI_THOROUGH ? 11 : 23) {
			const state = one.stateAt(row);
			for (const vcpu of state.vcpus)
				for (const value of [...vcpuValues(one, vcpu, 'v'), ...registerValues(vcpu, 'v')]) check(value, row);
			for (const vm of state.vms) for (const value of vmValues(one, vm, 'vm')) check(value, row);
		}
	}
	expect(named).toBeGreaterThan(1000);
});
