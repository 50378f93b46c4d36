// Corners that the recorded scenarios do not reach, each from the kernel source that it names. Vacuous if the
// kernels were all alike here, so every case that differs is told for both sides.

import { describe, expect, it } from 'vitest';
import { narrowed } from '../../../src/kvm/aarch32.ts';
import {
	type Answer,
	type FeatureName,
	type KernelProfile,
	type Operation,
	PROFILES,
	profileNamed,
	step,
	type Vm,
} from '../../../src/kvm/index.ts';
import type { Registers } from '../../../src/kvm/vcpu.ts';
import { createVm } from '../../../src/kvm/vm.ts';

function kernel(name: string): KernelProfile {
	const profile = profileNamed(name);
	if (!profile) throw new Error(`no kernel ${name}`);
	return profile;
}

const PROVEN = PROFILES.filter((profile) => profile.proof === 'proven');

class Driver {
	vm: Vm;
	constructor(profile: KernelProfile) {
		this.vm = createVm(profile, 'all');
	}
	apply(operation: Operation): Answer {
		const made = step(this.vm, operation);
		this.vm = made.after;
		return made.got;
	}
	r(operation: Operation): number | string {
		const got = this.apply(operation);
		return 'r' in got ? got.r : got.outcome;
	}
	init(vcpu: number, ...features: FeatureName[]): number | string {
		return this.r({ op: 'vcpu_init', vcpu, features });
	}
	create(vcpu: number, id = vcpu): number | string {
		return this.r({ op: 'vcpu_create', vcpu, id });
	}
	set(vcpu: number, reg: string, value: bigint): number | string {
		return this.r({ op: 'set_reg', vcpu, reg, value });
	}
	get(vcpu: number, reg: string): bigint | undefined {
		const got = this.apply({ op: 'get_reg', vcpu, reg });
		return 'value' in got ? got.value : undefined;
	}
	run(vcpu: number): Answer {
		return this.apply({ op: 'run', vcpu });
	}
	hvc(vcpu: number, ...x: bigint[]): Answer {
		return this.apply({ op: 'call', vcpu, isa: 'a64', conduit: 'hvc', imm: 0, x });
	}
}

/** A 32-bit vCPU, alone. */
function thirtyTwoBit(profile: KernelProfile): Driver {
	const vm = new Driver(profile);
	vm.create(0);
	expect(vm.init(0, 'EL1_32BIT', 'PSCI_0_2')).toBe(0);
	return vm;
}

describe('KVM_ARM_VCPU_INIT after one that failed (arm.c, kvm_vcpu_set_target of 6.1)', () => {
	it.each(['5.10', '6.1'])('%s: feature bits below the unknown one stay, POWER_OFF among them', (name) => {
		const vm = new Driver(kernel(name));
		vm.create(0);
		expect(vm.init(0, 'POWER_OFF', 'BIT_30')).toBe(-2);
		expect(vm.vm.vcpus[0]?.mpState).toBe(0);
		expect(vm.init(0, 'PSCI_0_2')).toBe(0);
		expect(vm.vm.vcpus[0]?.mpState).toBe(5);
		// What was left behind counts as given: the same call again differs from it.
		expect(vm.init(0, 'PSCI_0_2')).toBe(-22);
		expect(vm.init(0, 'PSCI_0_2', 'POWER_OFF')).toBe(0);
	});

	it.each(['6.12', '7.2'])('%s: nothing stays', (name) => {
		const vm = new Driver(kernel(name));
		vm.create(0);
		expect(vm.init(0, 'POWER_OFF', 'BIT_30')).toBe(-2);
		expect(vm.init(0, 'PSCI_0_2')).toBe(0);
		expect(vm.vm.vcpus[0]?.mpState).toBe(0);
	});
});

