// The program as a person calls it. Vacuous if it listed no commands: they are counted.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { root } from './adapter-program.ts';

function called(...args: string[]) {
	const { status, stdout, stderr } = spawnSync(process.execPath, [`${root}dist/psci-trace.mjs`, ...args], {
		encoding: 'utf8',
	});
	return { status, stdout, stderr };
}

const { stdout: help } = called('--help');
const commands = [...help.matchAll(/^ {2}([a-z][a-z-]*) /gm)].map((match) => match[1] ?? '');

it('the README tells of every command, and of no other', () => {
	const readme = readFileSync(`${root}README.md`, 'utf8');
	const told = [...readme.matchAll(/(?:^\| `psci-trace|^node dist\/psci-trace\.mjs) ([a-z][a-z-]*)/gm)];
	expect(commands.length).toBeGreaterThan(13);
	expect([...new Set(told.map((match) => match[1]))].sort()).toEqual(commands.toSorted());
});

it.each(commands)('%s says what it takes', (name) => {
	const { status, stdout, stderr } = called(name, '--help');
	expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
	expect(stdout).toMatch(new RegExp(`^usage: psci-trace ${name}\\b.*\\n$`));
});

it('a command that there is not is answered with those that there are', () => {
	for (const args of [[], ['nonsense'], ['constructor'], ['--nonsense']]) {
		const { status, stdout, stderr } = called(...args);
		expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
		expect(stderr).toContain(help.trim());
	}
});
