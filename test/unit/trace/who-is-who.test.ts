// Every event is given to the right vCPU, and says how that is known.
// Vacuous if rows were compared with themselves: the truth here is what the probes said, or the test itself.

import { describe, expect, it } from 'vitest';
import { vcpuOfThreadName } from '../../../src/trace/vcpu-thread-name.ts';
import { line, nameOf, openSample, openText, rowsOf, sample } from './samples.ts';

const whoOf = async (text: string) => {
	const trace = await openText(text);
	return rowsOf(trace).map(
		(row) =>
			`${nameOf(trace, row)} vm${trace.events.vm(row)} vcpu${trace.events.vcpu(row)} ${trace.events.attribution(row)}`,
	);
};

const call = (kvm: string, vcpu: number) =>
	`call: (kvm_smccc_call_handler+0x0/0x440) kvm=${kvm} vcpu=${vcpu} x0=0x84000000`;
const entry = 'kvm_entry: PC: 0x0000000040000000';
const restart = 'kvm_userspace_exit: reason restart (4)';

describe('a guest with one thread for each vCPU', () => {
	it('has its four vCPUs in one VM, and the VM that QEMU probes with in another', async () => {
		const { vms } = await openSample('guest-reboot.report.txt');
		expect(vms).toEqual([
			{ kvm: 0xfff0000005c40000n, vcpus: [0] },
			{ kvm: 0xfff0000005df2000n, vcpus: [0, 1, 2, 3] },
		]);
	});

	it('has every event given to a vCPU by itself or by its neighbours', async () => {
		const trace = await openSample('guest-reboot.report.txt');
		for (const row of rowsOf(trace)) {
			expect(['event', 'run']).toContain(trace.events.attribution(row));
			expect(trace.events.vm(row)).toBeGreaterThanOrEqual(0);
		}
	});
});

