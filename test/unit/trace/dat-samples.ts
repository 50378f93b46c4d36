// trace.dat files made for a test: formats as kernels print them, events with values of one's choice.

import {
	arm64,
	type DatContent,
	type FieldValues,
	formatsOf,
	type Machine,
	RingWriter,
	recordOf,
	writeDat,
} from '../../../bench/trace-dat-writer.ts';

const common = [
	'\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;',
	'\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;',
	'\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;',
	'\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;',
];

export function format(name: string, id: number, fields: readonly string[], print: string): string {
	const lines = [...common, '', ...fields.map((field) => `\tfield:${field}`)];
	return `name: ${name}\nID: ${id}\nformat:\n${lines.join('\n')}\n\nprint fmt: ${print}\n`;
}

/** `unsigned long`, of the machine's size. */
function long(name: string, offset: number, size: number): string {
	return `unsigned long ${name};\toffset:${offset};\tsize:${size};\tsigned:0;`;
}

export function systemsFor({ longSize }: Machine): Map<string, string[]> {
	const [a, b, c] = [8, 8 + longSize, 8 + 2 * longSize];
	return new Map([
		['ftrace', [format('print', 5, [`${long('ip', a, longSize)}`], '"%ps: %s", (void *)REC->ip, REC->buf')]],
		[
			'kvm',
			[
				format('kvm_entry', 301, [long('vcpu_pc', a, longSize)], '"PC: 0x%016lx", REC->vcpu_pc'),
				format(
					'kvm_exit',
					302,
					[
						`int ret;\toffset:${a};\tsize:4;\tsigned:1;`,
						`unsigned int esr_ec;\toffset:${a + 4};\tsize:4;\tsigned:0;`,
						long('vcpu_pc', a + 8, longSize),
					],
					'"%s: HSR_EC: 0x%04x (%s), PC: 0x%016lx", __print_symbolic((((int)(REC->ret)) & (~((((1UL))) << (31)))), {0, "IRQ" }, {1, "SERROR" }, {2, "TRAP" }), REC->esr_ec, __print_symbolic(REC->esr_ec, { (0x00), "UNKNOWN" }, { (0x16), "HVC" "64" }), REC->vcpu_pc',
				),
				format(
					'kvm_hvc_arm64',
					303,
					[long('vcpu_pc', a, longSize), long('r0', b, longSize), long('imm', c, longSize)],
					'"HVC at 0x%016lx (r0: 0x%016lx, imm: 0x%lx)", REC->vcpu_pc, REC->r0, REC->imm',
				),
				format(
					'kvm_userspace_exit',
					304,
					[
						`__u32 reason;\toffset:${a};\tsize:4;\tsigned:0;`,
						`int errno;\toffset:${a + 4};\tsize:4;\tsigned:1;`,
					],
					'"reason %s (%d)", REC->errno < 0 ? (REC->errno == -4 ? "restart" : "error") : __print_symbolic(REC->reason, { 6, "KVM_EXIT_" "MMIO" }, { 24, "KVM_EXIT_" "SYSTEM_EVENT" }), REC->errno < 0 ? -REC->errno : REC->reason',
				),
				format(
					'kvm_get_timer_map',
					305,
					[long('vcpu_id', a, longSize), `int direct_vtimer;\toffset:${b};\tsize:4;\tsigned:1;`],
					'"VCPU: %ld, dv: %d", REC->vcpu_id, REC->direct_vtimer',
				),
			],
		],
		[
			'psci',
			[
				format(
					'call',
					1401,
					[
						long('__probe_ip', a, longSize),
						`u64 kvm;\toffset:${b};\tsize:8;\tsigned:0;`,
						`s32 vcpu;\toffset:${b + 8};\tsize:4;\tsigned:1;`,
						`u64 pc;\toffset:${b + 12};\tsize:8;\tsigned:0;`,
						`u64 x[4];\toffset:${b + 20};\tsize:32;\tsigned:0;`,
					],
					'"(%lx) kvm=0x%Lx vcpu=%d pc=0x%Lx x={0x%Lx,0x%Lx,0x%Lx,0x%Lx}", REC->__probe_ip, REC->kvm, REC->vcpu, REC->pc, REC->x[0], REC->x[1], REC->x[2], REC->x[3]',
				),
				format(
					'cpu_on_ret',
					1402,
					[
						long('__probe_func', a, longSize),
						long('__probe_ret_ip', b, longSize),
						`s64 ret;\toffset:${c};\tsize:8;\tsigned:1;`,
					],
					'"(%lx <- %lx) ret=%Ld", REC->__probe_func, REC->__probe_ret_ip, REC->ret',
				),
			],
		],
		[
			'sched',
			[
				format(
					'sched_waking',
					310,
					[`char comm[16];\toffset:${a};\tsize:16;\tsigned:0;`],
					'"comm=%s", REC->comm',
				),
			],
		],
	]);
}

