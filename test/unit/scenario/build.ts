// Programs for tests, built in code: a line of the list is a line of the text.

import type { Operation } from '../../../src/kvm/index.ts';
import type { Expectation, Expected } from '../../../src/scenario/expectation.ts';
import type { Condition, Expression } from '../../../src/scenario/expression.ts';
import type { Machine, MachineVcpu, Place, Program } from '../../../src/scenario/program.ts';
import type { Schedule, Statement, Task } from '../../../src/scenario/statement.ts';

let line = 0;

export function place(): Place {
	line++;
	return { file: 'test.psci', line, column: 1, endLine: line, endColumn: 80 };
}

export const n = (value: bigint | number): Expression => ({ kind: 'number', value: BigInt(value) });

export function expect_(what: Expected, text: string = what.kind): Expectation {
	return { place: place(), text, what };
}
export const gives = (...values: (bigint | number)[]) =>
	expect_({ kind: 'result', anyOf: values.map(n) }, `=> ${values.join(' or ')}`);
export const state = (vcpu: number, mp: number) =>
	expect_({ kind: 'condition', condition: { kind: 'state', vcpu, state: mp } }, `state vcpu${vcpu} ${mp}`);
export const exit = (type: number, flags?: number) =>
	expect_({ kind: 'system_event', type, ...(flags === undefined ? {} : { flags: n(flags) }) });

export const CPU_ON = 0xc4000003;
export const CPU_OFF = 0x84000002;
export const AFFINITY_INFO = 0xc4000004;
export const VERSION = 0x84000000;
export const SYSTEM_OFF = 0x84000008;
export const SYSTEM_RESET = 0x84000009;
export const CPU_SUSPEND = 0xc4000001;
export const SYSTEM_SUSPEND = 0xc400000e;
export const PAD = 0x40000400;

export function call(
	vcpu: number,
	x: readonly (number | bigint | Expression)[],
	...expect: readonly Expectation[]
): Statement {
	const first = x[0];
	return {
		kind: 'operation',
		place: place(),
		operation: {
			op: 'call',
			vcpu,
			isa: 'a64',
			conduit: 'hvc',
			imm: 0,
			x: x.map((v) => (typeof v === 'object' ? v : n(v))),
		},
		text: `vcpu${vcpu}: call 0x${typeof first === 'number' ? first.toString(16) : '?'}`,
		expect,
	};
}

export function op(
	operation: Exclude<Operation, { op: 'call' | 'set_reg' | 'enable_cap' }>,
	...expect: readonly Expectation[]
): Statement {
	return { kind: 'operation', place: place(), operation, text: operation.op, expect };
}

export const irq = (vcpu: number, level = 1) => op({ op: 'irq', vcpu, line: 'irq', level });
export const wait = (until: Condition): Statement => ({ kind: 'wait', place: place(), until, text: 'wait' });
export const expects = (...expect: readonly Expectation[]): Statement => ({
	kind: 'expect',
	place: place(),
	expect,
});

export function task(vcpu: number | undefined, ...body: readonly Statement[]): Task {
	return {
		place: place(),
		name: vcpu === undefined ? 'vmm' : `vcpu${vcpu}`,
		body,
		...(vcpu === undefined ? {} : { vcpu }),
	};
}
export const together = (...tasks: readonly Task[]): Statement => ({
	kind: 'together',
	place: place(),
	tasks,
});

export interface Settings {
	readonly vcpus?: readonly Pick<MachineVcpu, 'id' | 'features'>[];
	readonly policy?: string;
	readonly kernel?: string;
	readonly capabilities?: readonly string[];
	readonly schedule?: Schedule;
}

/** vCPU 0 runs, all others start powered off. */
export function vcpus(count: number): readonly Pick<MachineVcpu, 'id' | 'features'>[] {
	return Array.from({ length: count }, (_, id) => ({
		id,
		features: id === 0 ? (['PSCI_0_2'] as const) : (['PSCI_0_2', 'POWER_OFF'] as const),
	}));
}

export function program(settings: Settings, ...statements: readonly Statement[]): Program {
	const machine: Machine = {
		place: place(),
		host: {},
		observe: 'nothing',
		kernel: settings.kernel ?? '7.2',
		...(settings.policy === undefined ? {} : { policy: settings.policy }),
		capabilities: (settings.capabilities ?? []).map((cap) => ({ place: place(), cap, arg0: 0n })),
		filters: [],
		vcpus: (settings.vcpus ?? vcpus(2)).map((vcpu) => ({ ...vcpu, place: place() })),
		deviceTree: { method: 'hvc', compatible: ['arm,psci-1.0'], functionIds: {} },
		bootEntry: BigInt(PAD),
		bootX0: 0n,
	};
	return {
		file: 'test.psci',
		title: 'test',
		machine,
		statements,
		schedule: settings.schedule ?? { kind: 'text order' },
	};
}
