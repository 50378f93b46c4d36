// What consoles say about PSCI, line by line and in a real one.
// Vacuous if a pattern matched anything: lines of other matters are tried, too.

import { describe, expect, it } from 'vitest';
import { bytesInMemory } from '../../../src/trace/byte-source.ts';
import { parseConsoleLine } from '../../../src/trace/console/console-line.ts';
import { readConsole } from '../../../src/trace/console/read-console.ts';
import { openText, sample, sampleBytes } from './samples.ts';

const read = (text: string) => readConsole(bytesInMemory('console', new TextEncoder().encode(text)));

describe.each([
	['psci: PSCIv1.3 detected in firmware.', { says: 'psci-version', major: 1, minor: 3 }],
	['psci: PSCIv65535.65535 detected in firmware.', { says: 'psci-version', major: 65535, minor: 65535 }],
	['psci: SMC Calling Convention v1.1', { says: 'smccc-version', major: 1, minor: 1 }],
	['psci: probing for conduit method from ACPI.', { says: 'firmware-described-by', by: 'ACPI' }],
	['psci: OSI mode supported.', { says: 'os-initiated-mode' }],
	[
		'CPU2: Booted secondary processor 0x0000000102 [0x410fd034]',
		{ says: 'cpu-booted', cpu: 2, mpidr: 0x102n },
	],
	['psci: failed to boot CPU2 (-22)', { says: 'cpu-boot-failed', cpu: 2, error: -22 }],
	['CPU2: failed to boot: -22', { says: 'cpu-boot-failed', cpu: 2, error: -22 }],
	['CPU2: failed to come online', { says: 'cpu-not-online', cpu: 2 }],
	['psci: CPU3 killed (polled 4 ms)', { says: 'cpu-off', cpu: 3, polledMs: 4 }],
	['psci: CPU3 killed.', { says: 'cpu-off', cpu: 3 }],
	[
		'CPU3 may not have shut down cleanly (AFFINITY_INFO reports 0)',
		{ says: 'cpu-not-off', cpu: 3, affinityInfo: 0 },
	],
	['smp: Brought up 1 node, 4 CPUs', { says: 'cpus-up', cpus: 4 }],
	['PM: hibernation: hibernation entry', { says: 'sleep-begins', kind: 'hibernation' }],
	['PM: suspend entry (s2idle)', { says: 'sleep-begins', kind: 's2idle' }],
	['PM: suspend exit', { says: 'sleep-ends', kind: '' }],
	['reboot: Power down', { says: 'power-off' }],
	['reboot: Restarting system', { says: 'restart' }],
])('%s', (text, statement) => {
	it('is understood, with and without a time and a caller', () => {
		expect(parseConsoleLine(text)).toEqual({ time: undefined, statement });
		expect(parseConsoleLine(`[    0.357489] ${text}`)).toEqual({ time: 357_489_000n, statement });
		expect(parseConsoleLine(`[12345.000001][    T1] ${text}`)).toEqual({
			time: 12_345_000_001_000n,
			statement,
		});
	});
});

describe("TF-A's lines", () => {
	it('tell the state of CPUs when the system goes down, and calls that it does not know', () => {
		expect(
			parseConsoleLine('INFO:      CPU Node : MPID 0x100, parent_node 0, State ON (0x0)')?.statement,
		).toEqual({
			says: 'firmware-cpu-state',
			mpidr: 0x100n,
			state: 'ON',
		});
		expect(parseConsoleLine('WARNING: Unimplemented PSCI Call: 0x84000012')?.statement).toEqual({
			says: 'firmware-unimplemented',
			function: 0x8400_0012,
		});
	});
});

it.each([
	'',
	'[    0.000000] Detected PIPT I-cache on CPU0',
	'CPU1 is up',
	'psci: CPUx killed',
	'I said psci: CPU3 killed (polled 4 ms) to my cat',
	'[    0.1] psci: CPU3 killed.',
])('%j says nothing about PSCI', (text) => {
	expect(parseConsoleLine(text)).toBeUndefined();
});

it('reads a real console: what dmesg printed again is said once, and the CPUs go and come', async () => {
	const events = await readConsole(bytesInMemory('console', sampleBytes('guest-hibernate.console.txt')));
	const lines = sample('guest-hibernate.console.txt').split('\n');
	for (const { line, text } of events) {
		expect(lines[line - 1]?.trimEnd()).toBe(text);
	}
	const said = (what: string) => events.filter(({ statement }) => statement.says === what).length;
	expect(['psci-version', 'cpu-booted', 'cpu-off', 'sleep-begins', 'power-off'].map(said)).toEqual([
		1, 6, 3, 1, 1,
	]);
	expect(new Set(events.map(({ boot }) => boot))).toEqual(new Set([0]));
});

it('counts the starts of a kernel', async () => {
	const boot =
		'[    0.000000] Booting Linux on physical CPU 0x0\n[    0.000000] psci: PSCIv1.1 detected in firmware.\n';
	const events = await read(`${boot}[    9.000000] reboot: Restarting system\n${boot}`);
	expect(events.map((event) => event.boot)).toEqual([0, 0, 1]);
});

it('reads long lines, lines without end and any bytes', async () => {
	expect(await read(`${'x'.repeat(10_000_000)}\npsci: CPU1 killed.`)).toMatchObject([{ line: 2 }]);
	expect(await read('\0\0\xff\n\r\n')).toEqual([]);
});

it('is no recording by itself, and a refusal says so', async () => {
	await expect(openText(sample('guest-hibernate.console.txt'))).rejects.toThrow(/the console of a guest/);
});
