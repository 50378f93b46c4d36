// One walk through the kernel: the state reached so far and the decisions that led there. A path lives
// inside one step and is the only thing in this folder that changes; the states in it never do.

import type { Decision, Effect, Looked, Value } from './decision.ts';
import type { RuleId } from './rules.ts';
import {
	MP_STATE_NAMES,
	REQUEST,
	type Registers,
	type RequestName,
	type ResetState,
	requestNames,
	type Vcpu,
} from './vcpu.ts';
import type { Vm } from './vm.ts';

interface OpenDecision extends Decision {
	readonly effects: Effect[];
}

export interface Path {
	vm: Vm;
	readonly decisions: OpenDecision[];
}

export function startPath(vm: Vm): Path {
	return { vm, decisions: [] };
}

/** Adds a decision. The changes made until the next one count as its effects. */
export function decide(
	path: Path,
	rule: RuleId,
	vcpu: number | undefined,
	outcome: string,
	looked: Readonly<Record<string, Value>> = {},
): void {
	path.decisions.push({ rule, vcpu, looked: named(looked), outcome, effects: [] });
}

function named(looked: Readonly<Record<string, Value>>): readonly Looked[] {
	const list: Looked[] = [];
	for (const name in looked) {
		const value = looked[name];
		if (value !== undefined) list.push({ name, value });
	}
	return list;
}

export function vcpuAt(path: Path, index: number): Vcpu {
	const vcpu = path.vm.vcpus[index];
	if (!vcpu) throw new RangeError(`no vCPU at position ${index}`);
	return vcpu;
}

function effect(
	path: Path,
	vcpu: number | undefined,
	field: string,
	before: Value | undefined,
	after: Value | undefined,
): void {
	if (before !== after) path.decisions.at(-1)?.effects.push({ vcpu, field, before, after });
}

/** Replaces parts of the VM that are no vCPU. */
export function changeVm(path: Path, patch: Partial<Omit<Vm, 'vcpus'>>): void {
	const before = path.vm;
	path.vm = { ...before, ...patch };
	for (const key in patch) {
		const field = key as keyof typeof patch;
		effect(path, undefined, NAMES[field] ?? field, shown(before[field]), shown(path.vm[field]));
	}
}

/** Replaces parts of a vCPU; registers have their own function. */
export function changeVcpu(path: Path, index: number, patch: Partial<Omit<Vcpu, 'registers'>>): void {
	const before = vcpuAt(path, index);
	replaceVcpu(path, { ...before, ...patch });
	for (const key in patch) {
		const field = key as keyof typeof patch;
		const after = patch[field];
		if (field === 'requests')
			effect(path, index, field, requestNames(before.requests), requestNames(Number(after)));
		else if (field === 'mpState')
			effect(path, index, 'mp_state', stateName(before.mpState), stateName(Number(after)));
		else if (field === 'resetState') resetStateEffects(path, index, before.resetState, patch.resetState);
		else effect(path, index, NAMES[field] ?? field, shown(before[field]), shown(after));
	}
}

function stateName(mpState: number): string {
	return MP_STATE_NAMES[mpState] ?? `${mpState}`;
}

function resetStateEffects(path: Path, index: number, before: ResetState, after = before): void {
	effect(path, index, 'reset_state.pc', before.pc, after.pc);
	effect(path, index, 'reset_state.r0', before.r0, after.r0);
	effect(path, index, 'reset_state.be', before.be, after.be);
	effect(path, index, 'reset_state.reset', before.reset, after.reset);
}

/** How effects name the fields that are written as one word in the model: as the kernel does. */
const NAMES: { readonly [field: string]: string } = {
	psciVersion: 'psci_version',
	mpidrTable: 'mpidr_table',
	ranOnce: 'ran_once',
	spEl0: 'sp_el0',
	stolenTime: 'stolen_time',
};

/** Replaces registers of a vCPU. */
export function changeRegisters(path: Path, index: number, patch: Partial<Registers>): void {
	const vcpu = vcpuAt(path, index);
	const before = vcpu.registers;
	replaceVcpu(path, { ...vcpu, registers: { ...before, ...patch } });
	for (const key in patch) {
		const field = key as keyof Registers;
		if (field === 'x') {
			const after = patch.x ?? before.x;
			for (let n = 0; n < after.length; n++) effect(path, index, `x${n}`, before.x[n], after[n]);
		} else effect(path, index, NAMES[field] ?? field, before[field], patch[field]);
	}
}

/** Writes x0 and up: undefined entries stay as they are. */
export function writeX(path: Path, index: number, values: readonly (bigint | undefined)[]): void {
	const x = vcpuAt(path, index).registers.x.slice();
	values.forEach((value, n) => {
		if (value !== undefined && n < x.length) x[n] = BigInt.asUintN(64, value);
	});
	changeRegisters(path, index, { x });
}

export function makeRequest(path: Path, index: number, request: RequestName): void {
	changeVcpu(path, index, { requests: vcpuAt(path, index).requests | REQUEST[request] });
}

/** Whether the request is pending, taking it away if it is (kvm_check_request). */
export function takeRequest(path: Path, index: number, request: RequestName): boolean {
	const { requests } = vcpuAt(path, index);
	if (!(requests & REQUEST[request])) return false;
	changeVcpu(path, index, { requests: requests & ~REQUEST[request] });
	return true;
}

function replaceVcpu(path: Path, vcpu: Vcpu): void {
	const vcpus = path.vm.vcpus.slice();
	vcpus[vcpu.index] = vcpu;
	path.vm = { ...path.vm, vcpus };
}

/** A structured value in a few characters; the state itself has it in full. */
function shown(value: unknown): Value | undefined {
	switch (typeof value) {
		case 'bigint':
		case 'number':
		case 'string':
		case 'boolean':
		case 'undefined':
			return value;
		default:
			return JSON.stringify(value, (_key, v: unknown) => (typeof v === 'bigint' ? `0x${v.toString(16)}` : v));
	}
}
