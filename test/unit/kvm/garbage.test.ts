// Operations that no careful userspace would ask for: wild numbers, names and shapes. The model answers each
// one or its reader says what is wrong; nothing else is ever thrown. Vacuous if the generator drew only what is
// refused at once, so both ways out, and answers of all kinds, are counted.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Operation, PROFILES, profileNamed, step, type Vm } from '../../../src/kvm/index.ts';
import { answerJson, viewJson } from '../../../src/kvm/replay.ts';
import { type Json, parseScenario } from '../../../src/kvm/vector.ts';
import { createVm } from '../../../src/kvm/vm.ts';

const number = fc.oneof(
	fc.constantFrom(0, 1, 2, 3, 5, 10, 16, 511, 512, -1, -0, 0.5, 1e300, 2 ** 31, 2 ** 32, 2 ** 53, 2 ** 64),
	fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
	fc.integer(),
	fc.double(),
);
const vcpu = fc.oneof({ weight: 6, arbitrary: fc.constantFrom(0, 1, 2) }, { weight: 1, arbitrary: number });
const big = fc.oneof(
	fc.constantFrom(0n, 1n, 2n, 0x10000n, 0x3c5n, 0x1d3n, 0x40000400n, 1n << 64n, -1n, -(1n << 70n)),
	fc.bigInt({ min: -(1n << 80n), max: 1n << 80n }),
);
const call = fc.oneof(
	fc.constantFrom(0x84000003n, 0xc4000003n, 0xc4000004n, 0x8400000an, 0x84000012n, 0xc4000015n, 0xc400000en),
	big,
);
const name = fc.oneof(
	fc.constantFrom('PC', 'PSTATE', 'X0', 'X30', 'X31', 'X00', 'X-1', 'MPIDR_EL1', 'SCTLR_EL1', 'SP_EL0'),
	fc.constantFrom(
		'PSCI_VERSION',
		'WORKAROUND_1',
		'WORKAROUND_2',
		'STD_BMAP',
		'VENDOR_HYP_BMAP_2',
		'FW_REG_4',
	),
	fc.constantFrom('', '__proto__', 'constructor', 'toString', 'ARM_SYSTEM_SUSPEND', 'MAX_VCPUS'),
	fc.string(),
);
const op = <O extends Operation['op']>(value: O) => fc.constant(value);

/** Of the right shape, with any number, name and size in it. */
const wild: fc.Arbitrary<Operation> = fc.oneof(
	fc.record({ op: op('check_cap'), cap: name }),
	fc.record({ op: op('enable_cap'), cap: name, flags: number, arg0: big }),
	fc.record({ op: op('has_attr'), group: number, attr: number }),
	fc.record({
		op: op('smccc_filter'),
		base: number,
		count: number,
		action: fc.oneof(fc.constantFrom('handle' as const, 'deny' as const, 'fwd_to_user' as const), number),
		pad: number,
	}),
	fc.record({ op: op('vcpu_create'), vcpu, id: number }),
	fc.record({
		op: op('vcpu_init'),
		vcpu,
		features: fc.array(
			fc.constantFrom(...(['POWER_OFF', 'EL1_32BIT', 'PSCI_0_2', 'PSCI_0_2', 'BIT_30', 'BIT_31'] as const)),
			{ maxLength: 4 },
		),
	}),
	fc.record({ op: op('get_reg'), vcpu, reg: name }),
	fc.record({ op: op('set_reg'), vcpu, reg: name, value: big }),
	fc.record({ op: op('list_fw_regs'), vcpu }),
	fc.record({ op: op('set_mp_state'), vcpu, state: number }),
	fc.record({ op: op('get_mp_state'), vcpu }),
	fc.record({
		op: op('irq'),
		vcpu,
		level: number,
		line: fc.oneof(fc.constantFrom('irq' as const, 'fiq' as const), number),
	}),
	fc.record({
		op: op('call'),
		vcpu,
		isa: fc.constantFrom('a64' as const, 'a32' as const),
		conduit: fc.constantFrom('hvc' as const, 'smc' as const, 'wfi' as const, 'nop' as const),
		imm: fc.oneof(fc.constantFrom(0, 0, 1), number),
		x: fc.tuple(call, fc.array(big, { maxLength: 40 })).map(([id, rest]) => [id, ...rest]),
	}),
	fc.record({ op: op('run'), vcpu }),
	fc.record({ op: op('run_immediate'), vcpu }),
	fc.record({
		op: op('observe'),
		what: fc.constantFrom('all' as const, 'mp_state' as const, 'nothing' as const),
	}),
);