describe('KVM_CREATE_VCPU of an id that is taken (kvm_main.c, kvm_vm_ioctl_create_vcpu)', () => {
	// The new vCPU is made before its id is looked for, and making it drops the MPIDR table.
	it.each([
		['6.1', 1, 1],
		['6.12', 2, 1],
		['7.2', 2, 1],
	])('%s: of two vCPUs with one MPIDR, CPU_ON starts vCPU %i, afterwards %i', (name, before, after) => {
		for (const again of [false, true]) {
			const vm = new Driver(kernel(name));
			for (const n of [0, 1, 2]) {
				vm.create(n);
				vm.init(n, 'PSCI_0_2', ...(n === 0 ? [] : (['POWER_OFF'] as const)));
			}
			vm.set(2, 'MPIDR_EL1', 0x80000001n);
			vm.hvc(0, 0x84000000n);
			if (again) expect(vm.create(3, 2)).toBe(-17);
			vm.hvc(0, 0xc4000003n, 1n, 0x40000400n, 0n);
			const started = vm.vm.vcpus.findIndex((vcpu) => vcpu.index > 0 && vcpu.mpState === 0);
			expect(started).toBe(again ? after : before);
		}
	});
});

describe('the MPIDR table (kvm_mpidr_index, arch/arm64/include/asm/kvm_host.h of 6.12)', () => {
	const started = (name: string): number => {
		const vm = new Driver(kernel(name));
		for (const n of [0, 1, 2, 3]) {
			vm.create(n);
			vm.init(n, 'PSCI_0_2', ...(n === 0 ? [] : (['POWER_OFF'] as const)));
		}
		vm.set(2, 'MPIDR_EL1', 0x80000001n);
		vm.set(3, 'MPIDR_EL1', 0x180000001n);
		vm.hvc(0, 0x84000000n);
		vm.hvc(0, 0xc4000003n, 1n, 0x40000400n, 0n);
		return vm.vm.vcpus.findIndex((vcpu) => vcpu.index > 0 && vcpu.mpState === 0);
	};

	// vCPUs 1 and 2 share an MPIDR; vCPU 3 differs from them in Aff3 alone, which the index leaves out.
	it.each([
		['6.1', 1],
		['6.12', 1],
		['7.2', 1],
	])('%s: an entry of another Aff3 is passed over for the first in order, vCPU %i', (name, first) => {
		expect(started(name)).toBe(first);
	});

	// arm.c, kvm_mpidr_to_vcpu of 6.7: with a table the vCPUs are not looked through any more.
	it.each([
		['6.4', 0n],
		['6.7', -2n],
		['6.12', 0n],
	])('%s: CPU_ON of a vCPU that was created after the first run answers %i', (name, status) => {
		const vm = new Driver(kernel(name));
		for (const n of [0, 1]) {
			vm.create(n);
			vm.init(n, 'PSCI_0_2');
		}
		vm.hvc(0, 0x84000000n);
		vm.create(2);
		vm.init(2, 'PSCI_0_2', 'POWER_OFF');
		vm.hvc(0, 0xc4000003n, 2n, 0x40000400n, 0n);
		expect(BigInt.asIntN(64, vm.vm.vcpus[0]?.registers.x[0] ?? 0n)).toBe(status);
	});
});

describe('a number of no service (hypercalls.c, kvm_smccc_default_allowed; kvm_hvc_call_default_allowed of 6.1)', () => {
	// Owner 4 with a number up to 0x1f, KVM's four numbers of 0.1, the version and the features of SMCCC.
	const PSCI = [0x84000016, 0xc400001f, 0x04000003, 0x44000000, 0x95c1ba5e, 0x95c1ba61];
	const NONE = [0x84000020, 0x85000000, 0x8000ff01, 0x86000040, 0x95c1ba5d, 0x95c1ba62, 0];
	const rules = (name: string, id: number): readonly string[] => {
		const vm = new Driver(kernel(name));
		vm.create(0);
		vm.init(0, 'PSCI_0_2');
		const x = [BigInt(id), 0n, 0n, 0n];
		const made = step(vm.vm, { op: 'call', vcpu: 0, isa: 'a64', conduit: 'hvc', imm: 0, x });
		expect(made.got).toMatchObject({ outcome: 'return', x: [(1n << 64n) - 1n, 0n, 0n, 0n] });
		return made.decisions.map((d) => d.rule);
	};

	it.each(['5.19', '6.1', '6.12', '7.2'])('%s: is denied before PSCI is asked', (name) => {
		for (const id of NONE) expect(rules(name, id)).toContain('smccc.no_such_service');
		for (const id of PSCI) expect(rules(name, id)).toContain('psci.not_supported');
	});

	it.each(['5.10', '5.18'])('%s: goes to PSCI, which does not know it either', (name) => {
		for (const id of [...NONE, ...PSCI]) expect(rules(name, id)).toContain('psci.not_supported');
	});
});

