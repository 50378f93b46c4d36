// The cases of the kernel's own tests and of kvm-unit-tests, told anew with the values that they expect:
// tools/testing/selftests/kvm (psci_test, smccc_filter, hypercalls), kvm-unit-tests arm/psci.c, and what
// of tf-a-tests a KVM guest can run. Cases and expected values only; on the kernels that have the feature.

import { describe, expect, it } from 'vitest';
import {
	type Answer,
	bootVm,
	type KernelProfile,
	type Operation,
	PROFILES,
	profileNamed,
	step,
	type Vm,
} from '../../../src/kvm/index.ts';
import { createVm } from '../../../src/kvm/vm.ts';

const CPU_ON = 0xc4000003n;
const AFFINITY_INFO = 0xc4000004n;
const FEATURES = 0x8400000an;
const OFF2 = 0xc4000015n;
const SUSPEND = 0xc400000en;
const PAD = 0x40000400n;

const with02 = PROFILES.filter((p) => p.behaviours.psciVersions.length > 1);
const withFilter = PROFILES.filter((p) => p.behaviours.smcccFilter);
const withOff2 = PROFILES.filter((p) => p.behaviours.systemOff2 === 'version');
const withSuspend = PROFILES.filter((p) => p.behaviours.systemSuspend === 'capability');

/** A VM that remembers its state, so that a case reads as a list of what is done and seen. */
class Driver {
	vm: Vm;
	constructor(profile: KernelProfile, vcpus = 2, capabilities: readonly string[] = []) {
		this.vm = bootVm(profile, { vcpuIds: Array.from({ length: vcpus }, (_, n) => n), capabilities }).vm;
	}
	apply(operation: Operation): Answer {
		const made = step(this.vm, operation);
		this.vm = made.after;
		return made.got;
	}
	/** x0 after a call that returns, signed; the outcome's name otherwise */
	call(vcpu: number, conduit: 'hvc' | 'smc', ...x: bigint[]): bigint | string {
		const got = this.apply({ op: 'call', vcpu, isa: 'a64', conduit, imm: 0, x });
		if (!('outcome' in got)) return 'no run';
		return got.outcome === 'return' ? this.x0(vcpu) : got.outcome;
	}
	hvc(vcpu: number, ...x: bigint[]): bigint | string {
		return this.call(vcpu, 'hvc', ...x);
	}
	x0(vcpu: number): bigint {
		return BigInt.asIntN(64, this.vm.vcpus[vcpu]?.registers.x[0] ?? 0n);
	}
	register(vcpu: number, reg: string): bigint | undefined {
		const got = this.apply({ op: 'get_reg', vcpu, reg });
		return 'value' in got ? got.value : undefined;
	}
	result(operation: Operation): number | string {
		const got = this.apply(operation);
		return 'r' in got ? got.r : got.outcome;
	}
}

describe.each(with02.map((p) => [p.name, p] as const))('psci_test on %s', (_name, profile) => {
	it('CPU_ON: entry point and context are in place before the target ever runs', () => {
		const vm = new Driver(profile);
		expect(vm.hvc(0, CPU_ON, 1n, 0xfeedf00dn, 0xdeadc0den)).toBe(0n);
		expect([0n, 1n]).toContain(vm.hvc(0, AFFINITY_INFO, 1n, 0n));
		expect(vm.register(1, 'PC')).toBe(0xfeedf00dn);
		expect(vm.register(1, 'X0')).toBe(0xdeadc0den);
	});
});

describe.each(withSuspend.map((p) => [p.name, p] as const))('psci_test, suspend, on %s', (_name, profile) => {
	it('FEATURES says 0 once the capability is on, and the call exits', () => {
		expect(new Driver(profile).hvc(0, FEATURES, SUSPEND)).toBe(-1n);
		const vm = new Driver(profile, 2, ['ARM_SYSTEM_SUSPEND']);
		expect(vm.hvc(0, FEATURES, SUSPEND)).toBe(0n);
		const got = vm.apply({ op: 'call', vcpu: 0, isa: 'a64', conduit: 'hvc', imm: 0, x: [SUSPEND, PAD, 0n] });
		expect(got).toMatchObject({ outcome: 'system_event', type: 5 });
	});
});

