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

describe('opened alone', () => {
	it('is a session of what the guest said, on its own clock, by CPU', async () => {
		const trace = await openText(sample('guest-hibernate.console.txt'));
		const events = await readConsole(bytesInMemory('console', sampleBytes('guest-hibernate.console.txt')));
		expect(trace).toMatchObject({ format: 'console', vms: [{ vcpus: [0, 1, 2, 3] }], problems: [] });
		expect(trace.events.length).toBe(events.length);
		events.forEach(({ line, statement }, row) => {
			expect(trace.events.line(row)).toBe(line);
			expect(trace.events.rowAtOrAfterLine(line)).toBe(row);
			expect(trace.lineText(line).trimEnd()).toBe(events[row]?.text);
			expect(trace.events.vcpu(row)).toBe('cpu' in statement ? statement.cpu : 0);
			if (row > 0) expect(trace.events.time(row) >= trace.events.time(row - 1)).toBe(true);
		});
		const booted = events.findIndex(({ statement }) => statement.says === 'cpu-booted');
		expect(trace.events.detail(booted)).toEqual({
			kind: 'console',
			source: 'Linux',
			text: 'CPU1: Booted secondary processor 0x0000000001 [0x000f0510]',
		});
		expect(trace.events.time(booted)).toBe(357_489_000n);
	});

	it('goes on in time where a kernel starts again', async () => {
		const boot = (s: string) =>
			`[    0.000000] Booting Linux on physical CPU 0x0\n[    0.5] x\n[    0.500000] psci: PSCIv${s} detected in firmware.\n`;
		const trace = await openText(`${boot('1.1')}[    9.000000] reboot: Restarting system\n${boot('1.3')}`);
		expect([0, 1, 2].map((row) => trace.events.time(row))).toEqual([
			500_000_000n,
			9_000_000_000n,
			9_500_000_000n,
		]);
	});

	it('text that says nothing about PSCI is still refused', async () => {
		await expect(openText('[    0.000000] Linux version 6.12\nhello\n')).rejects.toThrow(
			/no line is an event/,
		);
	});
});
