// The commands that look at a session. Vacuous if nothing was written: every success checks its lines.

import { describe, expect, it } from 'vitest';
import { compare } from '../../../src/cli/compare.ts';
import { search } from '../../../src/cli/search.ts';
import { why } from '../../../src/cli/why.ts';
import { runCommand } from './run-command.ts';

const example = (name: string) => new URL(`../../../examples/${name}`, import.meta.url).pathname;
const REBOOT = example('linux-guest-hotplug-reboot.report.txt');
const SELFTEST = example('kernel-selftest-psci_test.trace.txt');

describe('compare', () => {
	it('lists the calls that differ, each kernel with its rule', async () => {
		const { status, lines } = await runCommand(compare, SELFTEST, '--kernels', '6.1,7.2');
		expect(status).toBe(0);
		expect(lines.at(-1)).toBe('6 of 11 calls differ');
		expect(lines.slice(0, 4)).toEqual([
			'line 255, vCPU 0: PSCI_FEATURES psci_func_id=0x84000015 (SYSTEM_OFF2)',
			'  recorded  0x1',
			'  6.1  NOT_SUPPORTED (-1)  (psci_features.not_implemented)',
			'  7.2  0x1  (psci_features.implemented)',
		]);
	});

	it('gives the same as JSON', async () => {
		const { lines } = await runCommand(compare, SELFTEST, '--kernels=6.1,7.2', '--json');
		const told: unknown = JSON.parse(lines.join('\n'));
		expect(told).toMatchObject({ kernels: ['6.1', '7.2'], compared: 11, undecided: 0 });
	});

	it.each([
		[[SELFTEST], /--kernels needs/],
		[[SELFTEST, '--kernels', 'banana'], /no kernel 'banana'/],
		[['--kernels', '6.1'], /no file given/],
	])('is told what is wrong with %s', async (args, message) => {
		const { status, complaints } = await runCommand(compare, ...args);
		expect(status).toBe(2);
		expect(complaints.join()).toMatch(message);
	});
});

describe('why', () => {
	it('tells the chain at the end, or at a line', async () => {
		const atEnd = await runCommand(why, REBOOT, 'vcpu[1].mp_state');
		expect(atEnd.lines[0]).toBe(
			'vcpu[1].mp_state: STOPPED since event 323 (line 325): SYSTEM_RESET by vCPU 0',
		);
		expect(atEnd.lines).toContainEqual(
			expect.stringMatching(/^ {4}rule system_event\.stops_all: A system event stops every vCPU/),
		);
		const earlier = await runCommand(why, REBOOT, 'vcpu[1].mp_state', '--at', '260');
		expect(earlier.lines[0]).toMatch(/^vcpu\[1\]\.mp_state: STOPPED since .* CPU_OFF by vCPU 1$/);
	});

	it('refuses what is no value, no place and no file', async () => {
		expect(await runCommand(why, REBOOT, 'vcpu[9].mp_state')).toMatchObject({ status: 1 });
		expect(await runCommand(why, REBOOT, 'vcpu[1].mp_state', '--at', 'noon')).toMatchObject({ status: 2 });
		expect((await runCommand(why, 'nowhere.txt', 'x0')).complaints.join()).toMatch(
			/nowhere\.txt: there is no such file/,
		);
	});
});

describe('search', () => {
	it('writes the events that match, and decisions', async () => {
		const { status, lines } = await runCommand(
			search,
			REBOOT,
			'call == CPU_ON && event == ret && target_cpu == 1',
		);
		expect(status).toBe(0);
		expect(lines).toEqual([
			expect.stringMatching(/^line 153 56\.\d+ vCPU 0: CPU_ON: SUCCESS \(0\)$/),
			expect.stringMatching(/^line \d+ .* CPU_ON: SUCCESS/),
		]);
		const rules = await runCommand(search, REBOOT, 'rule == cpu_on.target_stopped');
		expect(rules.lines[0]).toMatch(/cpu_on\.target_stopped: SUCCESS$/);
	});

	it('finds the very first event, and says by its status that there is none', async () => {
		expect((await runCommand(search, REBOOT, 'row == 0')).lines.length).toBe(1);
		expect(await runCommand(search, REBOOT, 'call == MIGRATE')).toMatchObject({ status: 1, lines: [] });
		expect((await runCommand(search, REBOOT)).complaints.join()).toMatch(/no expression given/);
		expect((await runCommand(search, REBOOT, 'call ==')).complaints.join()).toMatch(
			/expected a value at the end/,
		);
	});
});
