// What a policy makes of an exit: operations for KVM, and the machine's new state.

import type { Looked, Value } from '../kvm/decision.ts';
import type { Operation } from '../kvm/operation.ts';
import { startedAt } from '../kvm/reset.ts';
import { type Step, step } from '../kvm/step.ts';
import { MP_STATE, resetRegisters } from '../kvm/vcpu.ts';
import type { Vm } from '../kvm/vm.ts';
import type { Machine } from './machine.ts';
import type { VmmRuleId } from './rules.ts';

export interface VmmDecision {
	readonly rule: VmmRuleId;
	readonly vcpu: number;
	readonly looked: readonly Looked[];
	readonly outcome: string;
}

export interface Reaction {
	readonly machine: Machine;
	/** what the VMM does to the VM before the next KVM_RUN, in order */
	readonly operations: readonly Operation[];
	readonly decisions: readonly VmmDecision[];
}

export function reaction(
	machine: Machine,
	vcpu: number,
	rule: VmmRuleId,
	outcome: string,
	operations: readonly Operation[] = [],
	looked: Readonly<Record<string, Value>> = {},
): Reaction {
	const list = Object.entries(looked).map(([name, value]) => ({ name, value }));
	return { machine, operations, decisions: [{ rule, vcpu, looked: list, outcome }] };
}

/** Carries the operations out, one step each. */
export function carryOut(
	vm: Vm,
	operations: readonly Operation[],
): { readonly vm: Vm; readonly steps: readonly Step[] } {
	const steps: Step[] = [];
	let after = vm;
	for (const operation of operations) {
		const made = step(after, operation);
		steps.push(made);
		after = made.after;
	}
	return { vm: after, steps };
}

/** x0 of a vCPU becomes a status, which may be negative. */
export function answer(vcpu: number, status: bigint): Operation {
	return { op: 'set_reg', vcpu, reg: 'X0', value: BigInt.asUintN(64, status) };
}

export function setState(vcpu: number, state: keyof typeof MP_STATE): Operation {
	return { op: 'set_mp_state', vcpu, state: MP_STATE[state] };
}

/** A vCPU is reset and starts at an address: what a CPU_ON from userspace, a resume and a restart share. */
export function start(
	machine: Machine,
	vcpu: number,
	entry: bigint,
	x0: bigint,
	bigEndian = false,
): readonly Operation[] {
	const features = machine.features[vcpu] ?? [];
	const reset = resetRegisters(features.includes('EL1_32BIT'), 0n);
	const { pc, pstate, sctlr } = startedAt(reset, entry, x0, bigEndian);
	const set = (reg: string, value: bigint, from: bigint): readonly Operation[] =>
		value === from ? [] : [{ op: 'set_reg', vcpu, reg, value }];
	return [
		{ op: 'vcpu_init', vcpu, features },
		...set('PSTATE', pstate, reset.pstate),
		...set('SCTLR_EL1', sctlr, reset.sctlr),
		{ op: 'set_reg', vcpu, reg: 'PC', value: pc },
		{ op: 'set_reg', vcpu, reg: 'X0', value: x0 },
		setState(vcpu, 'RUNNABLE'),
	];
}
