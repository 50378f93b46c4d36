// `psci-trace events` and `psci-trace record-script`, as functions.
// Vacuous if nothing were printed: lines are counted and read back.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { events } from '../../../src/cli/events.ts';
import { recordScript } from '../../../src/cli/record-script.ts';
import { testFolder } from '../../test-folder.ts';
import { openBinary, openText } from '../trace/samples.ts';
import { runCommand } from './run-command.ts';

const file = (name: string) => fileURLToPath(new URL(`../../data/traces/${name}`, import.meta.url));

const folder = testFolder();
const run = (...args: string[]) => runCommand(events, ...args);

describe('psci-trace events', () => {
	it('prints a line for each event: time, CPU, thread, vCPU and how it is known, fields', async () => {
		const { status, lines, complaints } = await run(file('psci_test.dat'));
		expect([status, lines.length, complaints]).toEqual([0, 199, []]);
		expect(lines[0]).toMatch(
			/^116\.955600928 \[0\] psci_test-132: vCPU 0: reset kvm=0xfff0000004c2e000 pending=false pc=0x0 r0=0x0 be=false$/,
		);
		expect(lines.find((line) => line.includes('kvm_hvc_arm64'))).toMatch(
			/: vCPU 0 \(of its run\): kvm_hvc_arm64 pc=0x/,
		);
	});

	it('gives JSON Lines that open as the same recording', async () => {
		const { lines } = await run(file('psci_test.dat'), '--json');
		const again = await openText(`${lines.join('\n')}\n`);
		const trace = await openBinary('psci_test.dat');
		expect(again.events.length).toBe(trace.events.length);
		expect(again.events.detail(9)).toEqual(trace.events.detail(9));
	});

	it('prints one machine of several', async () => {
		const all = await run(file('smccc_filter.txt'));
		const [first, second] = [
			await run(file('smccc_filter.txt'), '--vm', '0'),
			await run('--vm', '1', file('smccc_filter.txt')),
		];
		expect(all.lines[0]).toMatch(/: vm 0 vCPU /);
		expect(first.lines.length + second.lines.length).toBeGreaterThan(50);
		expect(first.lines.length + second.lines.length).toBeLessThanOrEqual(all.lines.length);
		const none = await run(file('smccc_filter.txt'), '--vm', '99');
		expect(none).toMatchObject({ status: 1, lines: [] });
		expect(none.complaints.join()).toMatch(/no machine 99; there are 0 with vCPUs 0; 1 with/);
	});

	it('prints what comes before the damage, says where it is, and ends with 1', async () => {
		const cut = folder.write('cut.txt', readFileSync(file('psci_test.txt')).subarray(0, 20_000));
		const { status, lines, complaints } = await run(cut);
		expect(status).toBe(1);
		expect(lines.length).toBeGreaterThan(50);
		expect(complaints).toEqual([expect.stringMatching(/cut\.txt, line \d+: found ".*Expected /)]);
	});

	it('marks what it infers of a call, and only there', async () => {
		const { lines } = await run(file('hotplug-stock.jsonl.gz'));
		expect(
			lines.filter((line) => line.includes('kvm_hvc_arm64')).every((line) => / {2}\[.* => .*\]$/.test(line)),
		).toBe(true);
		expect(lines.find((line) => line.includes('r0=0xc4000003'))).toMatch(
			/imm=0x0 {2}\[CPU_ON target_cpu=0x1 entry_point_address=0x426ff5b0 context_id=\? \(inferred\) => SUCCESS \(0\) \(inferred\)\]$/,
		);
		const recorded = await run(file('psci_test.dat'));
		expect(recorded.lines.filter((line) => line.includes(' => '))).toEqual([]);
	});

	it('puts a console among the events, and says how it was aligned', async () => {
		const args = [file('hotplug-stock.jsonl.gz'), '--console', file('hotplug-stock.console.txt')];
		const { status, lines, complaints } = await run(...args);
		expect(status).toBe(0);
		expect(lines.filter((line) => line.includes(': console source=Linux text='))).toHaveLength(12);
		expect(complaints).toEqual([
			expect.stringMatching(/console\.txt: 9 of its 12 lines .* 382\.421 s ± \d\d ms/),
		]);
		const json = await run(...args, '--json');
		expect((await openText(`${json.lines.join('\n')}\n`)).events.length).toBe(lines.length);
		const nowhere = await run(args[0] ?? '', '--console', 'nowhere.txt');
		expect(nowhere.status).toBe(1);
		expect(nowhere.complaints.join()).toMatch(/nowhere\.txt: there is no such file/);
		expect((await run('--console')).status).toBe(2);
	});

	it('reads a console alone', async () => {
		const { status, lines } = await run(file('guest-hibernate.console.txt'));
		expect([status, lines.length]).toEqual([0, 15]);
		expect(lines.at(-1)).toMatch(/vCPU 0: console source=Linux text=reboot: Power down$/);
	});

	it('says what is wrong with a file or a call', async () => {
		const none = await run(folder.at('none.dat'));
		expect(none.status).toBe(1);
		expect(none.complaints.join()).toMatch(/none\.dat: there is no such file/);
		expect((await run(folder.at('.'))).status).toBe(1);
		expect((await run()).status).toBe(2);
		expect((await run('a', 'b')).status).toBe(2);
		expect((await run('--vm')).status).toBe(2);
		expect((await run('--yaml', 'a')).status).toBe(2);
	});
});

describe('psci-trace record-script', () => {
	let script = '';
	beforeAll(async () => {
		script = `${(await runCommand(recordScript)).lines.join('\n')}\n`;
	});

	it('prints a POSIX shell script', () => {
		expect(script).toMatch(/^#!\/bin\/sh\n/);
		expect(spawnSync('sh', ['-n'], { input: script }).status).toBe(0);
		expect(script.split('\n').length).toBeLessThan(150);
	});

	it('takes no arguments', async () => {
		expect((await runCommand(recordScript, 'x')).status).toBe(2);
	});

	it.runIf(process.getuid?.() === 0)('sets its probes, and takes away each that it has set', () => {
		const tracefs = folder.at('tracing');
		for (const event of ['kvm_entry', 'kvm_exit']) {
			mkdirSync(path.join(tracefs, 'events/kvm', event), { recursive: true });
		}
		mkdirSync(path.join(tracefs, 'instances'));
		writeFileSync(path.join(tracefs, 'kprobe_events'), '');
		const symbols = folder.write(
			'kallsyms',
			'0000 T kvm_smccc_call_handler\n0000 T kvm_vcpu_wfi\n0000 T kvm_arm_vcpu_power_off\n',
		);
		const out = folder.at('out.txt');
		// There is no trace_pipe, so that its reader ends at once.
		execFileSync('sh', ['-s', out], {
			input: script,
			env: { ...process.env, TRACEFS: tracefs, KALLSYMS: symbols },
			stdio: ['pipe', 'ignore', 'ignore'],
		});
		const probes = readFileSync(path.join(tracefs, 'kprobe_events'), 'utf8').trim().split('\n');
		const set = probes.filter((line) => /^[pr]:/.test(line)).map((line) => /psci\/(\w+)/.exec(line)?.[1]);
		const removed = probes
			.filter((line) => line.startsWith('-:'))
			.map((line) => line.slice('-:psci/'.length));
		expect(set).toHaveLength(10);
		expect(removed).toEqual(set);
		expect(probes[0]).toMatch(/^p:psci\/call kvm_smccc_call_handler /);
		expect(readFileSync(out, 'utf8')).toMatch(/^# tracer: nop\n# Linux /);
	});

	it('writes the machine where the debugger finds it', async () => {
		const line = ' CPU 0/KVM-1 [000] ..... 1.000000: kvm_entry: PC: 0x0000000040000000\n';
		const trace = await openText(`# tracer: nop\n# Linux 6.12.107+deb13-arm64 aarch64\n${line}`);
		expect(trace.host).toBe('Linux 6.12.107+deb13-arm64 aarch64');
	});
});
