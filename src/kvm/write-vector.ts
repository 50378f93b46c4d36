// Operations and what the model answers to them as a line of a vector file (FORMAT): the way back of vector.ts.

import type { Operation } from './operation.ts';
import type { KernelProfile } from './profile.ts';
import { answerJson, viewJson } from './replay.ts';
import { step } from './step.ts';
import { MP_STATE_NAMES } from './vcpu.ts';
import type { JsonObject } from './vector.ts';
import { createVm } from './vm.ts';

/** What a vector begins with: everything is read back after each step. */
export const VECTOR_OBSERVES = 'all';

/** The operations on a new VM, with the model's answers, as one line. */
export function writeVector(
	id: string,
	kernel: string,
	profile: KernelProfile,
	operations: readonly Operation[],
): string {
	let vm = createVm(profile, VECTOR_OBSERVES);
	const ops = operations.map((operation) => {
		const { after, got, vcpus } = step(vm, operation);
		vm = after;
		return { op: operationJson(operation), got: answerJson(got), vcpus: vcpus.map(viewJson) };
	});
	return JSON.stringify({ id, kernel, ops });
}

const hex = (value: bigint | number): string => `0x${value.toString(16)}`;

export function operationJson(operation: Operation): JsonObject {
	switch (operation.op) {
		case 'enable_cap':
			return { ...operation, arg0: hex(operation.arg0) };
		case 'smccc_filter':
			return { ...operation, base: hex(operation.base) };
		case 'set_reg':
			return { ...operation, value: hex(operation.value) };
		case 'set_mp_state':
			return { ...operation, state: MP_STATE_NAMES[operation.state] ?? operation.state };
		case 'call':
			return { ...operation, x: operation.x.map(hex) };
		default:
			return operation;
	}
}
