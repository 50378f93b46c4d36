// QEMU's log of trace events: PSCI as QEMU itself emulates it, or the exits of KVM as QEMU sees them.
// Vacuous if the lines were not events: they are counted.

import { describe, expect, it } from 'vitest';
import { nameOf, openSample, openText, rowsOf, sample } from './samples.ts';

const lines = (name: string) => sample(name).trimEnd().split('\n');

describe.each([
	['qemu-reboot.log', 'ticks', 38, 2],
	['qemu-poweroff-stamped.log', 'ns', undefined, 1],
] as const)('%s', (name, unit, count, type) => {
	it('has a row for each line, of the vCPU that the line names', async () => {
		const trace = await openSample(name);
		expect(trace).toMatchObject({ format: 'qemu log', clockUnit: unit, problems: [] });
		expect(trace.events.length).toBe(count ?? lines(name).length);
		expect(trace.events.length).toBe(lines(name).length);
		expect(trace.vms).toEqual([{ kvm: undefined, vcpus: [0, 1, 2, 3] }]);
		for (const row of rowsOf(trace)) {
			const text = trace.lineText(trace.events.line(row));
			const named = /cpuid=0x(\d+)$|cpu_(?:off|reset) cpu (\d+)|^.*arm_cpu_reset cpu (\d+)/.exec(text);
			if (named !== null) {
				expect(trace.events.vcpu(row)).toBe(Number(named[1] ?? named[2] ?? named[3]));
			}
			expect(trace.events.detail(row).kind).toBe(nameOf(trace, row));
			expect(trace.events.attribution(row)).toBe('event');
		}
	});

	it('gives each CPU_ON its arguments, and the reset that follows its entry point', async () => {
		const trace = await openSample(name);
		const details = rowsOf(trace).map((row) => trace.events.detail(row));
		const at = details.findIndex((detail) => detail.kind === 'call' && detail.x[0] === 0xc400_0003n);
		expect(details.slice(at, at + 3)).toEqual([
			{ kind: 'call', vcpu: 0, x: [0xc400_0003n, 1n, 0x426f_f5b0n, 0n] },
			{ kind: 'cpu_on', vcpu: 0 },
			{ kind: 'reset', vcpu: 1, pending: true, pc: 0x426f_f5b0n, r0: 0n, be: false },
		]);
		expect(details[0]).toMatchObject({ kind: 'reset', pending: false });
	});

	it('tells CPU_OFF from the end of the machine, though QEMU logs both alike', async () => {
		const trace = await openSample(name);
		const details = rowsOf(trace).map((row) => trace.events.detail(row));
		expect(details.filter(({ kind }) => kind === 'power_off')).toHaveLength(2);
		expect(details.filter(({ kind }) => kind === 'system_event')).toEqual([
			{ kind: 'system_event', vcpu: 0, type },
		]);
	});
});

it('reads the time stamps exactly', async () => {
	const { events } = await openSample('qemu-poweroff-stamped.log');
	const expected = BigInt(Date.parse('2026-11-21T08:47:38Z')) * 1_000_000n + 267_686_000n;
	expect(events.time(0)).toBe(expected);
});

it('takes the number of the line for a time where there is none', async () => {
	const { events } = await openSample('qemu-reboot.log');
	expect([events.time(0), events.time(10)]).toEqual([1n, 11n]);
});

it('reads the older form with thread and seconds, and the exits of KVM', async () => {
	const trace = await openText(
		[
			'719585@1608130130.441188:memory_region_ops_read cpu 0 mr 0x1 addr 0x2 value 0x3 size 4',
			'719585@1608130130.441190:kvm_run_exit cpu_index 2, reason 24',
			'719585@1608130130.441191:kvm_run_exit_system_event cpu_index 2, system_even_type 2',
			'qemu-system-aarch64: warning: something else',
			'',
		].join('\n'),
		'qemu.log',
	);
	expect(trace.skipped).toEqual(new Map([['memory_region_ops_read', 1]]));
	expect(trace.threads).toEqual([{ tid: 719585, comm: 'CPU 2' }]);
	expect(trace.events.time(0)).toBe(1_608_130_130_441_190_000n);
	expect(trace.events.detail(0)).toEqual({
		kind: 'kvm_userspace_exit',
		reason: 24,
		reasonName: 'KVM_EXIT_SYSTEM_EVENT',
	});
	expect(trace.events.detail(1)).toEqual({ kind: 'system_event', vcpu: 2, type: 2 });
});

it('counts CPUs as their MPIDR says, sixteen to a cluster', async () => {
	const trace = await openText(
		'arm_cpu_reset cpu 258\narm_psci_call PSCI Call x0=0x84000000 x1=0x0 x2=0x0 x3=0x0 cpuid=0x102\n',
	);
	expect([trace.events.vcpu(0), trace.events.vcpu(1)]).toEqual([18, 18]);
});

it('notes an event whose fields are not what they are, and a file cut in one', async () => {
	const trace = await openText(
		'arm_cpu_reset cpu 0\narm_cpu_reset cpu x\narm_cpu_reset cpu 1\narm_psci_call PSCI Ca',
	);
	expect(trace.events.length).toBe(2);
	expect(trace.problems).toMatchObject([{ line: 2 }, { line: 4, truncated: true }]);
});

it('says of a log of exceptions (-d int) what would serve', async () => {
	const log = 'Taking exception 11 [Hypervisor Call] on CPU 0\n...from EL1 to EL2\n...handled as PSCI call\n';
	await expect(openText(log)).rejects.toThrow(/-d int.*-trace 'arm_psci_call'/);
});
