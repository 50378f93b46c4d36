// `psci-trace run` and `psci-trace explore`: what they print and how they exit. Vacuous if a failing scenario were
// counted as passed: statuses are told for one that passes, one that fails, one that a kernel lacks, and none at all.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { explore } from '../../../src/cli/explore.ts';
import { exportCommand } from '../../../src/cli/export.ts';
import { run } from '../../../src/cli/run.ts';
import { testFolder } from '../../test-folder.ts';
import { runCommand } from './run-command.ts';

const folder = testFolder();

const passes = folder.write('passes.psci', 'scenario "passes"\nvcpu0 CPU_ON target=vcpu0 => ALREADY_ON\n');
const fails = folder.write('fails.psci', 'scenario "fails <&>"\nvcpu0 CPU_ON target=vcpu0 => SUCCESS\n');
const lacks = folder.write(
	'lacks.psci',
	'scenario "lacks"\nneeds kernel >= 6.13\nvcpu0 SYSTEM_OFF2 => exit SYSTEM_EVENT/SHUTDOWN flags=PSCI_OFF2\n',
);
const wrong = folder.write('wrong.psci', 'vcpu0 CPU_ONN\n');

describe('psci-trace run', () => {
	it('prints a matrix over kernels; what a kernel lacks is no failure', async () => {
		const { status, lines } = await runCommand(run, passes, lacks, '--kernel', '6.12,7.2');
		expect(status).toBe(0);
		expect(lines[0]?.split(/\s+/).filter(Boolean)).toEqual(['6.12', '7.2']);
		expect(lines[1]).toMatch(/passes\.psci +ok +ok$/);
		expect(lines[2]).toMatch(/lacks\.psci +lacks +ok$/);
		expect(lines.at(-1)).toBe('4 passed, 0 failed');
	});

	it('says what failed where, by which rule and on which kernels, and exits with 1', async () => {
		const { status, lines } = await runCommand(run, fails, '--kernel', '6.12,7.2');
		expect(status).toBe(1);
		expect(lines.join('\n')).toMatch(
			/fails\.psci:2: expected SUCCESS, got => -4 \(ALREADY_ON\), by cpu_on\.target_not_stopped \[6\.12, 7\.2\]/,
		);
	});

	it('takes a scenario that is wrong, or not there, as failed', async () => {
		const { status, lines } = await runCommand(run, wrong, folder.at('none.psci'));
		expect(status).toBe(1);
		expect(lines.join('\n')).toMatch(/wrong\.psci:1:7: there is no function 'CPU_ONN'/);
		expect(lines.join('\n')).toMatch(/none\.psci: there is no such file/);
	});

	it('writes JUnit XML', async () => {
		const out = folder.at('out.xml');
		await runCommand(run, passes, fails, '--junit', out);
		const xml = readFileSync(out, 'utf8');
		expect(xml).toMatch(/<testsuite name="Linux 7\.2" tests="2" failures="1"/);
		expect(xml).toMatch(/name="fails &lt;&amp;&gt;".*<failure message="fails\.psci:2: /);
	});

	it('says what is wrong with a call of it, and exits with 2', async () => {
		expect((await runCommand(run)).status).toBe(2);
		expect((await runCommand(run, passes, '--kernel', 'newest')).complaints.join()).toMatch(
			/no kernel 'newest'/,
		);
		expect((await runCommand(run, passes, '--schedule', 'never')).status).toBe(2);
		for (const schedule of ['text', 'round-robin', 'random:42', 'random 42', 'turns 0 1 1'])
			expect((await runCommand(run, passes, '--schedule', schedule)).status).toBe(0);
	});
});

const RACE = folder.write(
	'race.psci',
	`machine
  vcpus 3
vcpu0 CPU_ON target=vcpu1 entry=pad0
program vcpu0
  CPU_ON target=vcpu2 entry=pad0 => SUCCESS
program vcpu1
  PSCI_VERSION
  CPU_ON target=vcpu2 entry=pad0
`,
);

describe('psci-trace explore', () => {
	it('tells what can go wrong, with the schedule that shows it, and exits with 1', async () => {
		const { status, lines } = await runCommand(explore, RACE);
		expect(status).toBe(1);
		const [finding = '', schedule = ''] = lines;
		expect(finding).toMatch(/race\.psci:5: expectation: expected SUCCESS, got => -4/);
		const shown = folder.write(
			'shown.psci',
			readFileSync(RACE, 'utf8').replace('program vcpu0', `${schedule.trim()}\nprogram vcpu0`),
		);
		expect((await runCommand(run, shown)).status).toBe(1);
		expect((await runCommand(run, RACE)).status).toBe(0);
		expect(lines.join('\n')).toMatch(/\d+ states, \d+ turns in .*; \d+ of \d+ rules decided something/);
	});

	it('counts interleavings without reduction, as JSON too, and stops at a limit', async () => {
		const { lines } = await runCommand(explore, RACE, '--no-reduction', '--json');
		// Three turns in two programs: the first program's one at three places.
		expect(JSON.parse(lines[0] ?? '')).toMatchObject({ interleavings: '3', complete: true });
		const limited = await runCommand(explore, RACE, '--limit', '2');
		expect(limited.status).toBe(1);
		expect(limited.lines.join()).toMatch(/Not all was explored/);
		expect((await runCommand(explore, wrong)).complaints.join()).toMatch(/CPU_ONN/);
		expect((await runCommand(explore)).status).toBe(2);
	});
});

describe('psci-trace export of vectors', () => {
	const vectors = fileURLToPath(new URL('../../data/vectors/7.2.jsonl.gz', import.meta.url));
	const id = 'mpstate-stop-after-on-then-runnable';

	it('makes a scenario of one, which gives the vector back', async () => {
		const made = await runCommand(exportCommand, vectors, '--to', 'psci', '--id', id);
		expect(made.status).toBe(0);
		const scenario = folder.write(`${id}.psci`, made.lines.join('\n'));
		expect((await runCommand(run, scenario)).status).toBe(0);
		const { lines } = await runCommand(exportCommand, scenario, '--to', 'vector');
		const line = gunzipSync(readFileSync(vectors))
			.toString()
			.split('\n')
			.find((one) => one.includes(`"${id}"`));
		const kernelAside = (text = '') => ({ ...JSON.parse(text), kernel: '' });
		expect(kernelAside(lines[0])).toEqual(kernelAside(line));
	});

	it('says where there is none', async () => {
		const { status, complaints } = await runCommand(exportCommand, vectors, '--to', 'psci', '--id', 'none');
		expect(status).toBe(1);
		expect(complaints.join()).toContain("there is no vector 'none'");
	});
});
