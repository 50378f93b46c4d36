// One payload in, one typed value out, exactly; anything else is undefined and never an exception.
// Vacuous if printing and parsing shared code: the payloads are printed here, as the kernel's formats say.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventKind } from '../../../src/trace/event.ts';
import { decodePayload, parseDetail } from '../../../src/trace/payload.ts';

const hex16 = (value: bigint) => `0x${value.toString(16).padStart(16, '0')}`;
const u64 = fc.bigInt(0n, 0xffff_ffff_ffff_ffffn);

describe('64-bit values', () => {
	it('come out of every kind of event exactly', () => {
		fc.assert(
			fc.property(u64, u64, u64, (a, b, c) => {
				expect(parseDetail('kvm_entry', `PC: ${hex16(a)}`)).toEqual({ kind: 'kvm_entry', pc: a });
				expect(
					parseDetail('kvm_hvc_arm64', `HVC at ${hex16(a)} (r0: ${hex16(b)}, imm: 0x${c.toString(16)})`),
				).toEqual({ kind: 'kvm_hvc_arm64', pc: a, r0: b, imm: c });
				expect(
					parseDetail(
						'call',
						`(f+0x0/0x1) kvm=${hex16(a)} vcpu=3 pc=0x${b.toString(16)} x0=0x${c.toString(16)}`,
					),
				).toEqual({ kind: 'call', kvm: a, vcpu: 3, pc: b, x: [c, undefined, undefined, undefined] });
			}),
		);
	});

	it('come out of an array as out of single fields', () => {
		fc.assert(
			fc.property(fc.array(u64, { minLength: 4, maxLength: 4 }), (x) => {
				const values = x.map((value) => `0x${value.toString(16)}`);
				const array = parseDetail('ret', `(a <- b) ret=1 kvm=0x1 vcpu=0 x={${values.join(',')}}`);
				const single = values.map((value, i) => `x${i}=${value}`).join(' ');
				expect(array).toEqual({ kind: 'ret', ret: 1, kvm: 1n, vcpu: 0, x });
				expect(parseDetail('ret', `(a <- b) ret=1 kvm=0x1 vcpu=0 ${single}`)).toEqual(array);
			}),
		);
	});
});

describe('arrays of zeros', () => {
	const read = (x: string, report: boolean) => {
		const bytes = new TextEncoder().encode(`(f) kvm=0x1 vcpu=0 ${x}`);
		const detail = decodePayload('call', bytes, 0, bytes.length, report);
		return detail?.kind === 'call' ? detail.x : undefined;
	};

	it('are not recorded values in `trace-cmd report`, which prints every array as zeros', () => {
		expect(read('x={0x0,0x0,0x0,0x0}', true)).toEqual([undefined, undefined, undefined, undefined]);
	});

	it('are zeros in the files of tracefs, as single fields are anywhere', () => {
		expect(read('x={0x0,0x0,0x0,0x0}', false)).toEqual([0n, 0n, 0n, 0n]);
		expect(read('x0=0x0 x1=0x0 x2=0x0 x3=0x0', true)).toEqual([0n, 0n, 0n, 0n]);
	});
});

