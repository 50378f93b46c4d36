// Orders of ioctls and calls that the recorded scenarios do not have, each from the kernel function that it
// names (Linux 6.1.176 and 6.12.107, read beside the recordings). Vacuous if every kernel refused the first
// step, so whole lists of answers are compared.

import { describe, expect, it } from 'vitest';
import { type Answer, type Operation, profileNamed, step, type Vm } from '../../../src/kvm/index.ts';
import { createVm } from '../../../src/kvm/vm.ts';

const ENTRY = 0x40000440n;
const CPU_ON = 0xc4000003n;

/** The answers in short: an errno or result, an outcome, `type` of a system event, x0 of a guest that returned. */
function short(got: Answer): string | number {
	if (!('outcome' in got)) return got.r;
	switch (got.outcome) {
		case 'return':
			return `x0 ${BigInt.asIntN(64, got.x?.[0] ?? 0n)}`;
		case 'system_event':
			return `event ${got.type}`;
		case 'error':
			return `error ${got.errno}`;
		default:
			return got.outcome;
	}
}

function play(kernel: string, ...operations: Operation[]): { vm: Vm; answers: (string | number)[] } {
	const profile = profileNamed(kernel);
	if (!profile) throw new Error(`no kernel ${kernel}`);
	let vm = createVm(profile, 'all');
	const answers = operations.map((operation) => {
		const made = step(vm, operation);
		vm = made.after;
		return short(made.got);
	});
	return { vm, answers };
}

const create = (vcpu: number): Operation => ({ op: 'vcpu_create', vcpu, id: vcpu });
const init = (vcpu: number, ...more: ('POWER_OFF' | 'EL1_32BIT' | 'BIT_30')[]): Operation => ({
	op: 'vcpu_init',
	vcpu,
	features: ['PSCI_0_2', ...more],
});
const run = (vcpu: number): Operation => ({ op: 'run', vcpu });
const irq = (vcpu: number, level = 1): Operation => ({ op: 'irq', vcpu, level, line: 'irq' });
const state = (vcpu: number, to: number): Operation => ({ op: 'set_mp_state', vcpu, state: to });
const set = (vcpu: number, reg: string, value: bigint): Operation => ({ op: 'set_reg', vcpu, reg, value });
const filter = (base: number, pad = 0): Operation => ({
	op: 'smccc_filter',
	base,
	count: 1,
	action: 'deny',
	pad,
});
const hvc = (vcpu: number, ...x: bigint[]): Operation => ({
	op: 'call',
	vcpu,
	isa: 'a64',
	conduit: 'hvc',
	imm: 0,
	x,
});
const blind: Operation = { op: 'observe', what: 'nothing' };
const TWO = [create(0), init(0), create(1), init(1, 'POWER_OFF')];

describe('before KVM_ARM_VCPU_INIT', () => {
	it.each(['5.10', '6.1', '6.12', '7.2'])(
		'%s: KVM_RUN is ENOEXEC, also one that is to leave at once',
		(name) => {
			const immediate: Operation = { op: 'run_immediate', vcpu: 0 };
			expect(play(name, create(0), run(0), immediate, init(0), immediate).answers).toEqual([
				0,
				'error 8',
				'error 8',
				0,
				'error 4',
			]);
		},
	);

	// KVM_IRQ_LINE asks for no initialised vCPU; vcpu_reset_hcr clears the lines of one that has not run.
	it.each(['5.10', '6.1', '6.12', '7.2'])(
		'%s: an interrupt line can be set, and the init releases it',
		(name) => {
			const { vm, answers } = play(name, create(0), irq(0), init(0), hvc(0, 0x84000001n));
			expect(answers).toEqual([0, 0, 0, 'blocked']);
			expect(vm.vcpus[0]?.lines).toBe(0);
		},
	);

	// kvm_prepare_system_event goes through all vCPUs that exist.
	it.each(['5.10', '6.1', '6.12', '7.2'])('%s: a SYSTEM_OFF stops such a vCPU too', (name) => {
		const { vm, answers } = play(name, create(0), init(0), create(1), hvc(0, 0x84000008n));
		expect(answers).toEqual([0, 0, 0, 'event 1']);
		expect(vm.vcpus.map((v) => v.mpState)).toEqual([5, 5]);
	});
});

