// What all commands of the terminal share. Vacuous if a message said nothing of what was expected: each is looked at.

import { describe, expect, it } from 'vitest';
import { command } from '../../../src/cli/command.ts';
import { compare } from '../../../src/cli/compare.ts';
import { events } from '../../../src/cli/events.ts';
import { explore } from '../../../src/cli/explore.ts';
import { exportCommand } from '../../../src/cli/export.ts';
import { readOptions } from '../../../src/cli/options.ts';
import { report } from '../../../src/cli/report.ts';
import { run } from '../../../src/cli/run.ts';
import { search } from '../../../src/cli/search.ts';
import { verify } from '../../../src/cli/verify.ts';
import { why } from '../../../src/cli/why.ts';
import { runCommand } from './run-command.ts';

const COMMANDS = { compare, events, explore, export: exportCommand, report, run, search, verify, why };

describe.each(Object.entries(COMMANDS))('%s', (name, tried) => {
	it('prints its usage when asked for help', async () => {
		for (const asked of ['--help', '-h']) {
			const { status, lines, complaints } = await runCommand(tried, asked);
			expect({ status, complaints }).toEqual({ status: 0, complaints: [] });
			expect(lines).toEqual([expect.stringMatching(new RegExp(`^usage: psci-trace ${name} FILE`))]);
		}
	});

	it('says what is wrong with a call, and the usage, and ends with 2', async () => {
		for (const [args, problem] of [
			[[], 'no file given'],
			[['--nonsense', 'x'], "unknown option '--nonsense'"],
		] as const) {
			const { status, complaints } = await runCommand(tried, ...args);
			expect(status).toBe(2);
			expect(complaints.join()).toContain(`psci-trace ${name}: ${problem}\nusage: psci-trace ${name} FILE`);
		}
	});
});

it('a file that is not there is named by every command that reads one', async () => {
	const calls: [keyof typeof COMMANDS, ...string[]][] = [
		['compare', 'none.txt', '--kernels', '7.2'],
		['events', 'none.txt'],
		['events', 'none.txt', '--follow'],
		['explore', 'none.txt'],
		['export', 'none.txt', '--to', 'jsonl'],
		['report', 'none.txt'],
		['search', 'none.txt', 'row == 0'],
		['verify', 'none.txt'],
		['why', 'none.txt', 'vm.kernel'],
	];
	for (const [name, ...args] of calls) {
		const { status, complaints } = await runCommand(COMMANDS[name], ...args);
		expect(status).toBe(1);
		expect(complaints).toEqual([`psci-trace ${name}: none.txt: there is no such file`]);
	}
});

it('a kernel that there is not is answered with those that there are', async () => {
	for (const tried of [explore, report, run]) {
		const { status, complaints } = await runCommand(tried, 'none.psci', '--kernel', 'banana');
		expect(status).toBe(2);
		expect(complaints.join()).toMatch(
			/no kernel 'banana' is known\. There are: .*7\.2.*, and releases such as/,
		);
	}
});

it('options are read one way: joined or apart, more than once where that means something, -o for --out', async () => {
	const expected = { words: 0, optional: 2, values: ['out', 'kernel'], lists: ['console'], flags: ['json'] };
	const args = ['a', '--kernel=6.1', '--console', 'x', '--json', '-o', 'y', '--console=z', '-1 == x0'];
	expect(readOptions(args, expected)).toEqual({
		words: ['a', '-1 == x0'],
		values: { kernel: '6.1', out: 'y' },
		lists: { console: ['x', 'z'] },
		flags: new Set(['json']),
	});
});

it('whatever else goes wrong ends with 1, without the usage', async () => {
	const broken = command('broken FILE', () => {
		throw new Error('it is broken');
	});
	expect(await runCommand(broken)).toEqual({
		status: 1,
		lines: [],
		complaints: ['psci-trace broken: it is broken'],
	});
});