describe('one thread that runs many vCPUs', () => {
	it.each(['psci_test.txt', 'psci_test.report.txt'])('leaves no event of %s without a vCPU', async (name) => {
		const trace = await openSample(name);
		expect(trace.vms.flatMap(({ vcpus }) => vcpus)).toContain(1);
		expect(rowsOf(trace).filter((row) => trace.events.vcpu(row) < 0)).toEqual([]);
	});

	it.each(['psci_test.txt', 'kernel-5.10.txt', 'kernel-6.1.txt'])(
		'is followed in %s by the vCPU it has loaded, as the probes would have said',
		async (name) => {
			const text = sample(name);
			const whole = await openText(text);
			const truth = new Map(
				rowsOf(whole).map((row) => [whole.lineText(whole.events.line(row)), whole.events.vcpu(row)]),
			);
			const probes = /: (?:call|ret|cpu_on|cpu_on_ret|wfi|power_off|system_event): \(/;
			const bare = await openText(
				text
					.split('\n')
					.filter((line) => !probes.test(line))
					.join('\n'),
			);
			const rows = rowsOf(bare).filter((row) => bare.events.attribution(row) === 'run');
			expect(rows.length).toBeGreaterThan(20);
			for (const row of rows) {
				expect(bare.events.vcpu(row)).toBe(truth.get(bare.lineText(bare.events.line(row))));
			}
		},
	);

	it('takes the vCPU of a run from the probe in it, also for the events before the probe', async () => {
		const thread = 'psci_test-122';
		const text = [entry, call('0x10', 0), restart, entry, call('0x10', 1), restart, entry, restart]
			.map((payload) => line(payload, { thread }))
			.join('');
		expect(await whoOf(text)).toEqual([
			'kvm_entry vm0 vcpu0 run',
			'call vm0 vcpu0 event',
			'kvm_userspace_exit vm0 vcpu0 run',
			'kvm_entry vm0 vcpu1 run',
			'call vm0 vcpu1 event',
			'kvm_userspace_exit vm0 vcpu1 run',
			// Either of them, and nothing says which.
			'kvm_entry vm0 vcpu-1 none',
			'kvm_userspace_exit vm0 vcpu-1 none',
		]);
	});

	it('takes a reset that is owed as naming the run that follows, and KVM_ARM_VCPU_INIT as naming nothing', async () => {
		const reset = (vcpu: number, pending: number) =>
			`reset: (kvm_reset_vcpu+0x0/0x378) kvm=0x10 vcpu=${vcpu} pending=${pending} pc=0x0 r0=0x0 be=0`;
		const text = [reset(0, 0), reset(1, 0), entry, restart, reset(1, 1), entry, restart]
			.map((payload) => line(payload, { thread: 'psci_test-122' }))
			.join('');
		expect((await whoOf(text)).filter((who) => who.startsWith('kvm_entry'))).toEqual([
			'kvm_entry vm0 vcpu-1 none',
			'kvm_entry vm0 vcpu1 run',
		]);
	});

	it('is not followed across a gap on its CPU, where the end of a run may have been lost', async () => {
		const thread = 'psci_test-122';
		const gap = 'CPU:0 [LOST 5 EVENTS]\n';
		const two = [call('0x10', 0), restart, call('0x10', 1)]
			.map((payload) => line(payload, { thread }))
			.join('');
		expect((await whoOf(two + gap + line(entry, { thread }))).at(-1)).toBe('kvm_entry vm0 vcpu-1 none');
		expect((await whoOf(two + line(entry, { thread }))).at(-1)).toBe('kvm_entry vm0 vcpu1 run');
	});
});

describe('the vCPU that a thread has loaded', () => {
	const map = (vcpu: number) => `kvm_get_timer_map: VCPU: ${vcpu}, dv: 1, dp: 0, ev: -1, ep: -1`;
	const thread = 'psci_test-122';
	const text = (...payloads: string[]) => payloads.map((payload) => line(payload, { thread })).join('');

	it('holds for its run only, and for the machine that the thread named', async () => {
		const named = 'set_mp_state: (f) kvm=0x10 vcpu=1 state=5';
		expect(await whoOf(text(named, map(0), entry, restart, map(1), entry, restart, entry))).toEqual([
			'set_mp_state vm0 vcpu1 event',
			'kvm_entry vm0 vcpu0 run',
			'kvm_userspace_exit vm0 vcpu0 run',
			'kvm_entry vm0 vcpu1 run',
			'kvm_userspace_exit vm0 vcpu1 run',
			'kvm_entry vm0 vcpu-1 none',
		]);
	});

	it('gives way to a probe inside the run', async () => {
		expect(await whoOf(text(map(0), entry, call('0x10', 1), restart))).toEqual([
			'kvm_entry vm0 vcpu1 run',
			'call vm0 vcpu1 event',
			'kvm_userspace_exit vm0 vcpu1 run',
		]);
	});

	it('is still known when it was loaded after a gap', async () => {
		const gap = 'CPU:0 [LOST 5 EVENTS]\n';
		const after = await whoOf(text(map(0), entry, call('0x10', 0)) + gap + text(map(1), entry));
		expect(after.at(-1)).toBe('kvm_entry vm0 vcpu1 run');
	});
});

describe('stock events, which name nobody', () => {
	it('go by the name of the thread', async () => {
		const text = line(entry, { thread: 'CPU 3/KVM-103' }) + line(entry, { thread: 'CPU 1/KVM-101' });
		expect(await whoOf(text)).toEqual(['kvm_entry vm0 vcpu3 thread-name', 'kvm_entry vm0 vcpu1 thread-name']);
	});

	it('go by the order of first entry where the names say nothing', async () => {
		const text = ['qemu-30', 'qemu-20', 'qemu-30'].map((thread) => line(entry, { thread })).join('');
		expect(await whoOf(text)).toEqual([
			'kvm_entry vm0 vcpu0 first-entry',
			'kvm_entry vm0 vcpu1 first-entry',
			'kvm_entry vm0 vcpu0 first-entry',
		]);
	});

	it('belong to two machines where two threads of one name follow each other', async () => {
		const threads = ['CPU 0/KVM-11', 'CPU 1/KVM-12', 'CPU 0/KVM-21', 'CPU 1/KVM-22'];
		const trace = await openText(threads.map((thread) => line(entry, { thread })).join(''));
		expect(trace.vms).toEqual([
			{ kvm: undefined, vcpus: [0, 1] },
			{ kvm: undefined, vcpus: [0, 1] },
		]);
		expect(rowsOf(trace).map((row) => trace.events.vm(row))).toEqual([0, 0, 1, 1]);
	});

	it('belong to the machines of their processes where these were recorded', async () => {
		const threads = ['vcpu0-11 (     10)', 'vcpu0-12 (      9)', 'vcpu1-13 (     10)'];
		const trace = await openText(threads.map((thread) => line(entry, { thread })).join(''));
		expect(rowsOf(trace).map((row) => `${trace.events.vm(row)}:${trace.events.vcpu(row)}`)).toEqual([
			'0:0',
			'1:0',
			'0:1',
		]);
	});

	it('go by the vCPU that the thread has loaded where the timer events were recorded too', async () => {
		const map = 'kvm_get_timer_map: VCPU: 2, dv: 1, dp: 0, ev: -1, ep: -1';
		const text = [map, entry, restart].map((payload) => line(payload, { thread: 'vmm-7' })).join('');
		expect(await whoOf(text)).toEqual(['kvm_entry vm0 vcpu2 run', 'kvm_userspace_exit vm0 vcpu2 run']);
	});
});

describe('a struct kvm that is freed and used again', () => {
	const init = 'reset: (kvm_reset_vcpu+0x0/0x378) kvm=0xfff0000004c2e000 vcpu=0 pending=0 pc=0x0 r0=0x0 be=0';
	const call =
		'call: (kvm_smccc_call_handler+0x0/0x8) kvm=0xfff0000004c2e000 vcpu=0 x0=0x84000000 x1=0x0 x2=0x0 x3=0x0';
	const machines = async (threads: readonly string[]) => {
		const text = threads.flatMap((thread) => [init, entry, call].map((payload) => line(payload, { thread })));
		const trace = await openText(text.join(''));
		return {
			vms: trace.vms,
			rows: rowsOf(trace).map((row) => `${trace.events.vm(row)}:${trace.events.vcpu(row)}`),
		};
	};

	it('is another machine where another process has it', async () => {
		const kvm = 0xfff0_0000_04c2_e000n;
		expect(await machines(['vmm-11 (     10)', 'vmm-21 (     20)'])).toEqual({
			vms: [
				{ kvm, vcpus: [0] },
				{ kvm, vcpus: [0] },
			],
			rows: ['0:0', '0:0', '0:0', '1:0', '1:0', '1:0'],
		});
	});

	it('is the same machine where other threads of its process do, or nobody says which process it was', async () => {
		for (const threads of [
			['vmm-11 (     10)', 'vmm-12 (     10)'],
			['vmm-11', 'vmm-21'],
			['vmm-11 (-------)', 'vmm-11 (     10)', 'vmm-12 (     10)'],
		]) {
			const { vms, rows } = await machines(threads);
			expect(vms).toHaveLength(1);
			expect(new Set(rows)).toEqual(new Set(['0:0']));
		}
	});

	it('is the machine of its process again where the lines of two CPUs follow each other', async () => {
		const { vms, rows } = await machines(['vmm-11 (     10)', 'vmm-21 (     20)', 'vmm-12 (     10)']);
		expect(vms).toHaveLength(2);
		expect(rows.slice(6)).toEqual(['0:0', '0:0', '0:0']);
	});
});

it('keeps the name that tells most when a thread is renamed', async () => {
	const text = ['<...>-9', 'qemu-9', 'CPU 2/KVM-9', '<...>-9']
		.map((thread) => line(entry, { thread }))
		.join('');
	expect((await openText(text)).threads).toEqual([{ tid: 9, comm: 'CPU 2/KVM' }]);
});

it('keeps a thread one vCPU when it moves between CPUs', async () => {
	const text = [0, 3, 1].map((cpu) => line(entry, { cpu })).join('');
	expect(new Set(await whoOf(text)).size).toBe(1);
});

it('knows how VMMs name their threads, and takes no other name for one', () => {
	const names = ['CPU 3/KVM', 'CPU 3/KV', 'crosvm_vcpu3', 'fc_vcpu 3', 'vcpu3', 'kvm-vcpu-3'];
	expect(names.map(vcpuOfThreadName)).toEqual([3, 3, 3, 3, 3, 3]);
	const others = ['CPU/KVM', 'vcpu', 'my-vcpu3', 'vcpu3x', 'kworker/3', 'CPU 3/TCG', '<...>', ''];
	expect(others.map(vcpuOfThreadName)).toEqual(others.map(() => undefined));
});