describe('before 4.16', () => {
	const one = (name: string): Driver => {
		const vm = new Driver(kernel(name));
		vm.create(0);
		vm.init(0, 'PSCI_0_2');
		return vm;
	};
	const spins = { outcome: 'blocked' };

	// virt/kvm/arm/psci.c of 3.16: -EINVAL for numbers without a case, which handle_hvc makes an exception of, as
	// all of KVM did until acfb3b883f6d.
	it.each([
		['3.16', spins],
		['4.16', { outcome: 'return', x: [(1n << 64n) - 1n, 0n, 0n, 0n] }],
	])('%s: an unknown number', (name, answer) => {
		for (const id of [0x8400000an, 0x84000010n, 0x95c1ba60n, 0n])
			expect(one(name).hvc(0, id)).toMatchObject(answer);
	});

	it('3.16: MIGRATE and MIGRATE_INFO_UP_CPU have a case, and are NOT_SUPPORTED', () => {
		for (const id of [0x84000005n, 0xc4000005n, 0x84000007n, 0xc4000007n])
			expect(one('3.16').hvc(0, id)).toMatchObject({ outcome: 'return', x: [(1n << 64n) - 1n, 0n, 0n, 0n] });
	});

	// arch/arm64/kvm/handle_exit.c, handle_smc before and after acfb3b883f6d
	it.each([
		['3.16', spins],
		['4.16', { outcome: 'return', x: [(1n << 64n) - 1n, 0n, 0n, 0n] }],
	])('%s: an SMC', (name, answer) => {
		const vm = one(name);
		const call = {
			op: 'call',
			vcpu: 0,
			isa: 'a64',
			conduit: 'smc',
			imm: 0,
			x: [0x84000000n, 0n, 0n, 0n],
		} as const;
		expect(vm.apply(call)).toMatchObject(answer);
	});

	// psci.c of 3.16, kvm_prepare_system_event: the event alone; since 3.19 all vCPUs are stopped.
	it.each([
		['3.16', 0, { outcome: 'return', x: [(1n << 64n) - 6n, 0n, 0n, 0n] }],
		['4.16', 5, spins],
	])('%s: after a SYSTEM_OFF the state is %i', (name, mpState, next) => {
		const vm = one(name);
		expect(vm.hvc(0, 0x84000008n, 0n, 0n, 0n)).toMatchObject({ outcome: 'system_event', type: 1 });
		expect(vm.vm.vcpus[0]?.mpState).toBe(mpState);
		expect(vm.run(0)).toMatchObject(next);
	});
});

describe('a reset that is owed and not yet carried out (psci.c, kvm_psci_vcpu_on; sys_regs.c, reset_mpidr)', () => {
	// Nothing is read back meanwhile, or the reading would carry it out.
	it.each([
		['5.10', -2n],
		['6.1', -2n],
		['6.12', 0n],
		['7.2', 0n],
	])(
		'%s: AFFINITY_INFO finds the MPIDR that userspace wrote; after the reset it answers %i',
		(name, after) => {
			const vm = new Driver(kernel(name));
			for (const n of [0, 1]) vm.create(n);
			vm.init(0, 'PSCI_0_2');
			vm.init(1, 'PSCI_0_2', 'POWER_OFF');
			vm.set(1, 'MPIDR_EL1', 0x80000055n);
			vm.apply({ op: 'observe', what: 'nothing' });
			const x0 = () => BigInt.asIntN(64, vm.vm.vcpus[0]?.registers.x[0] ?? 0n);
			vm.hvc(0, 0xc4000003n, 0x55n, 0x40000400n, 0n);
			expect(x0()).toBe(0n);
			vm.hvc(0, 0xc4000004n, 0x55n, 0n);
			expect(x0()).toBe(0n);
			vm.run(1);
			vm.hvc(0, 0xc4000004n, 0x55n, 0n);
			expect(x0()).toBe(after);
		},
	);
});

