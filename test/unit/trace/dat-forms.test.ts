// Every form that a trace.dat can have, written for the test: versions, byte orders, sizes of long,
// compressions, options, and all that a page of the ring buffer can hold.
// Vacuous if the writer and the reader shared a mistake: where trace-cmd is installed, it reads the same files.

import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { arm64, Bytes, type Compression, type Machine } from '../../../bench/trace-dat-writer.ts';
import type { Trace } from '../../../src/trace/trace.ts';
import { testFolder } from '../../test-folder.ts';
import { cpuOn, format, Recorder, systemsFor } from './dat-samples.ts';
import { openText, rowsOf, sample } from './samples.ts';

const linesOf = (trace: Trace) =>
	Array.from({ length: trace.lineCount }, (_, index) => trace.lineText(index + 1));

/** What a CPU_ON of `cpuOn` looks like. */
const lines = [
	'       CPU 0/KVM-100   [000] d....     1.000001000: kvm_entry:            PC: 0x0000000040000000',
	'       CPU 0/KVM-100   [000] .....     1.000002000: kvm_exit:             TRAP: HSR_EC: 0x0016 (HVC64), PC: 0x0000000040001234',
	'       CPU 0/KVM-100   [000] .....     1.000002500: kvm_hvc_arm64:        HVC at 0x0000000040001234 (r0: 0x00000000c4000003, imm: 0x0)',
	'       CPU 0/KVM-100   [000] .....     1.000003000: call:                 (0) kvm=0xffff000012345678 vcpu=0 pc=0x40001234 x={0xc4000003,0x1,0xffff800000004000,0x2a}',
	'       CPU 1/KVM-101   [001] .....     1.000003500: kvm_entry:            PC: 0x0000000040200000',
	'       CPU 0/KVM-100   [000] .....     1.000004000: cpu_on_ret:           (0 <- 0) ret=-2',
	'       CPU 0/KVM-100   [000] .....     3.000000000: kvm_userspace_exit:   reason restart (4)',
	'       CPU 1/KVM-101   [001] ..... 700003.000000000: kvm_userspace_exit:   reason KVM_EXIT_SYSTEM_EVENT (24)',
];

const machines: readonly Machine[] = [
	arm64,
	{ little: false, longSize: 8, pageSize: 4096 },
	{ little: true, longSize: 4, pageSize: 4096 },
	{ little: false, longSize: 4, pageSize: 65536 },
];
const nameOf = ({ little, longSize, pageSize }: Machine) =>
	`${little ? 'little' : 'big'} endian, ${longSize}-byte longs, pages of ${pageSize}`;

const forms: [string, Machine, 6 | 7, Compression][] = machines.flatMap((machine) =>
	(
		[
			[6, 'none'],
			[7, 'none'],
			[7, 'zlib'],
			[7, 'zstd'],
		] as const
	).map(([version, compression]): [string, Machine, 6 | 7, Compression] => [
		`version ${version}, ${compression}, ${nameOf(machine)}`,
		machine,
		version,
		compression,
	]),
);

describe.each(forms)('%s', (_, machine, version, compression) => {
	it('gives the events with their times, CPUs, threads and fields', async () => {
		const trace = await openText(cpuOn(machine).file({ version, compression }), 'form.dat');
		expect(trace.problems).toEqual([]);
		expect(linesOf(trace)).toEqual(lines);
		expect(trace.skipped).toEqual(new Map([['sched_waking', 1]]));
		expect(trace.events.detail(3)).toEqual({
			kind: 'call',
			kvm: 0xffff_0000_1234_5678n,
			vcpu: 0,
			pc: 0x4000_1234n,
			x: [0xc400_0003n, 1n, 0xffff_8000_0000_4000n, 42n],
		});
		expect(trace.events.detail(5)).toMatchObject({ ret: -2n });
		expect(rowsOf(trace).map((row) => trace.events.vcpu(row))).toEqual([0, 0, 0, 0, 1, 0, 0, 1]);
		expect(trace.events.attribution(4)).toBe('thread-name');
	});

	it('gives its text where the recording is of a latency tracer', async () => {
		const latency = sample('latency-format.txt');
		const trace = await openText(cpuOn(machine).file({ version, compression, latency }), 'latency.dat');
		const text = await openText(latency);
		expect(trace.events.length).toBe(text.events.length);
		expect(trace.lineText(20)).toBe(text.lineText(20));
		expect(trace.lines).toBe('generated');
	});
});