const comms = '100 CPU 0/KVM\n101 CPU 1/KVM\n7 kworker/0:1H\n';

/** A recorder: events by name into the rings of its CPUs. */
export class Recorder {
	readonly machine: Machine;
	readonly rings: readonly RingWriter[];
	readonly #systems: Map<string, string[]>;

	constructor(machine: Machine, cpus: number, systems = systemsFor(machine)) {
		this.machine = machine;
		this.#systems = systems;
		this.rings = Array.from({ length: cpus }, () => new RingWriter(machine));
	}

	record(name: string, values: FieldValues): Uint8Array {
		const found = formatsOf({ systems: this.#systems }).get(name);
		if (found === undefined) {
			throw new Error(`no format ${name}`);
		}
		return recordOf(found, values, this.machine.little);
	}

	event(cpu: number, time: bigint, name: string, values: FieldValues): this {
		this.ring(cpu).event(time, this.record(name, values));
		return this;
	}

	ring(cpu: number): RingWriter {
		const ring = this.rings[cpu];
		if (ring === undefined) {
			throw new Error(`no CPU ${cpu}`);
		}
		return ring;
	}

	content(rest: Partial<DatContent> = {}): DatContent {
		return {
			version: 7,
			machine: this.machine,
			systems: this.#systems,
			comms,
			buffers: [{ name: '', cpus: this.rings.map(({ pages }) => pages) }],
			...rest,
		};
	}

	file(rest: Partial<DatContent> = {}): Uint8Array {
		return writeDat(this.content(rest));
	}
}

/** A CPU_ON of vCPU 1 by vCPU 0, on two host CPUs; with an event of another kind, and one of no interest. */
export function cpuOn(machine: Machine = arm64): Recorder {
	const pid = { common_pid: 100 };
	return new Recorder(machine, 2)
		.event(0, 1_000_000_000n, 'sched_waking', { common_pid: 7 })
		.event(0, 1_000_001_000n, 'kvm_entry', { ...pid, common_flags: 1, vcpu_pc: 0x4000_0000n })
		.event(0, 1_000_002_000n, 'kvm_exit', { ...pid, ret: 2, esr_ec: 0x16, vcpu_pc: 0x4000_1234n })
		.event(0, 1_000_002_500n, 'kvm_hvc_arm64', { ...pid, vcpu_pc: 0x4000_1234n, r0: 0xc400_0003n })
		.event(0, 1_000_003_000n, 'call', {
			...pid,
			kvm: 0xffff_0000_1234_5678n,
			vcpu: 0,
			pc: 0x4000_1234n,
			x: [0xc400_0003n, 1n, 0xffff_8000_0000_4000n, 42n],
		})
		.event(1, 1_000_003_500n, 'kvm_entry', { common_pid: 101, vcpu_pc: 0x4020_0000n })
		.event(0, 1_000_004_000n, 'cpu_on_ret', { ...pid, ret: -2n })
		.event(0, 3_000_000_000n, 'kvm_userspace_exit', { ...pid, reason: 6, errno: -4 })
		.event(1, 700_003_000_000_000n, 'kvm_userspace_exit', { common_pid: 101, reason: 24, errno: 0 });
}