describe('KVM_IRQ_LINE and the filter with numbers out of range', () => {
	it.each(PROVEN.map((p) => [p.name, p] as const))('%s: no line below 0', (_name, profile) => {
		const vm = new Driver(profile);
		vm.create(0);
		expect(vm.r({ op: 'irq', vcpu: 0, line: -1, level: 1 })).toBe(-22);
		expect(vm.vm.vcpus[0]?.lines).toBe(0);
	});

	it('6.12: a range that wraps round from 0 is all numbers, so it meets the reserved ones', () => {
		const vm = new Driver(kernel('6.12'));
		const filter = { op: 'smccc_filter', action: 'deny', pad: 0 } as const;
		expect(vm.r({ ...filter, base: 0, count: 0 })).toBe(-17);
		expect(vm.r({ ...filter, base: 1, count: 0 })).toBe(-22);
		expect(vm.r({ ...filter, base: 0xffffffff, count: 2 })).toBe(-22);
		expect(vm.r({ ...filter, base: 0xffffffff, count: 1 })).toBe(0);
	});

	it('6.12: action and padding are bytes (struct kvm_smccc_filter)', () => {
		const vm = new Driver(kernel('6.12'));
		expect(vm.r({ op: 'smccc_filter', base: 5, count: 1, action: 0x101, pad: 0x100 })).toBe(0);
		expect(vm.r({ op: 'smccc_filter', base: 6, count: 1, action: 3, pad: 0 })).toBe(-22);
	});
});

describe('PSTATE by userspace (guest.c, set_core_reg)', () => {
	const EINVAL = -22;
	it.each(PROVEN.map((p) => [p.name, p] as const))('%s: the modes of a 64-bit vCPU', (_name, profile) => {
		const vm = new Driver(profile);
		vm.create(0);
		vm.init(0, 'PSCI_0_2');
		for (const mode of [0x0n, 0x4n, 0x5n, 0x10n]) expect(vm.set(0, 'PSTATE', 0x3c0n | mode)).toBe(0);
		for (const mode of [0x8n, 0x9n, 0xdn, 0x11n, 0x13n, 0x16n, 0x1an, 0x1fn])
			expect(vm.set(0, 'PSTATE', 0x3c0n | mode)).toBe(EINVAL);
	});

	it.each(PROVEN.map((p) => [p.name, p] as const))('%s: the modes of a 32-bit vCPU', (_name, profile) => {
		const vm = thirtyTwoBit(profile);
		// System mode since the fix of 6.10, which all these kernels have.
		for (const mode of [0x10n, 0x11n, 0x12n, 0x13n, 0x17n, 0x1bn, 0x1fn])
			expect(vm.set(0, 'PSTATE', 0x1c0n | mode)).toBe(0);
		for (const mode of [0x0n, 0x5n, 0x9n, 0x16n, 0x1an]) expect(vm.set(0, 'PSTATE', mode)).toBe(EINVAL);
	});
});

