// Vacuous if the programs had no expectations of their own: a count of those that were looked at says not.
import { describe, expect, test } from 'vitest';
import { compileScenario } from '../../../src/scenario/language/compile.ts';
import { LINUX } from '../../../src/scenario/library/linux.ts';
import { runScenario } from '../../../src/scenario/run.ts';

const run = (text: string) => {
	const { program, diagnostics } = compileScenario(text, 'a.psci', () => undefined);
	expect(diagnostics.filter((d) => d.severity === 'error').map((d) => d.message)).toEqual([]);
	if (!program) throw new Error('a program');
	return runScenario(program, {});
};

const MACHINE = 'machine\n  vcpus 3\n  policy full\n';

describe('programs of Linux guests', () => {
	test.each([
		'vcpu0 use linux.probe',
		'vcpu0 use linux.boot_secondaries(entry=pad1)\nexpect vcpu2.PC == pad1 + 8',
		'vcpu0 use linux.boot_secondaries\nvcpu0 use linux.hotplug(cpu=vcpu2)\nstate vcpu2 RUNNABLE',
		'vcpu0 use linux.boot_secondaries\nvcpu0 use linux.suspend\nexit SYSTEM_EVENT/SUSPEND\nstate vcpu0 SUSPENDED\nstate vcpu2 STOPPED',
		'vcpu0 use linux.hibernate\nexit SYSTEM_EVENT/SHUTDOWN flags=PSCI_OFF2\nexpect machine is hibernated',
		'vcpu0 use linux.power_off\nexit SYSTEM_EVENT/SHUTDOWN flags=0\nexpect machine is off',
		'vcpu0 use linux.reset\nexit SYSTEM_EVENT/RESET flags=0',
		'vcpu0 use linux.warm_reset\nexit SYSTEM_EVENT/RESET flags=PSCI_RESET2',
		'vcpu0 use linux.boot_secondaries\nvcpu0 use linux.kexec(entry=pad2)\nexpect vcpu1.PC == pad2 + 8',
	])('%s', (lines) => {
		const result = run(`${MACHINE}${lines}\n`);
		expect(result.outcomes.filter(({ met }) => !met)).toEqual([]);
		expect(result.outcomes.length).toBeGreaterThan(0);
		expect(result.ended).toBe('finished');
	});

	test('each says in a comment which source it follows', () => {
		const parts = LINUX.split(/\n(?=define )/);
		for (const before of parts.slice(0, -1)) expect(before.split('\n\n').at(-1)).toMatch(/# .*\.c: \w+/);
	});

	test('without SYSTEM_OFF2 a hibernation ends with SYSTEM_OFF', () => {
		const result = run(
			'machine\n  kernel 6.12\n  policy full\nvcpu0 use linux.hibernate\nexit SYSTEM_EVENT/SHUTDOWN flags=0\n',
		);
		expect(result.outcomes.filter(({ met }) => !met)).toEqual([]);
	});
});