describe('several requests at once (arm.c, check_vcpu_requests)', () => {
	it.each(['6.1', '6.12', '7.2'])(
		'%s: a vCPU that is suspended after its CPU_ON resets, then wakes up',
		(name) => {
			const { vm, answers } = play(
				name,
				...TWO,
				blind,
				hvc(0, CPU_ON, 1n, ENTRY, 7n),
				state(1, 10),
				run(1),
				irq(1),
				run(1),
				state(1, 0),
				run(1),
			);
			expect(answers.slice(6)).toEqual([0, 'blocked', 0, 'event 4', 0, 'x0 0']);
			expect(vm.vcpus[1]?.registers).toMatchObject({ pc: ENTRY + 8n });
			expect(vm.vcpus[1]?.registers.x[0]).toBe(7n);
		},
	);

	it.each(['6.1', '6.12', '7.2'])('%s: of STOPPED and SUSPENDED the last one counts', (name) => {
		const wake = play(name, ...TWO, irq(0), state(0, 5), state(0, 10), run(0)).answers;
		expect(wake.slice(4)).toEqual([0, 0, 0, 'event 4']);
		const stop = play(
			name,
			...TWO,
			irq(0),
			state(0, 10),
			state(0, 5),
			run(0),
			state(0, 0),
			hvc(0, 0x84000000n),
		);
		expect(stop.answers.slice(4, 9)).toEqual([0, 0, 0, 'blocked', 0]);
		expect(stop.answers[9]).toMatch(/^x0 6/);
	});
});

describe('which error comes first', () => {
	// hypercalls.c, kvm_smccc_set_filter: the form, then whether the VM ran, then the ranges.
	it.each(['6.12', '7.2'])('%s: of a filter', (name) => {
		const { answers } = play(
			name,
			...TWO,
			filter(0x80000000, 1),
			filter(0x80000000),
			hvc(0, 0x84000000n),
			filter(0x80000000, 1),
			filter(0x80000000),
		);
		expect(answers.slice(4)).toEqual([-22, -17, expect.stringMatching(/^x0/), -22, -16]);
	});

	// kvm_arm_set_fw_reg_bmap: the bits, then whether the VM ran, and then only for another value.
	it.each(['6.1', '6.12', '7.2'])('%s: of a bitmap', (name) => {
		const { answers } = play(
			name,
			...TWO,
			set(0, 'VENDOR_HYP_BMAP', 1n),
			run(0),
			set(0, 'VENDOR_HYP_BMAP', 1n),
			set(0, 'VENDOR_HYP_BMAP', 3n),
			set(0, 'VENDOR_HYP_BMAP', 4n),
		);
		expect(answers.slice(4)).toEqual([0, 'blocked', 0, -16, -22]);
	});

	// kvm_vcpu_set_target walks the bits upwards (6.1); kvm_vcpu_init_check_features comes before all else (6.12).
	it.each([
		['5.10', -22],
		['6.1', -22],
		['6.12', -2],
		['7.2', -2],
	])('%s: of other features with an unknown one: %i', (name, errno) => {
		expect(play(name, create(0), init(0), init(0, 'EL1_32BIT', 'BIT_30')).answers).toEqual([0, 0, errno]);
	});
});

describe('versions (hypercalls.c, kvm_arm_set_fw_reg; arm_psci.h, kvm_psci_version)', () => {
	it.each(['5.10', '6.1'])(
		'%s: 0.1 set by a vCPU without PSCI_0_2 takes CPU_SUSPEND away from its sibling',
		(name) => {
			const { answers } = play(
				name,
				create(0),
				init(0),
				create(1),
				{ op: 'vcpu_init', vcpu: 1, features: [] },
				set(1, 'PSCI_VERSION', 1n),
				hvc(0, 0x84000001n),
				hvc(0, 0x84000000n),
				set(0, 'PSCI_VERSION', 1n),
				set(0, 'PSCI_VERSION', 2n),
				hvc(0, 0x84000000n),
				hvc(1, 0x84000000n),
			);
			expect(answers.slice(4)).toEqual([0, 'x0 -1', 'x0 -1', -22, 0, 'x0 2', 'x0 -1']);
		},
	);
});

describe('the guest code', () => {
	it.each(['5.10', '7.2'])('%s: nop and wfi of a 32-bit guest', (name) => {
		const call = (conduit: 'wfi' | 'nop'): Operation => ({
			op: 'call',
			vcpu: 0,
			isa: 'a32',
			conduit,
			imm: 0,
			x: [5n],
		});
		const { vm, answers } = play(
			name,
			create(0),
			init(0, 'EL1_32BIT'),
			call('nop'),
			call('wfi'),
			irq(0),
			call('wfi'),
		);
		expect(answers.slice(2)).toEqual(['x0 5', 'blocked', 0, 'x0 5']);
		expect(vm.vcpus[0]?.registers.pc).toBe(0x4000098cn);
	});
});
