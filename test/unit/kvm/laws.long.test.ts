// Laws of the model, on random scenarios. Vacuous if the scenarios did nothing: the generator draws vCPU
// numbers, states and calls from small sets, and the last test counts that guests do return and exit.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	type KernelProfile,
	type Operation,
	PROFILES,
	profileNamed,
	step,
	type Vm,
} from '../../../src/kvm/index.ts';
import { differences } from '../../../src/kvm/profiles.ts';
import { answerJson } from '../../../src/kvm/replay.ts';
import { createVm } from '../../../src/kvm/vm.ts';
import { FUNCTIONS } from '../../../src/psci/functions.ts';

const u64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
const small = fc.constantFrom(
	0n,
	1n,
	2n,
	3n,
	0x100n,
	0x40000400n,
	0x40000440n,
	0x80000000n,
	0x84000003n,
	0xc4000015n,
);
const id = fc.oneof(
	{ weight: 5, arbitrary: fc.constantFrom(...FUNCTIONS.flatMap((fn) => fn.ids)).map(BigInt) },
	{ weight: 1, arbitrary: u64 },
);
const register = fc.oneof({ weight: 3, arbitrary: small }, { weight: 1, arbitrary: u64 });
const vcpu = fc.integer({ min: 0, max: 3 });

const call: fc.Arbitrary<Operation> = fc.record({
	op: fc.constant('call' as const),
	vcpu,
	isa: fc.constantFrom('a64' as const, 'a32' as const),
	conduit: fc.constantFrom('hvc' as const, 'hvc' as const, 'smc' as const, 'wfi' as const, 'nop' as const),
	imm: fc.constantFrom(0, 0, 0, 1, 15, 0xffff),
	x: fc.tuple(id, register, register, register, register, register, register, register),
});

const features = fc.constantFrom(
	...([
		['PSCI_0_2'],
		['PSCI_0_2', 'POWER_OFF'],
		[],
		['EL1_32BIT', 'PSCI_0_2'],
		['BIT_30', 'PSCI_0_2'],
	] as const),
);

const REGISTERS = [
	'PSCI_VERSION',
	'STD_BMAP',
	'VENDOR_HYP_BMAP',
	'VENDOR_HYP_BMAP_2',
	'WORKAROUND_2',
	'FW_REG_4',
];
const PLAIN = ['PC', 'PSTATE', 'X0', 'X30', 'MPIDR_EL1', 'SCTLR_EL1', 'NO_SUCH_REGISTER'];

const other: fc.Arbitrary<Operation> = fc.oneof(
	fc.record({ op: fc.constant('vcpu_init' as const), vcpu, features }),
	fc.record({ op: fc.constant('run' as const), vcpu }),
	fc.record({ op: fc.constant('run_immediate' as const), vcpu }),
	fc.record({ op: fc.constant('set_mp_state' as const), vcpu, state: fc.constantFrom(0, 5, 10, 3, -1) }),
	fc.record({ op: fc.constant('get_mp_state' as const), vcpu }),
	fc.record({
		op: fc.constant('irq' as const),
		vcpu,
		level: fc.constantFrom(0, 1),
		line: fc.constantFrom('irq' as const, 'fiq' as const, 2),
	}),
	fc.record({ op: fc.constant('get_reg' as const), vcpu, reg: fc.constantFrom(...REGISTERS, ...PLAIN) }),
	fc.record({
		op: fc.constant('set_reg' as const),
		vcpu,
		reg: fc.constantFrom(...REGISTERS, ...PLAIN),
		value: fc.oneof(fc.constantFrom(0n, 1n, 2n, 3n, 0x10000n, 0x10001n, 0x10003n, 0x3c5n), u64),
	}),
	fc.record({ op: fc.constant('list_fw_regs' as const), vcpu }),
	fc.record({
		op: fc.constant('enable_cap' as const),
		cap: fc.constantFrom('ARM_SYSTEM_SUSPEND', 'ARM_SYSTEM_OFF2', 'VM_NONEXISTENT'),
		flags: fc.constantFrom(0, 1),
		arg0: u64,
	}),
	fc.record({
		op: fc.constant('smccc_filter' as const),
		base: fc.constantFrom(0x84000000, 0xc4000000, 0x80000000, 0xffffffff, 0),
		count: fc.constantFrom(0, 1, 32, 0xffffffff),
		action: fc.constantFrom('handle' as const, 'deny' as const, 'fwd_to_user' as const, 7),
		pad: fc.constantFrom(0, 1),
	}),
	fc.record({ op: fc.constant('vcpu_create' as const), vcpu, id: fc.constantFrom(0, 1, 2, 16, 600, -1) }),
	fc.record({
		op: fc.constant('observe' as const),
		what: fc.constantFrom('all' as const, 'nothing' as const),
	}),
);

/** A filter only takes hold before the first run, so half of the scenarios begin with one. */
const filter: fc.Arbitrary<Operation> = fc.record({
	op: fc.constant('smccc_filter' as const),
	base: fc.constantFrom(0x84000000, 0xc4000000),
	count: fc.constantFrom(4, 32),
	action: fc.constantFrom('deny' as const, 'fwd_to_user' as const),
	pad: fc.constant(0),
});

const scenario = fc
	.tuple(
		fc.array(filter, { maxLength: 1 }),
		fc.array(fc.oneof({ weight: 3, arbitrary: call }, { weight: 2, arbitrary: other }), {
			minLength: 1,
			maxLength: 25,
		}),
	)
	.map(([first, rest]) => [...first, ...rest]);
