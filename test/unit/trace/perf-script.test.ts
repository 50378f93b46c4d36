// The output of `perf script`, in the forms that its options give.
// Vacuous if no line were taken for an event: all are counted.

import { describe, expect, it } from 'vitest';
import { nameOf, openSample, openText, rowsOf, sample } from './samples.ts';

describe('perf script --guest-code', () => {
	it('has a row for each event of KVM and of the probes, with its time, CPU and thread', async () => {
		const text = sample('perf-script-guest-code.txt');
		const trace = await openSample('perf-script-guest-code.txt');
		expect(trace.format).toBe('perf script');
		expect(trace.problems).toEqual([]);
		const total = trace.events.length + [...trace.skipped.values()].reduce((a, b) => a + b, 0);
		expect(total).toBe(text.trimEnd().split('\n').length);
		for (const row of rowsOf(trace)) {
			const [, cpu, seconds, fraction, name] =
				/ \[(\d+)\] +(\d+)\.(\d+): +\w+:(\w+): /.exec(trace.lineText(trace.events.line(row))) ?? [];
			expect(nameOf(trace, row)).toBe(name);
			expect(trace.events.cpu(row)).toBe(Number(cpu));
			expect(trace.events.time(row)).toBe(BigInt(`${seconds}${fraction?.padEnd(9, '0')}`));
			expect(trace.events.detail(row).kind).toBe(name);
		}
	});

	it('has one thread, named after its program and not after the guest', async () => {
		expect((await openSample('perf-script-guest-code.txt')).threads).toEqual([{ tid: 126, comm: 'oracle' }]);
	});
});

it('says of plain perf script that what running vCPUs did is missing, and how to get it', async () => {
	const trace = await openSample('perf-script-plain.txt');
	expect(trace.problems).toEqual([
		expect.objectContaining({ expected: expect.stringContaining('perf script --guest-code') }),
	]);
});

const payload = 'kvm:kvm_hvc_arm64: HVC at 0x0000000040000004 (r0: 0x0000000084000000, imm: 0x0)';

describe.each([
	['the usual fields', `       CPU 0/KVM  4711 [003]    21.295458: ${payload}`],
	['nanoseconds', `       CPU 0/KVM  4711 [003]    21.295458000: ${payload}`],
	['a period', `       CPU 0/KVM  4711 [003]    21.295458:          1 ${payload}`],
	['process and thread', `       CPU 0/KVM  4700/4711 [003]    21.295458: ${payload}`],
	[
		'a header',
		`# ========\n# hostname : host\n# ========\n#\nCPU 0/KVM  4711 [003]    21.295458: ${payload}`,
	],
	[
		'a call chain',
		`CPU 0/KVM  4711 [003]    21.295458: ${payload}\n\tffff800080c0ffee kvm_vcpu_ioctl+0x1c ([kernel.kallsyms])\n\t         c0ffee main+0x4 (/bin/qemu)\n`,
	],
])('perf script with %s', (_, text) => {
	it('gives the event', async () => {
		const trace = await openText(`${text}\n`);
		expect(trace.problems).toEqual([]);
		expect(trace.events.length).toBe(1);
		expect(trace.events.time(0)).toBe(21_295_458_000n);
		expect(trace.events.cpu(0)).toBe(3);
		expect(trace.threads[0]).toMatchObject({ tid: 4711, comm: 'CPU 0/KVM' });
		expect(trace.events.detail(0)).toMatchObject({ r0: 0x8400_0000n });
	});
});

it('reads a line without a CPU, which is then 0', async () => {
	const trace = await openText(`qemu-system-aar 4711 21.295458: ${payload}\n`);
	expect([trace.events.cpu(0), trace.threads[0]?.comm]).toEqual([0, 'qemu-system-aar']);
});