describe('a write to a core register in AArch32 (guest.c, set_core_reg)', () => {
	const WIDE = 0x1_0000_0001n;
	const before: Registers = {
		x: new Array<bigint>(31).fill(WIDE),
		pc: WIDE,
		pstate: 0n,
		spEl0: WIDE,
		mpidr: WIDE,
		sctlr: WIDE,
	};
	const cut = (name: string, pstate: bigint): number[] => {
		const after = narrowed(kernel(name), { ...before, pstate }, { pc: WIDE });
		expect(after.pc).toBe(1n);
		return (after.x ?? []).flatMap((value, n) => (value === 1n ? [n] : []));
	};
	const upTo = (n: number) => Array.from({ length: n }, (_, k) => k);

	it.each(['6.1', '6.12', '7.2'])('%s: all registers, or those of a user whatever the flags', (name) => {
		expect(cut(name, 0x1d3n)).toEqual(upTo(31));
		expect(cut(name, 0x10n)).toEqual(upTo(15));
		expect(cut(name, 0xf00001d0n)).toEqual(upTo(15));
		expect(cut(name, 0x1dfn)).toEqual(upTo(15));
	});

	it('5.10: the registers of the mode (regmap.c, vcpu_reg32)', () => {
		expect(cut('5.10', 0x1d0n)).toEqual(upTo(15));
		expect(cut('5.10', 0x1dfn)).toEqual(upTo(15));
		expect(cut('5.10', 0x1d1n)).toEqual([...upTo(8), 24, 25, 26, 27, 28, 29, 30]);
		expect(cut('5.10', 0x1d2n)).toEqual([...upTo(13), 16, 17]);
		expect(cut('5.10', 0x1d3n)).toEqual([...upTo(13), 18, 19]);
		expect(cut('5.10', 0x1d7n)).toEqual([...upTo(13), 20, 21]);
		expect(cut('5.10', 0x1dbn)).toEqual([...upTo(13), 22, 23]);
	});

	it('leaves a system register and AArch64 alone', () => {
		expect(narrowed(kernel('7.2'), { ...before, pstate: 0x1d3n }, { sctlr: 1n })).toEqual({ sctlr: 1n });
		expect(narrowed(kernel('7.2'), { ...before, pstate: 0x3c5n }, { pc: WIDE })).toEqual({ pc: WIDE });
	});
});

describe('KVM_CHECK_EXTENSION (arm.c, kvm_vm_ioctl_check_extension)', () => {
	it.each(PROVEN.map((p) => [p.name, p] as const))('%s: what all kernels say', (_name, profile) => {
		const vm = new Driver(profile);
		expect(vm.r({ op: 'check_cap', cap: 'IMMEDIATE_EXIT' })).toBe(1);
		expect(vm.r({ op: 'check_cap', cap: 'ONE_REG' })).toBe(1);
		expect(vm.r({ op: 'check_cap', cap: 'MAX_VCPU_ID' })).toBe(512);
		expect(vm.create(0, 511)).toBe(0);
		expect(vm.create(1, 512)).toBe(-22);
	});

	it.each([
		['5.10', 0],
		['6.1', 1],
		['6.12', 1],
	])('%s: KVM_CAP_PTP_KVM comes with the vendor hypervisor service: %i', (name, r) => {
		expect(new Driver(kernel(name)).r({ op: 'check_cap', cap: 'PTP_KVM' })).toBe(r);
	});
});

describe('a 64-bit guest that cannot go on', () => {
	const spun = (pstate: bigint, pc: bigint): readonly (bigint | undefined)[] => {
		const vm = new Driver(kernel('7.2'));
		vm.create(0);
		vm.init(0, 'PSCI_0_2');
		vm.set(0, 'PSTATE', pstate);
		vm.set(0, 'PC', pc);
		expect(vm.run(0)).toMatchObject({ outcome: 'blocked' });
		return [vm.get(0, 'PC'), vm.get(0, 'PSTATE')];
	};

	it('keeps its flags where KVM makes the abort (exception.c, enter_exception64)', () => {
		expect(spun(0xa00003c5n, 0n)).toEqual([0x200n, 0xa00003c5n]);
		expect(spun(0x600003c5n, 0x40001000n)).toEqual([0x200n, 0x600003c5n]);
		expect(spun(0x600003c4n, 0x123n)).toEqual([0x200n, 0x3c5n]);
		expect(spun(0x10003c5n, 0n)).toEqual([0x200n, 0x10003c5n]);
	});

	it('has SSBS as SCTLR_EL1.DSSBS says (exception.c, enter_exception64)', () => {
		const vm = new Driver(kernel('7.2'));
		vm.create(0);
		vm.init(0, 'PSCI_0_2');
		vm.set(0, 'SCTLR_EL1', 0xc50078n | (1n << 44n));
		expect(vm.run(0)).toMatchObject({ outcome: 'blocked' });
		expect(vm.get(0, 'PSTATE')).toBe(0x13c5n);
	});

	it('takes an exception for PSTATE.IL before it executes anything', () => {
		expect(spun(0x1003c5n, 0x40000400n)).toEqual([0x200n, 0x3c5n]);
	});
});

