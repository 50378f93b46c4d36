// What the findings say of each real recording at hand; docs/findings.md has the judgement of each by hand. Vacuous if
// a list were empty that should not be: most are not.

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { findFindings } from '../../../src/session/findings/find.ts';
import type { FindingTree } from '../../../src/session/findings/finding.ts';
import { RecordedSession } from '../../../src/session/recorded-session.ts';
import { bytesInMemory } from '../../../src/trace/byte-source.ts';
import { openTrace } from '../../../src/trace/open.ts';

async function rootsOf(name: string) {
	const file = readFileSync(new URL(`../../data/traces/${name}`, import.meta.url));
	const bytes = name.endsWith('.gz') ? gunzipSync(file) : file;
	const trace = await openTrace(bytesInMemory(name.replace(/\.gz$/, ''), bytes));
	const session = await RecordedSession.open(trace);
	return { session, roots: (await findFindings(session)).roots };
}

/** `201×6 102` by severity. */
function summary(roots: readonly FindingTree[]): string {
	const told = (['error', 'warning', 'note'] as const).map((severity) => {
		const counts = new Map<string, number>();
		for (const root of roots)
			if (root.severity === severity) counts.set(root.code, (counts.get(root.code) ?? 0) + 1);
		const codes = [...counts].map(([code, n]) => `${code.slice(5)}${n > 1 ? `×${n}` : ''}`);
		return codes.length > 0 ? `${severity} ${codes.join(' ')}` : '';
	});
	return told.filter(Boolean).join('; ') || 'nothing';
}

describe('each recording gives what was judged right by hand', () => {
	test.each([
		['scenarios-5.10.223.dat', 'error 201×3 102×10 301 105 401; warning 209×6 108×2; note 501×4 305×2 205'],
		['scenarios-6.1.176.dat', 'error 201×6 102×7 301 208; warning 108×2 207 501 209; note 501×4 305×2 205'],
		[
			'scenarios-6.12.107.dat',
			'error 201×6 102×8 107 301 208; warning 108×2 207 501; note 501×5 305×2 205×2',
		],
		[
			'scenarios-7.2.13.dat',
			'error 201×4 107 301 102×3 208; warning 108 212 207; note 501×2 211×2 305×2 203',
		],
		['scenarios-7.2.13.txt.gz', 'error 201×4 301 102×3 208; warning 108 212 207; note 211×2 305×2 203'],
		['psci_test.dat', 'error 201; warning 212; note 501'],
		['psci_test.txt', 'error 201; warning 212; note 501'],
		['smccc_filter.txt', 'error 301'],
		['fail-wrong-mpidr.jsonl.gz', 'error 101'],
		['hotplug-named.jsonl.gz', 'nothing'],
		['hotplug-stock.jsonl.gz', 'note 205'],
		['guest-hibernate.dat', 'nothing'],
		['guest-reboot.report.txt', 'note 205'],
		['plain.txt', 'nothing'],
		['qemu-reboot.log', 'nothing'],
	])('%s', async (name, expected) => {
		expect(summary((await rootsOf(name)).roots)).toBe(expected);
	});
});

test('a vCPU that is sent where no memory is: started, in the guest, and executing nothing', async () => {
	const { session, roots } = await rootsOf('cpu-on-unmapped-entry.txt');
	expect(summary(roots)).toBe('error 103');
	expect(roots[0]).toMatchObject({
		certainty: 'seen',
		cause: expect.stringContaining('its entry address 0xdead0000, and then at its exception vector 0x200'),
	});
	expect(roots[0]?.evidence.map(({ row }) => session.trace.events.detail(row).kind).slice(1)).toEqual(
		Array(5).fill('kvm_guest_fault'),
	);
});

test('machines of one process at one address are lives of their own: nothing is held against the next', async () => {
	const { roots } = await rootsOf('scenarios-7.2.13.dat');
	const codes = roots.map(({ code }) => code);
	// Each has its own version and features; the CPUs that one left on are not the next one's.
	for (const code of ['PSCI-104', 'PSCI-302', 'PSCI-303', 'PSCI-504']) expect(codes).not.toContain(code);
	expect(roots.filter(({ code }) => code === 'PSCI-207')).toHaveLength(1);
});

test('a vCPU that is run on after the system event of another is no new beginning', async () => {
	const { roots } = await rootsOf('scenarios-6.12.107.dat');
	const others = roots.filter(({ cause }) => cause.includes('without initialising any vCPU again'));
	expect(others.map(({ code, severity }) => `${severity} ${code}`)).toEqual([
		'error PSCI-201',
		'error PSCI-201',
	]);
});

test('where the model would answer otherwise, no rule is said to have decided', async () => {
	const { session, roots } = await rootsOf('scenarios-5.10.223.dat');
	const refused = roots.find(({ code }) => code === 'PSCI-105');
	expect(refused).toBeDefined();
	expect(refused?.rule).toBeUndefined();
	expect(session.length).toBeGreaterThan(1000);
});

test('without kvm_entry, what only a guest can do shows that the vCPU ran: no race, nobody who never came', async () => {
	const { session, roots } = await rootsOf('scenarios-7.2.13.txt.gz');
	expect(session.calls.recorded.entries).toBe(false);
	const codes = roots.map(({ code }) => code);
	for (const code of ['PSCI-103', 'PSCI-106', 'PSCI-107']) expect(codes).not.toContain(code);
});