const START: readonly Operation[] = [
	{ op: 'vcpu_create', vcpu: 0, id: 0 },
	{ op: 'vcpu_init', vcpu: 0, features: ['PSCI_0_2'] },
	{ op: 'vcpu_create', vcpu: 1, id: 1 },
	{ op: 'vcpu_init', vcpu: 1, features: ['PSCI_0_2', 'POWER_OFF'] },
];

const is64 = (value: bigint) => value >= 0n && value < 1n << 64n;

/** Whether all that is left of the VM is what a VM can be. */
const sound = (vm: Vm): boolean =>
	vm.vcpus.every(({ id, mpState, registers: { x, ...others } }) => {
		const right = Number.isInteger(id) && [0, 5, 10].includes(mpState) && x.length === 31;
		return right && x.every(is64) && Object.values(others).every(is64);
	});

/** Applies the operations, each answer and state held against what they can be; the kinds of answers. */
function answers(vm: Vm, operations: readonly Operation[]): ReadonlySet<string> {
	const kinds = new Set<string>();
	let now = vm;
	for (const operation of operations) {
		const { got, after, decisions, vcpus } = step(now, operation);
		const text = JSON.stringify([answerJson(got), vcpus.map(viewJson)]);
		const whole = 'outcome' in got || got.r === 'no such vcpu' || Number.isInteger(got.r);
		if (!whole || decisions.length === 0 || text.includes('"0x-') || !sound(after))
			throw new Error(`${operation.op} is answered by ${text}`);
		if ('outcome' in got) kinds.add(got.outcome);
		else kinds.add(typeof got.r === 'string' ? got.r : got.r < 0 ? 'an errno' : 'a result');
		now = after;
	}
	return kinds;
}

describe('the model', () => {
	it('answers operations with any number and any name in them', () => {
		const seen = new Set<string>();
		fc.assert(
			fc.property(fc.constantFrom(...PROFILES), fc.array(wild, { maxLength: 20 }), (profile, operations) => {
				for (const kind of answers(createVm(profile, 'all'), [...START, ...operations])) seen.add(kind);
			}),
			{ numRuns: 200 },
		);
		for (const kind of ['a result', 'an errno', 'no such vcpu', 'return', 'blocked', 'error'])
			expect(seen).toContain(kind);
	});

	const latest = () => createVm(profileNamed('7.2') ?? PROFILES[0] ?? fail(), 'all');
	const last = (...operations: Operation[]) => {
		let vm = latest();
		let got: unknown;
		for (const operation of [...START, ...operations]) ({ after: vm, got } = step(vm, operation));
		return got;
	};

	it('makes no vCPU of an id that is no number of a vCPU', () => {
		for (const id of [Number.NaN, 0.5, -1, 2 ** 32, Number.POSITIVE_INFINITY])
			expect(last({ op: 'vcpu_create', vcpu: 2, id })).toEqual({ r: -22 });
	});

	it('takes 64 bits of a value, and no other spelling of a register', () => {
		const value = (1n << 64n) + 0x10001n;
		expect(last({ op: 'set_reg', vcpu: 0, reg: 'PSCI_VERSION', value })).toEqual({ r: 0 });
		for (const reg of ['X00', 'X07', 'X31', 'x0', 'X'])
			expect(last({ op: 'get_reg', vcpu: 0, reg })).toEqual({ r: -2 });
	});
});

function fail(): never {
	throw new Error('there are profiles');
}

