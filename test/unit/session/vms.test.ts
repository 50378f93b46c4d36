// Several machines in one recording, side by side or one by itself. Vacuous if the two did not tell apart: each must be
// what it is alone, call by call.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { oneVm } from '../../../src/session/one-vm.ts';
import { callText, recordedCall, resultText } from '../../../src/session/recorded-call.ts';
import { RecordedSession } from '../../../src/session/recorded-session.ts';
import { drained } from '../../../src/session/sliced.ts';
import { vcpuName, viewAt } from '../../../src/session/view.ts';
import { vmName, vmNamed } from '../../../src/session/vm-names.ts';
import { openText } from '../trace/samples.ts';
import { SECOND, stockLines, twoVms } from './two-vms.ts';

const report = readFileSync(
	new URL('../../../examples/linux-guest-hibernate.report.txt', import.meta.url),
	'utf8',
);
const alone = openText(report, 'one');
const both = openText(twoVms(report), 'two');

const callsOf = (session: RecordedSession, vm: number) =>
	Array.from({ length: session.calls.length }, (_, index) => recordedCall(session, index))
		.filter((call) => call?.rows.vm === vm)
		.map((call) => call && `${call.rows.vcpu}: ${callText(call)} => ${resultText(call)}`);
const known = (session: RecordedSession, vm: number) =>
	session
		.stateAt(session.length)
		.vcpus.filter((vcpu) => vcpu.vm === vm)
		.map(({ id, mpState, whereabouts, x }) => [
			id,
			mpState?.value,
			whereabouts?.value,
			...x.map((value) => value?.value),
		]);

describe('two machines in one recording', () => {
	it('are side by side, each with the calls and the states that it has alone', async () => {
		const [one, two] = [await RecordedSession.open(await alone), await RecordedSession.open(await both)];
		const shown = one.stateAt(0).vms.map(({ vm }) => vm);
		expect(shown).toHaveLength(1);
		const [first = -1] = shown;
		const machines = two.stateAt(0).vms.map(({ vm }) => vm);
		expect(machines).toHaveLength(2);
		expect(callsOf(one, first)).toHaveLength(66);
		for (const vm of machines) {
			expect(callsOf(two, vm)).toEqual(callsOf(one, first));
			expect(known(two, vm)).toEqual(known(one, first));
		}
	});

	it('have names that tell them and their vCPUs apart', async () => {
		const session = await RecordedSession.open(await both);
		const names = session.vcpus.map((vcpu) => vcpuName(session, vcpu));
		expect(new Set(names).size).toBe(8);
		const { vms } = viewAt(session, { row: 0, decision: 0 }, 0, undefined);
		expect(vms.map(({ name }) => name)).toEqual([
			expect.stringMatching(/^VM \d \(threads 1\d\d to 1\d\d\)$/),
			expect.stringMatching(/^VM \d \(threads 11\d\d to 11\d\d\)$/),
		]);
	});

	it('can be had one by one: by number, address, or thread', async () => {
		const trace = await both;
		const session = await RecordedSession.open(trace);
		const [, second = -1] = session.stateAt(0).vms.map(({ vm }) => vm);
		const { kvm = 0n } = trace.vms[second] ?? {};
		const tid = Number(/threads (\d+)/.exec(vmName(trace, second))?.[1]);
		expect(tid).toBeGreaterThan(SECOND.tids);
		for (const name of [second, String(second), `0x${kvm.toString(16)}`, tid])
			expect(vmNamed(trace, name)).toBe(second);
		for (const name of ['CPU 0/KVM', '', 'none', 99999, '0x1']) expect(vmNamed(trace, name)).toBeUndefined();

		const own = await RecordedSession.open(drained(oneVm(trace, second)));
		expect(own.shownVms).toBe(1);
		expect(callsOf(own, second)).toEqual(callsOf(session, second));
		expect(own.calls.length).toBe(66);
		expect(known(own, second)).toEqual(known(session, second));
		for (let row = 0; row < own.length; row++) {
			expect([second, -1]).toContain(own.trace.events.vm(row));
			const line = own.trace.events.line(row);
			expect(own.trace.events.rowAtOrAfterLine(line)).toBe(row);
		}
		expect(vcpuName(own, { vm: second, id: 1 })).toBe('vCPU 1');
		const { notes } = viewAt(own, { row: 0, decision: 0 }, 0, undefined);
		expect(notes).toEqual([expect.stringMatching(/only VM \d \(threads .*\) is shown/)]);
	});

	it('are told apart without the probes, by their threads, and what is inferred of the one is not of the other', async () => {
		const stock = await RecordedSession.open(await openText(twoVms(stockLines(report))));
		const machines = stock.stateAt(0).vms.map(({ vm }) => vm);
		expect(machines).toHaveLength(2);
		const [a, b] = machines.map((vm) => callsOf(stock, vm));
		expect(a).toHaveLength(66);
		expect(b).toEqual(a);
	});
});

it('a thread that moves between host CPUs stays one vCPU', async () => {
	const { events, threads, vms } = await both;
	const seen = new Map<string, Set<number>>();
	for (let row = 0; row < events.length; row++) {
		const thread = threads[events.thread(row)];
		if (thread === undefined || !thread.comm.startsWith('CPU ') || events.vcpu(row) < 0) continue;
		const who = `VM ${events.vm(row)} vCPU ${events.vcpu(row)}`;
		const cpus = seen.get(who) ?? new Set();
		seen.set(who, cpus.add(events.cpu(row)));
	}
	const moved = [...seen.values()].filter((cpus) => cpus.size === 2);
	expect(moved).toHaveLength(8);
	expect(vms.filter(({ vcpus }) => vcpus.length === 4)).toHaveLength(2);
});
