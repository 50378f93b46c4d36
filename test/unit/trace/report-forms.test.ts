// What options of `trace-cmd report` and `perf script` put before or between the columns.
// Vacuous if a prefix were taken for the thread's name: who made the event is compared.

import { describe, expect, it } from 'vitest';
import { openText } from './samples.ts';

const payload = 'kvm_hvc_arm64:        HVC at 0x0000000040000004 (r0: 0x0000000084000000, imm: 0x0)';

describe.each([
	['plain', `CPU 0/KVM-100   [001]     1.000002: ${payload}`],
	['of a buffer other than the first', `kvm:        CPU 0/KVM-100   [001]     1.000002: ${payload}`],
	['of one of several files', `  my.dat:        CPU 0/KVM-100   [001]     1.000002: ${payload}`],
	['with the distance to the event before', `   CPU 0/KVM-100   [001]     1.000002: (+756)   ${payload}`],
	['with nanoseconds', `            CPU 0/KVM-100   [001] d....     1.000002000: ${payload}`],
])('a line of trace-cmd report, %s', (_, text) => {
	it('is the event, of its thread', async () => {
		const trace = await openText(`cpus=2\n${text}\n`);
		expect(trace.problems).toEqual([]);
		expect(trace.threads).toEqual([{ tid: 100, comm: 'CPU 0/KVM' }]);
		expect(trace.events.time(0)).toBe(1_000_002_000n);
		expect(trace.events.cpu(0)).toBe(1);
		expect(trace.events.detail(0)).toMatchObject({ r0: 0x8400_0000n });
	});
});

it('keeps a name that looks like the prefix and has nothing behind it', async () => {
	const trace = await openText(`  kworker/0:1H:-100   [001]     1.000002: ${payload}\n`);
	expect(trace.threads).toEqual([{ tid: 100, comm: 'kworker/0:1H:' }]);
});

it('has the headings of several files', async () => {
	const text = `a.dat: cpus=2\nb.dat: cpus=1\nb.dat: CPU 0/KVM-100 [000] 1.000002: ${payload}\n`;
	expect((await openText(text)).problems).toEqual([]);
});

it('of raw fields is refused, showing the first event and what it should look like', async () => {
	const line = '  CPU 0/KVM-100   [000]   1.000000: ';
	const text = `cpus=1\n${line}sched_waking: pid=1\n${line}kvm_entry:             vcpu_pc=0x00000000004007ec\n`;
	await expect(openText(text)).rejects.toThrow(
		/pu_pc=0x00000000004007ec" \(85 bytes\) in place of kvm_entry: PC: <hex>/,
	);
});

it('shows the events that perf says it lost as a gap', async () => {
	const event = `CPU 0/KVM  100 [001]    21.295458: kvm:${payload}\n`;
	const lost = 'CPU 0/KVM  100 [001]    21.295459: PERF_RECORD_LOST lost 136\n';
	const trace = await openText(`${event}${lost}${event}`);
	expect(trace.problems).toEqual([]);
	expect(trace.events.detail(1)).toEqual({ kind: 'lost', count: 136 });
	expect(trace.events.cpu(1)).toBe(1);
	expect(trace.events.length).toBe(3);
});
