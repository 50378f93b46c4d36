// Findings over the real recordings in examples/: what went wrong is said with its root cause, and a healthy guest
// gives nothing above a note. Vacuous if nothing were ever found: half of the recordings must have findings.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { findFindings } from '../../../src/session/findings/find.ts';
import type { FindingTree } from '../../../src/session/findings/finding.ts';
import { openText } from './example.ts';

async function findings(name: string): Promise<{ roots: readonly FindingTree[]; told: string[] }> {
	const session = await openText(readFileSync(new URL(`../../../examples/${name}`, import.meta.url)), name);
	const { roots } = await findFindings(session);
	const told = roots.map(
		({ severity, code, row }) => `${severity} ${code} line ${session.trace.events.line(row)}`,
	);
	return { roots, told };
}

describe('healthy guests have nothing above a note', () => {
	test.each([
		['linux-guest-hibernate.report.txt', []],
		['linux-guest-hibernate-resume.report.txt', []],
		['linux-guest-poweroff.report.txt', []],
		['linux-guest-hotplug-reboot.report.txt', ['note PSCI-205 line 327']],
		['scenario-system-suspend-honoured.trace.txt', []],
		['scenario-cpu-suspend.trace.txt', []],
	])('%s', async (name, expected) => {
		expect((await findings(name)).told).toEqual(expected);
	});
});

test('a device tree with the wrong MPIDR: the affinity, what the guest prints, and which vCPUs there are', async () => {
	const { roots, told } = await findings('linux-guest-wrong-mpidr.report.txt');
	expect(told).toEqual(['error PSCI-101 line 163']);
	expect(roots[0]).toMatchObject({
		certainty: 'seen',
		rule: 'cpu_on.no_such_target',
		cause: expect.stringContaining('affinity 0x102'),
		// as its console has it: 7.2.13-fail-wrong-mpidr.console.txt
		prints: 'psci: failed to boot CPU2 (-22)',
		advice: expect.stringContaining('0x0, 0x1, 0x2, 0x3'),
	});
});

test('a CPU_ON of a vCPU that is on its way: since which call; asked again when it is on, it stands under the first', async () => {
	const { roots, told } = await findings('scenario-psci-0.2.trace.txt');
	expect(told).toEqual(['warning PSCI-108 line 63', 'note PSCI-501 line 53']);
	expect(roots[0]?.evidence.map(({ text }) => text)).toEqual([
		'CPU_ON that turned vCPU 1 on',
		'CPU_ON by vCPU 0: ALREADY_ON (-4)',
	]);
	expect(roots[0]?.effects.map(({ code }) => code)).toEqual(['PSCI-102']);
});

test('a VMM that runs the guest on after a reset', async () => {
	const { roots, told } = await findings('scenario-system-reset.trace.txt');
	expect(told).toEqual(['error PSCI-201 line 95']);
	expect(roots[0]?.cause).toContain('system event RESET');
});

test('PSCI denied by a filter: no version, so no secondaries', async () => {
	const { told } = await findings('scenario-smccc-filter-deny.trace.txt');
	expect(told[0]).toBe('error PSCI-301 line 30');
});