const json: fc.Arbitrary<Json> = fc.oneof(
	fc.constantFrom<Json>(
		null,
		true,
		0,
		1,
		2,
		-1,
		0.5,
		1e21,
		'0x1',
		'0x',
		'-1',
		'irq',
		'a64',
		'hvc',
		'PC',
		[],
		{},
	),
	fc.constantFrom<Json>(
		'RUNNABLE',
		'BOGUS',
		'all',
		'deny',
		['PSCI_0_2'],
		['FOO'],
		[null],
		['0x84000000', 'y'],
	),
	fc.jsonValue().map((value) => value as Json),
);
const NAMES =
	'check_cap enable_cap has_attr smccc_filter vcpu_create vcpu_init get_reg set_reg list_fw_regs set_mp_state get_mp_state irq call run run_immediate observe nonsense';
const FIELDS =
	'vcpu cap flags arg0 group attr base count action pad id features reg value state level line isa conduit imm x what';
const shapeless = fc.record(
	{
		op: fc.oneof(
			{ weight: 9, arbitrary: fc.constantFrom<Json>(...NAMES.split(' ')) },
			{ weight: 1, arbitrary: json },
		),
		...Object.fromEntries(FIELDS.split(' ').map((field) => [field, json])),
	},
	{ requiredKeys: ['op'] },
);

describe('the reader of vectors', () => {
	const line = (...ops: unknown[]) =>
		JSON.stringify({ id: 's', kernel: '7.2.13', ops: ops.map((o) => ({ op: o, got: {}, vcpus: [] })) });

	it('reads an operation that the model can answer, or says what is wrong with it', () => {
		let read = 0;
		let refused = 0;
		fc.assert(
			fc.property(fc.constantFrom(...PROFILES), shapeless, (profile, shape) => {
				let operations: readonly Operation[];
				try {
					operations = parseScenario(line(shape)).steps.map((s) => s.op);
				} catch (error) {
					refused++;
					expect(error).toBeInstanceOf(SyntaxError);
					expect(String(error)).toMatch(/s, step 0: /);
					return;
				}
				read++;
				answers(createVm(profile, 'all'), [...START, ...operations]);
			}),
			{ numRuns: 1000 },
		);
		expect(read).toBeGreaterThan(5);
		expect(refused).toBeGreaterThan(10);
	});

	it.each([
		[{ op: 'nonsense' }, "there is no operation 'nonsense'"],
		[{ op: 'run' }, 'run: vcpu is missing'],
		[{ op: 'run', vcpu: 0.5 }, 'run: vcpu is no whole number: 0.5'],
		[{ op: 'vcpu_init', vcpu: 0, features: ['PSCI_0_3'] }, "vcpu_init: features: there is no 'PSCI_0_3'"],
		[{ op: 'set_mp_state', vcpu: 0, state: 'ASLEEP' }, "set_mp_state: state: there is no 'ASLEEP'"],
		[{ op: 'set_reg', vcpu: 0, reg: 'PC', value: '0xg' }, 'set_reg: value is no whole number: "0xg"'],
		[{ op: 'get_reg', vcpu: 0, reg: 3 }, 'get_reg: reg is no name: 3'],
		[{ op: 'call', vcpu: 0, isa: 'a64', conduit: 'svc', x: [] }, "call: conduit: there is no 'svc'"],
		[{ op: 'call', vcpu: 0, isa: 'a64', conduit: 'hvc', x: 7 }, 'call: x is no list: 7'],
		[{ op: 'observe', what: 'some' }, "observe: what: there is no 'some'"],
		[7, 'op and got expected'],
	])('says of %j: %s', (operation, message) => {
		expect(() => parseScenario(line(operation))).toThrow(`s, step 0: ${message}`);
	});

	it('does without what an operation may leave out, and beside what it does not know', () => {
		const read = parseScenario(
			line(
				{ op: 'call', vcpu: 0, isa: 'a64', conduit: 'nop', x: ['0x1'], note: 'extra' },
				{ op: 'enable_cap', cap: 'ARM_SYSTEM_SUSPEND' },
				{ op: 'irq', vcpu: 0, level: 1, line: 7 },
			),
		);
		expect(read.steps.map((s) => s.op)).toEqual([
			{ op: 'call', vcpu: 0, isa: 'a64', conduit: 'nop', imm: 0, x: [1n] },
			{ op: 'enable_cap', cap: 'ARM_SYSTEM_SUSPEND', flags: 0, arg0: 0n },
			{ op: 'irq', vcpu: 0, level: 1, line: 7 },
		]);
	});
});