describe('the ring buffer', () => {
	const pid = { common_pid: 100 };
	const entry = (recorder: Recorder, pc: number) => recorder.record('kvm_entry', { ...pid, vcpu_pc: pc });

	it('shows lost events as a gap before the page that says so, with their number where it does', async () => {
		const recorder = new Recorder(arm64, 2);
		recorder.ring(0).event(10n, entry(recorder, 1)).lost(136).event(20n, entry(recorder, 2));
		recorder.ring(1).event(15n, entry(recorder, 3)).lost().event(25n, entry(recorder, 4));
		const trace = await openText(recorder.file());
		expect(linesOf(trace).map((line) => line.replace(/.*kvm_entry: +/, ''))).toEqual([
			'PC: 0x0000000000000001',
			'PC: 0x0000000000000003',
			'CPU:0 [136 EVENTS DROPPED]',
			'PC: 0x0000000000000002',
			'CPU:1 [EVENTS DROPPED]',
			'PC: 0x0000000000000004',
		]);
		expect(trace.events.detail(2)).toEqual({ kind: 'lost', count: 136 });
		expect(trace.events.detail(4)).toEqual({ kind: 'lost' });
		expect(rowsOf(trace).map((row) => trace.events.time(row))).toEqual([10n, 15n, 20n, 20n, 25n, 25n]);
	});

	it.each(machines)('steps over padding, with time extensions and absolute times (%o)', async (machine) => {
		const recorder = new Recorder(machine, 1);
		const ring = recorder.ring(0);
		const start = 0x0123_4567_89ab_cdefn;
		ring.event(start, entry(recorder, 1));
		ring.padding(start + 5n, 40);
		ring.event(start + 0x1_0000_0000_0000n, entry(recorder, 2));
		ring.stamp(start + 0x2_0000_0000_0000n);
		ring.event(start + 0x2_0000_0000_0007n, entry(recorder, 3));
		const trace = await openText(recorder.file());
		expect(trace.problems).toEqual([]);
		expect(rowsOf(trace).map((row) => trace.events.time(row) - start)).toEqual([
			0n,
			0x1_0000_0000_0000n,
			0x2_0000_0000_0007n,
		]);
	});

	it('keeps the bits of the time that an absolute one has no room for', async () => {
		const recorder = new Recorder(arm64, 1);
		const start = 0xa123_4567_89ab_cdefn;
		recorder
			.ring(0)
			.event(start, entry(recorder, 1))
			.stamp(start + 100n)
			.event(start + 101n, entry(recorder, 2));
		const { events } = await openText(recorder.file());
		expect(events.time(1)).toBe(start + 101n);
	});

	it('keeps, of events with the same time, those of the lower CPU first, and on one CPU their order', async () => {
		const recorder = new Recorder(arm64, 3);
		for (const cpu of [2, 0, 1]) {
			recorder
				.ring(cpu)
				.event(50n, entry(recorder, 10 * cpu))
				.event(50n, entry(recorder, 10 * cpu + 1));
		}
		const { events } = await openText(recorder.file());
		expect(rowsOf({ events } as Trace).map((row) => events.detail(row))).toMatchObject(
			[0, 1, 10, 11, 20, 21].map((pc) => ({ pc: BigInt(pc) })),
		);
	});

	it('reads thousands of pages, of which only those with rows are looked at again', async () => {
		const recorder = new Recorder(arm64, 1);
		const other = recorder.record('sched_waking', { common_pid: 7 });
		const ring = recorder.ring(0);
		for (let i = 0; i < 20_000; i++) {
			ring.event(BigInt(i), i % 1000 === 0 ? entry(recorder, i) : other);
		}
		const trace = await openText(recorder.file({ compression: 'zlib' }));
		expect(trace.skipped.get('sched_waking')).toBe(19_980);
		expect(rowsOf(trace).map((row) => trace.events.detail(row))).toMatchObject(
			Array.from({ length: 20 }, (_, i) => ({ kind: 'kvm_entry', pc: BigInt(1000 * i) })),
		);
	});
});

describe('the size of compressed data', () => {
	it('may leave out the word that counts the chunks, as that of trace-cmd 3.1 does', async () => {
		const trace = await openText(cpuOn().file({ compression: 'zstd', understated: 4 }));
		expect(trace.problems).toEqual([]);
		expect(linesOf(trace)).toEqual(lines);
	});

	it('is told where it ends within a chunk, though the file goes on', async () => {
		const recorder = cpuOn();
		const ring = recorder.ring(0);
		for (let i = 0; i < 2000; i++) {
			ring.event(4_000_000_000n + BigInt(i), recorder.record('sched_waking', {}));
		}
		const trace = await openText(recorder.file({ compression: 'zstd', understated: 100 }));
		expect(linesOf(trace)).toEqual(lines.filter((line) => line.includes('[000]')));
		expect(trace.problems).toMatchObject([
			{ expected: expect.stringMatching(/^a compressed chunk of \d+ bytes$/) },
			{ expected: expect.stringMatching(/^a compressed chunk of \d+ bytes$/) },
		]);
	});
});

