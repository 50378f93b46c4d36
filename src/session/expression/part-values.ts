// The parts of a session's state as operands: what is not known is unknown, what is known not to be is empty.

import type { Value as ModelValue } from '../../kvm/index.ts';
import { systemEventName } from '../kvm-names.ts';
import type { RecordedCall } from '../recorded-call.ts';
import type { Session } from '../session.ts';
import type { Known, VmState } from '../state.ts';
import { type Operand, UNKNOWN } from './operand.ts';

export const NOTHING: Operand = { name: '' };

export function index(value: number): Operand {
	return value < 0 ? UNKNOWN : { number: BigInt(value) };
}

export function ofKnown(known: Known<bigint> | undefined): Operand {
	return known ? { number: known.value } : UNKNOWN;
}

export function ofModel(value: ModelValue): Operand {
	if (typeof value === 'string') return { name: value };
	return typeof value === 'boolean' ? { truth: value } : { number: BigInt(value) };
}

/** An event outside any call has none, which is known; an SMC may not tell which function it was for. */
export function nameOfCall(call: RecordedCall | undefined): Operand {
	if (!call) return NOTHING;
	return call.call ? { name: call.call.name, number: BigInt(call.call.functionId) } : UNKNOWN;
}

export function argumentOf(call: RecordedCall | undefined, name: string): Operand | undefined {
	const value = call?.call?.arguments.find((a) => a.name === name)?.value;
	return value === undefined ? undefined : { number: value };
}

export function ofCall(call: RecordedCall | undefined, [field = '']: readonly string[]): Operand {
	if (!call) return NOTHING;
	switch (field) {
		case 'function':
			return nameOfCall(call);
		case 'conduit':
			return { name: call.conduit };
		case 'result':
			if (call.goesOn === 0 || !call.result) return UNKNOWN;
			return { number: call.result.value, ...(call.result.name ? { name: call.result.name } : {}) };
		default:
			return argumentOf(call, field) ?? UNKNOWN;
	}
}

export function ofVm(
	session: Session,
	vm: VmState | undefined,
	field: string,
	[sub]: readonly string[],
): Operand {
	if (!vm) return UNKNOWN;
	switch (field) {
		case 'psci_version':
			return vm.psciVersion ? { number: BigInt(vm.psciVersion.value) } : UNKNOWN;
		case 'lost_events':
			return { number: BigInt(vm.lost?.events ?? 0) };
		case 'kernel':
			return { name: session.kernel.profile.name };
		case 'vcpus':
			return { number: BigInt(session.trace.vms[vm.vm]?.vcpus.length ?? 0) };
		default: {
			const exit = vm.lastExit;
			if (!exit) return NOTHING;
			if (sub === 'flags') return ofKnown(exit.flags);
			if (sub === 'vcpu') return { number: BigInt(exit.vcpu) };
			return exit.type
				? { number: BigInt(exit.type.value), name: systemEventName(exit.type.value) }
				: UNKNOWN;
		}
	}
}