it.each([
	[
		'kvm_exit',
		'TRAP: HSR_EC: 0x0016 (HVC64), PC: 0x0000000040000004',
		{ code: 'TRAP', ec: 0x16, ecName: 'HVC64', pc: 0x40000004n },
	],
	['kvm_exit', 'IRQ: HSR_EC: 0x0000 (UNKNOWN), PC: 0x0000000040000000', { code: 'IRQ', pc: 0x40000000n }],
	[
		'kvm_wfx_arm64',
		'guest executed wfe at: 0xffff800080014a2c',
		{ instruction: 'wfe', pc: 0xffff800080014a2cn },
	],
	['kvm_vcpu_wakeup', 'wait time 1234567 ns, polling valid', { how: 'wait', ns: 1234567n, polling: 'valid' }],
	[
		'kvm_userspace_exit',
		'reason KVM_EXIT_SYSTEM_EVENT (24)',
		{ reason: 24, reasonName: 'KVM_EXIT_SYSTEM_EVENT' },
	],
	['kvm_userspace_exit', 'reason error (14)', { reason: 14, reasonName: 'error' }],
	[
		'kvm_irq_line',
		'Inject VGIC SPI interrupt (0), vcpu->idx: 0, num: 35, level: 1',
		{ type: 'VGIC SPI', irq: 0, vcpuIndex: 0, num: 35, level: 1 },
	],
	[
		'kvm_guest_fault',
		'ipa 0x0, hsr 0x82000005, hxfar 0x000200, pc 0x00000000000200',
		{ ipa: 0n, hsr: 0x82000005n, hxfar: 0x200n, pc: 0x200n },
	],
	[
		'kvm_mmio',
		'mmio write len 8 gpa 0x296000 val 0xffff92632040',
		{ access: 'write', len: 8, gpa: 0x296000n, val: 0xffff92632040n },
	],
	[
		'kvm_mmio',
		'mmio unsatisfied-read len 4 gpa 0x9000018 val 0x0',
		{ access: 'unsatisfied-read', len: 4, gpa: 0x9000018n, val: 0n },
	],
	// An old kernel's width (archived): 08lx.
	[
		'kvm_hvc_arm64',
		'HVC at 0x4098e46c (r0: 0x34f5d91d, imm: 0x5)',
		{ pc: 0x4098e46cn, r0: 0x34f5d91dn, imm: 5n },
	],
	[
		'ret',
		'(handle_hvc+0x3c/0x1d8 <- kvm_smccc_call_handler) ret=-14 vcpu=1',
		{ ret: -14, vcpu: 1, x: [undefined, undefined, undefined, undefined] },
	],
	['cpu_on_ret', '(ffffaa1c868940e8 <- ffffaa1c86894558) ret=-4', { ret: -4n }],
	['cpu_on_ret', '(f) ret=0xfffffffffffffffc', { ret: -4n }],
	['system_event', '(f) kvm=0x1 vcpu=0 type=1 flags=0x0', { kvm: 1n, vcpu: 0, type: 1, flags: 0n }],
	['system_event', '(f) kvm=0x1 vcpu=0 type=2', { kvm: 1n, vcpu: 0, type: 2 }],
	[
		'reset',
		'(f) kvm=0x1 vcpu=1 pending=1 pc=0x40000400 r0=0xffffffffffffffff be=1',
		{ kvm: 1n, vcpu: 1, pending: true, pc: 0x40000400n, r0: 0xffff_ffff_ffff_ffffn, be: true },
	],
	['set_mp_state', '(f) kvm=0x1 vcpu=1 state=5', { kvm: 1n, vcpu: 1, state: 5 }],
	['set_fw_reg', '(f) kvm=0x1 vcpu=0 id=0x6030000000140000', { kvm: 1n, vcpu: 0, id: 0x6030000000140000n }],
	['wfi', '(kvm_vcpu_wfi+0x0/0x100) kvm=0x1 vcpu=0', { kvm: 1n, vcpu: 0 }],
	['cpu_on', '(f)', {}],
	['call', '(f) comm="a b" vcpu=0 x0=0x1', { vcpu: 0, x: [1n, undefined, undefined, undefined] }],
] as const)('%s: %s', (name, payload, fields) => {
	expect(parseDetail(name, payload)).toEqual({ kind: name, ...fields });
});

it.each([
	['kvm_entry', 'PC: 0x'],
	['kvm_entry', 'PC: 0x00000000400000000 trailing'],
	['kvm_entry', 'PC: 0x10000000000000000'],
	['kvm_userspace_exit', 'reason KVM_EXIT_MMIO (6'],
	['kvm_irq_line', 'Inject CPU interrupt (x), vcpu->idx: 5, num: 0, level: 0'],
	['call', 'x0=0x1'],
	['call', '() x0=0x1'],
	['call', '(f) x0'],
	['call', '(f) x0=0xg'],
	['call', '(f) x={0x1,0x2'],
	['reset', '(f) kvm=0x1 vcpu=0'],
	['lost', ''],
	['sched_switch', 'prev_comm=a'],
	['__proto__', 'x'],
	['toString', 'x'],
	['', ''],
])('is undefined for what is no %s: %s', (name, payload) => {
	expect(parseDetail(name, payload)).toBeUndefined();
});

it('never throws, whatever the name and the payload', () => {
	const name = fc.oneof(fc.constantFrom(...Object.keys(EventKind)), fc.string());
	fc.assert(
		fc.property(name, fc.string({ unit: 'binary' }), (name, payload) => {
			parseDetail(name, payload);
			parseDetail(name, `(${payload}) ${payload}`);
		}),
	);
});

it('is read from behind the complaints of trace-cmd 3.1 and perf, which take arm64 for x86', () => {
	const entry = 'CAN\'T FIND FIELD "vcpu_id"<CANT FIND FIELD rip>PC: 0x0000000040000000';
	expect(parseDetail('kvm_entry', entry)).toEqual({ kind: 'kvm_entry', pc: 0x4000_0000n });
	const exit = '<CANT FIND FIELD exit_reason>TRAP: HSR_EC: 0x0016 (HVC64), PC: 0x0000000040000004';
	expect(parseDetail('kvm_exit', exit)).toMatchObject({ ec: 0x16, pc: 0x4000_0004n });
	for (const cut of ['CAN\'T FIND FIELD "vcpu', '<CANT FIND FIELD rip', '<CANT FIND FIELD rip>']) {
		expect(parseDetail('kvm_entry', cut)).toBeUndefined();
	}
});