describe('options', () => {
	const text = (value: string) => new Bytes(true).cstring(value).bytes;
	const first = async (id: number, data: Uint8Array, version: 6 | 7 = 7) => {
		const trace = await openText(cpuOn().file({ version, options: [{ id, data }] }));
		return trace.events.time(0);
	};

	it.each([6, 7] as const)('OFFSET and DATE move all times (version %i)', async (version) => {
		expect(await first(7, text('5000000000'), version)).toBe(6_000_001_000n);
		expect(await first(7, text('-0x10'), version)).toBe(1_000_000_984n);
		expect(await first(1, text('0x3e8'), version)).toBe(1_001_001_000n);
	});

	it('TSC2NSEC turns cycles into nanoseconds', async () => {
		const data = new Bytes(true).u32(3).u32(1).u64(0).bytes;
		expect(await first(14, data)).toBe(1_500_001_500n);
	});

	it("TIME_SHIFT puts a guest's times on its host's clock", async () => {
		const one = new Bytes(true).u64(9).u32(0).u32(1).u32(1).u64(0).u64(-1000n).u64(1).bytes;
		expect(await first(12, one)).toBe(1_000_000_000n);
		const two = new Bytes(true)
			.u64(9)
			.u32(1)
			.u32(1)
			.u32(2)
			.u64(0)
			.u64(2_000_002_000n)
			.u64(0)
			.u64(100)
			.u64(1)
			.u64(1);
		expect(await first(12, two.bytes)).toBe(1_000_001_050n);
	});

	it.each([6, 7] as const)(
		'the clock decides whether times are nanoseconds (version %i)',
		async (version) => {
			const units = [];
			for (const clock of ['local', 'mono_raw', 'counter', 'uptime', 'tai']) {
				units.push((await openText(cpuOn().file({ version, clock }))).clockUnit);
			}
			expect(units).toEqual(['ns', 'ns', 'ticks', 'ns', 'ns']);
			const counting = await openText(cpuOn().file({ version, clock: 'counter' }));
			expect(counting.lineText(1)).toContain('   1000001000: kvm_entry:');
		},
	);

	it('UNAME tells the machine', async () => {
		const data = text('Linux host 6.12.107+deb13-arm64 aarch64');
		const trace = await openText(cpuOn().file({ options: [{ id: 5, data }] }));
		expect(trace.host).toBe('Linux host 6.12.107+deb13-arm64 aarch64');
	});

	it('GUEST names the vCPU of each thread, whatever the thread is called', async () => {
		const recorder = new Recorder(arm64, 1)
			.event(0, 1n, 'kvm_entry', { common_pid: 200, vcpu_pc: 1 })
			.event(0, 2n, 'kvm_entry', { common_pid: 201, vcpu_pc: 1 })
			.event(0, 3n, 'kvm_entry', { common_pid: 300, vcpu_pc: 1 });
		const guest = (name: string, threads: readonly (readonly [number, number])[]) => {
			const data = new Bytes(true).cstring(name).u64(1).u32(threads.length);
			for (const [cpu, pid] of threads) {
				data.u32(cpu).u32(pid);
			}
			return { id: 13, data: data.bytes };
		};
		const options = [
			guest('a', [
				[1, 200],
				[0, 201],
			]),
			guest('b', [[1, 300]]),
		];
		const { events, vms } = await openText(
			recorder.file({ options, comms: '200 qemu\n201 qemu\n300 qemu\n' }),
		);
		expect([0, 1, 2].map((row) => [events.vm(row), events.vcpu(row)])).toEqual([
			[0, 1],
			[0, 0],
			[1, 1],
		]);
		expect(events.attribution(0)).toBe('thread-name');
		expect(vms.map(({ vcpus }) => vcpus)).toEqual([[0, 1], [1]]);
	});

	it('an unknown option is passed over', async () => {
		expect(await first(999, text('from the future'))).toBe(1_000_001_000n);
	});
});

describe.each([6, 7] as const)('buffers other than the first, version %i', (version) => {
	it('give their events among those of the first', async () => {
		const recorder = cpuOn();
		const other = new Recorder(arm64, 2).event(1, 1_000_002_250n, 'kvm_entry', {
			common_pid: 100,
			vcpu_pc: 0xabc,
		});
		const pages = (of: Recorder) => of.rings.map((ring) => ring.pages);
		const trace = await openText(
			recorder.file({
				version,
				buffers: [
					{ name: '', cpus: pages(recorder) },
					{ name: 'kvm', cpus: pages(other) },
				],
			}),
		);
		expect(trace.lineCount).toBe(9);
		expect(trace.lineText(3)).toMatch(/\[001\] \.{5} {5}1\.000002250: kvm_entry: +PC: 0x0+abc$/);
	});
});