const profile = fc.constantFrom(...PROFILES);

function booted(kernel: KernelProfile): Vm {
	const start: Operation[] = [
		{ op: 'vcpu_create', vcpu: 0, id: 0 },
		{ op: 'vcpu_create', vcpu: 1, id: 1 },
		{ op: 'vcpu_init', vcpu: 0, features: ['PSCI_0_2'] },
		{ op: 'vcpu_init', vcpu: 1, features: ['PSCI_0_2', 'POWER_OFF'] },
	];
	const psci01 = start.map((o) =>
		o.op === 'vcpu_init' ? { ...o, features: o.features.filter((f) => f !== 'PSCI_0_2') } : o,
	);
	const list = kernel.behaviours.psciVersions.length > 1 ? start : psci01;
	return list.reduce((vm, operation) => step(vm, operation).after, createVm(kernel, 'all'));
}

const text = (value: unknown) =>
	JSON.stringify(value, (_key, v: unknown) => (typeof v === 'bigint' ? `${v}n` : v));

/** Freezes a state and everything that it holds; profiles are shared and stay as they are. */
function freeze(value: unknown): void {
	if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
	Object.freeze(value);
	for (const inner of Object.values(value)) freeze(inner);
}

describe('the model', () => {
	it('answers the same for the same state and operation, and leaves the state as it was', () => {
		fc.assert(
			fc.property(profile, scenario, (kernel, operations) => {
				let vm = booted(kernel);
				for (const operation of operations) {
					freeze(vm);
					const first = step(vm, operation);
					const second = step(vm, operation);
					expect(text(second)).toBe(text(first));
					vm = first.after;
				}
			}),
			{ numRuns: 150 },
		);
	});

	it('answers any operation, whatever stands in the registers', () => {
		fc.assert(
			fc.property(profile, scenario, (kernel, operations) => {
				let vm = booted(kernel);
				for (const operation of operations) {
					const made = step(vm, operation);
					expect('outcome' in made.got || 'r' in made.got).toBe(true);
					expect(made.decisions.length).toBeGreaterThan(0);
					for (const { registers } of made.after.vcpus)
						for (const value of [...registers.x, registers.pc, registers.pstate])
							expect(value >= 0n && value < 1n << 64n).toBe(true);
					vm = made.after;
				}
			}),
			{ numRuns: 300 },
		);
	});
});

describe('6.12 and 7.2', () => {
	const old = profileNamed('6.12');
	const current = profileNamed('7.2');
	if (!old || !current) throw new Error('two of the proven profiles');

	it('differ, by the table, in the versions, in SYSTEM_OFF2 and in the second bitmap', () => {
		expect([...differences(old, current)].sort()).toEqual(
			['bitmaps', 'off2CookieChecked', 'off2Types', 'psciVersions', 'systemOff2'].sort(),
		);
	});

	it('answer alike, except to what these five are about', () => {
		let compared = 0;
		fc.assert(
			fc.property(scenario, (operations) => {
				// Pinned to 1.1, so that the version itself does not differ.
				const pin: Operation = { op: 'set_reg', vcpu: 0, reg: 'PSCI_VERSION', value: 0x10001n };
				let a = step(booted(old), pin).after;
				let b = step(booted(current), pin).after;
				for (const operation of operations) {
					const made = [step(a, operation), step(b, operation)] as const;
					if (concerns(operation)) return;
					expect(answerJson(made[1].got)).toEqual(answerJson(made[0].got));
					expect(text(made[1].vcpus)).toBe(text(made[0].vcpus));
					compared++;
					a = made[0].after;
					b = made[1].after;
				}
			}),
			{ numRuns: 300 },
		);
		expect(compared).toBeGreaterThan(500);
	});

	/** Setting the version or looking at the second bitmap; the list of registers shows it too. */
	function concerns(operation: Operation): boolean {
		if (operation.op === 'list_fw_regs') return true;
		if (operation.op === 'set_reg') return /^PSCI_VERSION$|^VENDOR_HYP_BMAP_2$/.test(operation.reg);
		return operation.op === 'get_reg' && operation.reg === 'VENDOR_HYP_BMAP_2';
	}
});

describe('two kernels', () => {
	it('answer alike once the behaviours that the table tells apart are exchanged', () => {
		fc.assert(
			fc.property(profile, profile, scenario, (one, another, operations) => {
				const differing = differences(one, another).map((name) => [name, another.behaviours[name]]);
				const disguised: KernelProfile = {
					...one,
					host: another.host,
					behaviours: { ...one.behaviours, ...Object.fromEntries(differing) },
				};
				let a = booted(another);
				let b = booted(disguised);
				for (const operation of operations) {
					const made = [step(a, operation), step(b, operation)] as const;
					expect(text([made[1].got, made[1].vcpus])).toBe(text([made[0].got, made[0].vcpus]));
					a = made[0].after;
					b = made[1].after;
				}
			}),
			{ numRuns: 150 },
		);
	});
});

describe('the generator', () => {
	it('makes guests return, exit and block', () => {
		const seen = new Set<string>();
		for (const operations of fc.sample(scenario, { numRuns: 300, seed: 1 })) {
			let vm = booted(PROFILES.at(-1) ?? PROFILES[0] ?? fail());
			for (const operation of operations) {
				const made = step(vm, operation);
				if ('outcome' in made.got) seen.add(made.got.outcome);
				vm = made.after;
			}
		}
		expect([...seen].sort()).toEqual(['blocked', 'error', 'hypercall', 'return', 'system_event']);
	});
});

function fail(): never {
	throw new Error('there are profiles');
}
