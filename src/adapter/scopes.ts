// The scopes of a stack frame: the call's arguments, the registers, the vCPU and its virtual machine.

import { decisionValues } from '../session/decision-values.ts';
import {
	callOfVcpu,
	callValues,
	registerValues,
	type Value,
	vcpuPath,
	vcpuValues,
	vmPath,
	vmValues,
} from '../session/inspect.ts';
import type { Session } from '../session/session.ts';
import type { Frame } from './frames.ts';

export interface ScopeValues {
	readonly name: string;
	readonly hint?: 'arguments' | 'registers' | 'locals';
	readonly values: readonly Value[];
}

export function scopesOf(session: Session, { row, vcpu, decision }: Frame): ScopeValues[] {
	const state = session.stateAt(row);
	const path = vcpuPath(state, vcpu);
	const call = callOfVcpu(session, vcpu, row);
	const vm = state.vms.find((v) => v.vm === vcpu.vm);
	const scopes: ScopeValues[] = [];
	if (decision) scopes.push({ name: 'Decision', hint: 'locals', values: decisionValues(decision) });
	if (call)
		scopes.push({
			name: 'Arguments',
			hint: 'arguments',
			values: callValues(call, row, `${path}.call`),
		});
	scopes.push({ name: 'vCPU', values: vcpuValues(session, vcpu, path) });
	scopes.push({ name: 'Registers', hint: 'registers', values: registerValues(vcpu, path) });
	if (vm) scopes.push({ name: 'Virtual machine', values: vmValues(session, vm, vmPath(state, vm.vm)) });
	return scopes;
}