describe('who is who', () => {
	it('kvm_get_timer_map names the vCPU of a run, across host CPUs', async () => {
		const systems = systemsFor(arm64);
		const recorder = new Recorder(arm64, 2, systems);
		const on = (cpu: number, time: number, name: string, values: Record<string, number>) =>
			recorder.event(cpu, BigInt(time), name, { common_pid: 500, ...values });
		on(0, 10, 'kvm_get_timer_map', { vcpu_id: 3 });
		on(0, 20, 'kvm_entry', { vcpu_pc: 1 });
		on(1, 30, 'kvm_entry', { vcpu_pc: 2 });
		on(1, 40, 'kvm_userspace_exit', { reason: 6 });
		on(0, 50, 'kvm_get_timer_map', { vcpu_id: 5 });
		on(1, 60, 'kvm_entry', { vcpu_pc: 3 });
		const { events } = await openText(recorder.file());
		expect([0, 1, 2, 3].map((row) => events.vcpu(row))).toEqual([3, 3, 3, 5]);
	});
});

describe('formats', () => {
	it('are read from the file: fields may move, grow and be printed otherwise', async () => {
		const systems = systemsFor(arm64);
		systems.set('kvm', [
			format(
				'kvm_entry',
				77,
				['u16 new;\toffset:8;\tsize:2;\tsigned:0;', 'u32 vcpu_pc;\toffset:12;\tsize:4;\tsigned:0;'],
				'"PC: %#llx", (unsigned long long)REC->vcpu_pc + 0x1000 * (REC->new > 1)',
			),
		]);
		const recorder = new Recorder(arm64, 1, systems).event(0, 1n, 'kvm_entry', {
			common_pid: 100,
			new: 2,
			vcpu_pc: 0x80,
		});
		expect((await openText(recorder.file())).events.detail(0)).toEqual({ kind: 'kvm_entry', pc: 0x1080n });
	});

	it('that print something else are told, and their events counted', async () => {
		const systems = systemsFor(arm64);
		systems.set('kvm', [
			...(systems.get('kvm')?.slice(1) ?? []),
			format('kvm_entry', 301, ['u64 vcpu_pc;\toffset:8;\tsize:8;\tsigned:0;'], '"at %llx", REC->vcpu_pc'),
		]);
		const recorder = new Recorder(arm64, 1, systems)
			.event(0, 1n, 'kvm_entry', { vcpu_pc: 1 })
			.event(0, 2n, 'kvm_hvc_arm64', { r0: 1 });
		const trace = await openText(recorder.file());
		expect(trace.events.length).toBe(1);
		expect(trace.skipped.get('kvm_entry')).toBe(1);
		expect(trace.problems).toMatchObject([{ expected: 'PC: <hex>' }]);
	});

	it("of somebody else's probes with our names are no events of ours", async () => {
		const systems = systemsFor(arm64);
		systems.set('mine', [format('ret', 900, ['u64 x;\toffset:8;\tsize:8;\tsigned:0;'], '"x=%llu", REC->x')]);
		const recorder = new Recorder(arm64, 1, systems)
			.event(0, 1n, 'ret', { x: 1 })
			.event(0, 2n, 'kvm_entry', {});
		const trace = await openText(recorder.file());
		expect(trace.skipped.get('ret')).toBe(1);
		expect(trace.problems).toEqual([]);
	});
});

const folder = testFolder();
const installed = spawnSync('trace-cmd', ['--version']).error === undefined;

describe.runIf(installed)('trace-cmd report', () => {
	// 3.1.6 as Debian builds it has no zlib, and cannot map what it unpacks where pages are larger than its own.
	const readable = forms.filter(
		([, { pageSize }, , compression]) =>
			compression === 'none' || (compression === 'zstd' && pageSize === 4096),
	);
	it.each(readable)('reads the written file as we do: %s', async (_, machine, version, compression) => {
		const recorder = cpuOn(machine);
		recorder
			.ring(0)
			.lost(12)
			.event(800_000_000_000_000n, recorder.record('kvm_hvc_arm64', { r0: 1 }));
		const bytes = recorder.file({ version, compression });
		const file = folder.write('written.dat', bytes);
		const report = execFileSync('trace-cmd', ['report', '-t', '-i', file], { encoding: 'utf8' });
		const trace = await openText(bytes);
		const shells = (text: string) =>
			text
				.split('\n')
				.filter((line) => /DROPPED|: (?:kvm_\w+|call|cpu_on_ret): /.test(line))
				.map((line) => line.replace(/^(.*\]) \S{5} /, '$1 ').replace(/ +/g, ' '))
				.map((line) => line.replace(/: (kvm_entry|kvm_exit|kvm_userspace_exit|call): .*/, ': $1'));
		expect(shells(report)).toEqual(shells(linesOf(trace).join('\n')));
		expect(shells(report)).toHaveLength(10);
	});
});
