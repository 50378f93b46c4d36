// Which parts of the machine a statement may look at and may change, whatever the state: two turns that do
// not touch each other's parts give the same in either order. Where in doubt a footprint is everything, so
// that leaving out orders (persistent-set.ts) never leaves out a result.

import { affinityOf, type Vm } from '../kvm/index.ts';
import { AFFINITY_BITS } from '../psci/mpidr.ts';
import { type Instruction, labelOf } from './code.ts';
import type { Expression } from './expression.ts';
import { conditionReads, expectationsRead, expressionReads, type Reads } from './reads.ts';
import type { OperationTemplate } from './statement.ts';

/**
 * Parts as bits: the VM as a whole, the VMM's machine, then each vCPU (many share the last bit), and the labels that
 * were reached.
 */
export interface Footprint {
	readonly reads: number;
	readonly writes: number;
}

const VM = 1;
const MACHINE = 2;
const LABELS = 0x40000000;
const ALL = 0x7fffffff;
export const NOTHING: Footprint = { reads: 0, writes: 0 };
export const EVERYTHING: Footprint = { reads: ALL, writes: ALL };

const FIRST_VCPU = 2;
const VCPU_BITS = 14;

/** Whether it is on and what is asked of it; and all the rest: registers, interrupt lines. */
const power = (vcpu: number) => 1 << (FIRST_VCPU + 2 * Math.min(vcpu, VCPU_BITS - 1));
const whole = (vcpu: number) => 3 << (FIRST_VCPU + 2 * Math.min(vcpu, VCPU_BITS - 1));

export function conflict(a: Footprint, b: Footprint): boolean {
	return (a.writes & (b.reads | b.writes)) !== 0 || (b.writes & a.reads) !== 0;
}

export function union(a: Footprint, b: Footprint): Footprint {
	return { reads: a.reads | b.reads, writes: a.writes | b.writes };
}

/** What holds for all of the programs side by side. */
export interface Surroundings {
	readonly vm: Vm;
	readonly policy: boolean;
	/** a vCPU may come to run guest code that makes a call of its own (an entry point at a stub) */
	readonly strayCalls: boolean;
}

/** Of one instruction; `own`: the vCPU whose program it is. */
export function footprintOf(
	instruction: Instruction,
	around: Surroundings,
	own: number | undefined,
): Footprint {
	const acts = actionFootprint(instruction, around, own);
	return labelOf(instruction) === undefined ? acts : union(acts, { reads: 0, writes: LABELS });
}

function actionFootprint(instruction: Instruction, around: Surroundings, own: number | undefined): Footprint {
	// Whether a guest's program runs at all: its vCPU, and the machine being on.
	const able: Footprint = { reads: own === undefined ? 0 : whole(own) | MACHINE, writes: 0 };
	switch (instruction.do) {
		case 'act': {
			const { statement } = instruction;
			if (statement.kind === 'vmm') return EVERYTHING;
			const acts = operationFootprint(statement.operation, around);
			return union(union(able, acts), looks(expectationsRead(statement.expect)));
		}
		case 'expect':
			return looks(expectationsRead(instruction.statement.expect));
		case 'assign':
			return looks(expressionReads(instruction.statement.value));
		case 'wait':
			return union(able, looks(conditionReads(instruction.statement.until)));
		case 'unless':
			return looks(conditionReads(instruction.condition));
		case 'round': {
			const { condition } = instruction.statement;
			return condition ? looks(conditionReads(condition.ends)) : NOTHING;
		}
		case 'jump':
		case 'begin':
		case 'use':
			return NOTHING;
		case 'together':
			return EVERYTHING;
	}
}

function looks({ vcpus, machine, labels }: Reads): Footprint {
	const first = (machine ? MACHINE : 0) | (labels ? LABELS : 0);
	return { reads: vcpus.reduce((bits, vcpu) => bits | whole(vcpu), first), writes: 0 };
}

function changes(vcpu: number): Footprint {
	return { reads: whole(vcpu) | VM, writes: whole(vcpu) };
}

function operationFootprint(operation: OperationTemplate, around: Surroundings): Footprint {
	// Reading registers back carries out whatever resets are owed.
	if (around.vm.observe === 'all') return EVERYTHING;
	switch (operation.op) {
		case 'call':
			return callFootprint(operation.vcpu, operation.x, around);
		case 'run':
			return around.strayCalls ? EVERYTHING : changes(operation.vcpu);
		case 'run_immediate':
		case 'irq':
		case 'set_mp_state':
		case 'get_mp_state':
			return changes(operation.vcpu);
		case 'get_reg':
			return isCore(operation.reg) ? changes(operation.vcpu) : EVERYTHING;
		case 'set_reg': {
			if (!isCore(operation.reg) || operation.reg === 'MPIDR_EL1') return EVERYTHING;
			return union(changes(operation.vcpu), looks(expressionReads(operation.value)));
		}
		default:
			return EVERYTHING;
	}
}

function isCore(register: string): boolean {
	return /^(X\d+|PC|PSTATE|SP_EL0|\w+_EL1)$/.test(register);
}

/** Of each function only what it may touch besides the caller; all others answer out of the VM's settings. */
function callFootprint(vcpu: number, x: readonly Expression[], around: Surroundings): Footprint {
	const [x0, x1] = x;
	const own = changes(vcpu);
	const { vm } = around;
	// A forwarded call is the VMM's to treat, and it may do anything.
	if (vm.filter !== undefined && around.policy) return EVERYTHING;
	if (x0?.kind !== 'number') return x0 ? EVERYTHING : own;
	const registers = x.map(expressionReads).map(looks).reduce(union, own);
	const everyPower = vm.vcpus.reduce((bits, { index }) => bits | power(index), 0);
	switch (Number(BigInt.asUintN(32, x0.value))) {
		case 0x84000003:
		case 0xc4000003:
		case 0x95c1ba60:
			return x1 && x1.kind !== 'number' ? EVERYTHING : union(registers, targets(x1?.value ?? 0n, vm));
		case 0x84000004:
		case 0xc4000004:
			return union(registers, { reads: everyPower, writes: 0 });
		// SYSTEM_SUSPEND: the VMM may look whether all others are off.
		case 0x8400000e:
		case 0xc400000e:
			return union(registers, { reads: everyPower | MACHINE, writes: 0 });
		// SYSTEM_OFF, SYSTEM_RESET, SYSTEM_RESET2, SYSTEM_OFF2; what 2013's series made of the first two
		case 0x84000008:
		case 0x84000009:
		case 0x84000012:
		case 0xc4000012:
		case 0x84000015:
		case 0xc4000015:
		case 0x95c1ba62:
		case 0x95c1ba63:
			return EVERYTHING;
		default:
			return registers;
	}
}

/** The vCPUs that a CPU_ON can mean, by MPIDR or, on the first kernels, by position. */
function targets(target: bigint, vm: Vm): Footprint {
	const affinity = target & AFFINITY_BITS;
	return vm.vcpus
		.filter(
			(v) =>
				affinityOf(v) === affinity ||
				affinityOf(v) === (affinity & 0xffffffffn) ||
				BigInt(v.index) === affinity,
		)
		.map(({ index }) => changes(index))
		.reduce(union, NOTHING);
}