describe.each(withOff2.map((p) => [p.name, p] as const))(
	'psci_test, SYSTEM_OFF2, on %s',
	(_name, profile) => {
		it('takes types 1 and 0, refuses a cookie, and shuts down exactly twice', () => {
			const vm = new Driver(profile);
			expect(vm.hvc(0, FEATURES, OFF2)).toBe(1n);
			let shutdowns = 0;
			const results = [
				[1n, 1n],
				[1n, 0n],
				[0n, 1n],
				[0n, 0n],
			].map(([type = 0n, cookie = 0n]) => {
				const got = vm.apply({
					op: 'call',
					vcpu: 0,
					isa: 'a64',
					conduit: 'hvc',
					imm: 0,
					x: [OFF2, type, cookie],
				});
				if ('outcome' in got && got.outcome === 'system_event') {
					expect(got).toMatchObject({ type: 1, ndata: 1, data0: 1n });
					shutdowns++;
					vm.apply({ op: 'set_mp_state', vcpu: 0, state: 0 });
					vm.apply({ op: 'run', vcpu: 0 });
				}
				return vm.x0(0);
			});
			expect(results).toEqual([-2n, -6n, -2n, -6n]);
			expect(shutdowns).toBe(2);
		});
	},
);

describe.each(withFilter.map((p) => [p.name, p] as const))('smccc_filter on %s', (_name, profile) => {
	const filter = (
		base: number,
		count: number,
		action: 'deny' | 'fwd_to_user' | number,
		pad = 0,
	): Operation => ({
		op: 'smccc_filter',
		base,
		count,
		action,
		pad,
	});

	it('refuses what is malformed, reserved or overlapping', () => {
		const vm = new Driver(profile);
		expect(vm.result(filter(0x84000001, 1, 'deny', 1))).toBe(-22);
		expect(vm.result(filter(0x80000000, 0x10000, 'deny'))).toBe(-17);
		expect(vm.result(filter(0xc0000000, 0x10000, 'deny'))).toBe(-17);
		expect(vm.result(filter(0x84000001, 0, 'deny'))).toBe(-22);
		expect(vm.result(filter(0xffffffff, 2, 'deny'))).toBe(-22);
		expect(vm.result(filter(0x84000001, 1, 255))).toBe(-22);
		expect(vm.result(filter(0x84000000, 16, 'deny'))).toBe(0);
		expect(vm.result(filter(0x8400000f, 4, 'deny'))).toBe(-17);
	});

	it('denies and forwards by HVC and by SMC', () => {
		for (const conduit of ['hvc', 'smc'] as const) {
			const vm = new Driver(profile);
			vm.apply(filter(0x84000000, 1, 'deny'));
			vm.apply(filter(0xc4000004, 1, 'fwd_to_user'));
			expect(vm.call(0, conduit, 0x84000000n)).toBe(-1n);
			const got = vm.apply({ op: 'call', vcpu: 0, isa: 'a64', conduit, imm: 0, x: [AFFINITY_INFO, 0n, 0n] });
			expect(got).toEqual({ outcome: 'hypercall', nr: 0xc4000004, flags: conduit === 'smc' ? 1 : 0 });
		}
	});

	it('is closed once a vCPU has run', () => {
		const vm = new Driver(profile);
		vm.hvc(0, 0x84000000n);
		expect(vm.result(filter(0x84000000, 1, 'deny'))).toBe(-16);
	});
});

describe('hypercalls', () => {
	it.each(['5.19', '6.1', '6.4', '6.12', '6.13', '7.2'])(
		'bitmaps on %s: all on, unknown bits refused, closed after a run',
		(name) => {
			const profile = profileNamed(name);
			if (!profile) throw new Error(name);
			const vm = new Driver(profile);
			for (const reg of ['STD_BMAP', 'STD_HYP_BMAP', 'VENDOR_HYP_BMAP'] as const) {
				const all = profile.behaviours.bitmaps[reg]?.mask ?? 0n;
				expect(vm.register(0, reg)).toBe(all);
				expect(vm.result({ op: 'set_reg', vcpu: 0, reg, value: all + 1n })).toBe(-22);
				expect(vm.result({ op: 'set_reg', vcpu: 0, reg, value: 0n })).toBe(0);
				expect(vm.register(0, reg)).toBe(0n);
			}
			vm.hvc(0, 0x84000000n);
			expect(vm.result({ op: 'set_reg', vcpu: 0, reg: 'STD_BMAP', value: 1n })).toBe(-16);
		},
	);
});