describe('a 32-bit guest', () => {
	it('has an r8 of its own in FIQ mode', () => {
		const vm = thirtyTwoBit(kernel('7.2'));
		vm.set(0, 'PSTATE', 0x1d1n);
		vm.set(0, 'PC', 0x40000c00n);
		expect(vm.run(0)).toMatchObject({ outcome: 'return' });
		expect([vm.get(0, 'X8'), vm.get(0, 'X24')]).toEqual([0n, 0x9000000n]);
	});

	it('is entered at an aligned pc (exception return to A32 and T32)', () => {
		const vm = thirtyTwoBit(kernel('7.2'));
		vm.set(0, 'PC', 0x40000c02n);
		expect(vm.run(0)).toMatchObject({ outcome: 'return' });
		expect(vm.get(0, 'PC')).toBe(0x40000c08n);
		vm.set(0, 'PSTATE', 0x1f3n);
		vm.set(0, 'PC', 0x40000e01n);
		expect(vm.run(0)).toMatchObject({ outcome: 'return' });
		expect(vm.get(0, 'PC')).toBe(0x40000e08n);
	});

	it('slides over zeros to the next code, in A32 and T32', () => {
		const vm = thirtyTwoBit(kernel('7.2'));
		for (const [from, to] of [
			[0x40000a00n, 0x40000c08n],
			[0x40000c10n, 0x40000c48n],
		] as const) {
			vm.set(0, 'PC', from);
			expect(vm.run(0)).toMatchObject({ outcome: 'return' });
			expect(vm.get(0, 'PC')).toBe(to);
		}
		vm.set(0, 'PSTATE', 0x1f3n);
		vm.set(0, 'X0', 0n);
		vm.set(0, 'PC', 0x40000d00n);
		expect(vm.run(0)).toMatchObject({ outcome: 'return' });
		expect(vm.get(0, 'PC')).toBe(0x40000e08n);
		expect(vm.get(0, 'PSTATE')).toBe(0x400001f3n);
	});

	it('ends in the prefetch abort that SCTLR describes (exception.c, get_except32_cpsr)', () => {
		const vm = thirtyTwoBit(kernel('7.2'));
		expect(vm.run(0)).toMatchObject({ outcome: 'blocked' });
		expect([vm.get(0, 'PC'), vm.get(0, 'PSTATE')]).toEqual([0xcn, 0x1d7n]);
		// V, EE, TE set, SPAN clear; the flags stay, IL and IT do not.
		vm.set(0, 'SCTLR_EL1', 0x42002000n);
		vm.set(0, 'PSTATE', 0x801004d3n);
		vm.set(0, 'PC', 0n);
		expect(vm.run(0)).toMatchObject({ outcome: 'blocked' });
		expect([vm.get(0, 'PC'), vm.get(0, 'PSTATE')]).toEqual([0xffff000cn, 0x804003f7n]);
		// r14 of ABT, four behind the vector that could not be fetched (return_offsets).
		expect(vm.get(0, 'X20')).toBe(0xffff0010n);
	});

	it('masks FIQ when it takes one, not when it takes an IRQ', () => {
		for (const [line, pstate] of [
			['fiq', 0x1d7n],
			['irq', 0x197n],
		] as const) {
			const vm = thirtyTwoBit(kernel('7.2'));
			vm.set(0, 'PSTATE', 0x13n);
			vm.set(0, 'PC', 0x40000c00n);
			vm.r({ op: 'irq', vcpu: 0, line, level: 1 });
			expect(vm.run(0)).toMatchObject({ outcome: 'blocked' });
			expect(vm.get(0, 'PSTATE')).toBe(pstate);
		}
	});
});
