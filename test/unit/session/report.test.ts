// The report of a recording: every finding with its evidence and a picture that is an SVG of its own.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { findFindings } from '../../../src/session/findings/find.ts';
import { reportOf } from '../../../src/session/report/report.ts';
import { openText } from './example.ts';

async function report(name: string) {
	const session = await openText(readFileSync(new URL(`../../../examples/${name}`, import.meta.url)), name);
	return reportOf(session, await findFindings(session), 'hung');
}

test('a finding has its heading, its picture, its evidence with lines, its rule and what follows from it', async () => {
	const { markdown, pictures } = await report('scenario-psci-0.2.trace.txt');
	expect([...pictures.keys()]).toEqual(['hung-1.svg', 'hung-2.svg']);
	expect(markdown).toContain('## 1. warning PSCI-108');
	expect(markdown).toContain('![The timeline around it](hung-1.svg)');
	expect(markdown).toMatch(/\| 30 \|.*CPU\\_ON that turned vCPU 1 on/);
	expect(markdown).toContain('Decided by `cpu_on.target_not_stopped`');
	expect(markdown).toMatch(/What follows from it:\n\n- PSCI-102, line 117/);
});

test('what one types is code', async () => {
	const { markdown } = await report('reports/19b-no-psci-at-all.trace.txt');
	expect(markdown).toContain('(`psci-trace record-script`)');
});

test('a picture has a lane for each vCPU, the calls by name and the finding', async () => {
	const { pictures } = await report('linux-guest-wrong-mpidr.report.txt');
	const picture = pictures.get('hung-1.svg') ?? '';
	for (const lane of ['vCPU 0', 'vCPU 1', 'vCPU 2', 'vCPU 3', 'VMM'])
		expect(picture).toContain(`>${lane}</text>`);
	expect(picture).toContain('CPU_ON of affinity 0x102');
	expect(picture).not.toMatch(/NaN|Infinity|undefined/);
});

test('names of calls neither run into each other nor out of the picture, which says what passed since', async () => {
	const name = 'reports/08-kexec-with-cpus-on.trace.txt';
	const picture = (await report(name)).pictures.get('hung-1.svg') ?? '';
	const names = [
		...picture.matchAll(/<text x="([\d.]+)" y="([\d.]+)" [^>]*font-size="9"[^>]*>([A-Z_]+)<\/text>/g),
	];
	expect(names.length).toBeGreaterThan(4);
	const free = new Map<string, number>();
	for (const [whole, left = '', lane = '', label = ''] of names) {
		// Six pixels a letter, or a little more.
		const from = Number(left) - (whole.includes('text-anchor="end"') ? label.length * 6 : 0);
		expect(from, label).toBeGreaterThanOrEqual(free.get(lane) ?? 0);
		free.set(lane, from + label.length * 6);
		expect(from + label.length * 6, label).toBeLessThanOrEqual(922);
	}
	expect(picture).toContain('>PSCI-504</text>');
	expect(picture).toMatch(/>−\d+ µs<\/text>/);
});

test('of many VMs a picture has the one that the finding is about', async () => {
	const { pictures } = await report('../test/data/traces/scenarios-6.12.107.dat');
	const lanes = [...(pictures.get('hung-1.svg') ?? '').matchAll(/>(VM \d+) \w+[^<]*<\/text>/g)];
	expect(lanes.length).toBeGreaterThan(2);
	expect(new Set(lanes.map(([, vm]) => vm))).toEqual(new Set(['VM 3']));
});

test('a recording in which nothing is wrong says so', async () => {
	const { markdown, pictures } = await report('linux-guest-poweroff.report.txt');
	expect(markdown).toContain('**Nothing found.**');
	expect(pictures.size).toBe(0);
});