describe.each(with02.map((p) => [p.name, p] as const))(
	'kvm-unit-tests arm/psci.c on %s',
	(_name, profile) => {
		// The test takes an undefined-instruction exception too, which our guest spins in.
		it('invalid-function: 1337 is not supported', () => {
			const undef = profile.behaviours.unknownCalls === 'undefined instruction';
			expect(new Driver(profile).hvc(0, 1337n)).toBe(undef ? 'blocked' : -1n);
		});

		it('affinity-info: cpu0 is on, cpu1 is off', () => {
			const vm = new Driver(profile);
			expect(vm.hvc(0, AFFINITY_INFO, 0n, 0n)).toBe(0n);
			expect(vm.hvc(0, AFFINITY_INFO, 1n, 0n)).toBe(1n);
		});

		it('cpu-on: of all who ask for cpu1 exactly one succeeds', () => {
			const vm = new Driver(profile, 4);
			for (const n of [2, 3]) {
				vm.hvc(0, CPU_ON, BigInt(n), PAD, 0n);
				vm.apply({ op: 'run', vcpu: n });
			}
			const answers = [0, 2, 3].map((n) => vm.hvc(n, CPU_ON, 1n, PAD, 0n));
			expect(answers).toEqual([0n, -4n, -4n]);
			expect(vm.apply({ op: 'run', vcpu: 1 })).toMatchObject({ outcome: 'return' });
		});

		it('cpu-off: every secondary goes off, and none returns', () => {
			const vm = new Driver(profile, 4);
			for (const n of [1, 2, 3]) {
				vm.hvc(0, CPU_ON, BigInt(n), PAD, 0n);
				expect(vm.hvc(n, 0x84000002n)).toBe('blocked');
				expect(vm.hvc(0, AFFINITY_INFO, BigInt(n), 0n)).toBe(1n);
			}
		});
	},
);

describe('tf-a-tests, as far as a KVM guest can run them', () => {
	const latest = profileNamed('7.2');
	if (!latest) throw new Error('7.2');

	it('hotplug: a core that is on, an MPIDR that no core has', () => {
		const vm = new Driver(latest);
		expect(vm.hvc(0, CPU_ON, 0n, PAD, 0n)).toBe(-4n);
		expect(vm.hvc(0, CPU_ON, 0xffffffffn, PAD, 0n)).toBe(-2n);
	});

	it('a bad entry point: the specification wants INVALID_ADDRESS, KVM says SUCCESS', () => {
		expect(new Driver(latest).hvc(0, CPU_ON, 1n, 0xffffffffffffffffn, 0n)).toBe(0n);
	});

	it('FEATURES: mandatory functions are there, an unknown number is not', () => {
		const vm = new Driver(latest);
		for (const id of [
			0x84000000n,
			0xc4000001n,
			0x84000002n,
			CPU_ON,
			AFFINITY_INFO,
			0x84000008n,
			0x84000009n,
			FEATURES,
		])
			expect(vm.hvc(0, FEATURES, id)).toBe(0n);
		expect(vm.hvc(0, FEATURES, 0xc400a011n)).toBe(-1n);
	});

	it('MIGRATE: type 2, and the call is not supported', () => {
		const vm = new Driver(latest);
		expect(vm.hvc(0, 0x84000006n)).toBe(2n);
		expect(vm.hvc(0, 0xc4000005n, 1n)).toBe(-1n);
	});
});

describe('an empty VM', () => {
	it('has no vCPU to ask', () => {
		const profile = profileNamed('6.12');
		if (!profile) throw new Error('6.12');
		expect(step(createVm(profile), { op: 'run', vcpu: 0 }).got).toEqual({ r: 'no such vcpu' });
	});
});
