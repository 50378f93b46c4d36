// A recorded scenario replayed on the model, every field compared: the same code in the verifier and in the
// tests. There is no tolerance and no exception; what depends on the host's processor is in the profile.

import type { Answer, VcpuView } from './answer.ts';
import type { Decision } from './decision.ts';
import type { Operation } from './operation.ts';
import type { KernelProfile } from './profile.ts';
import { step } from './step.ts';
import { isObject, type Json, type JsonObject, type Scenario } from './vector.ts';
import { createVm } from './vm.ts';

export interface Mismatch {
	readonly scenario: string;
	/** position of the operation in the scenario, from 0 */
	readonly step: number;
	readonly operation: Operation;
	/** `got.x[0]`, `vcpus[1].pc` */
	readonly field: string;
	readonly expected: string;
	readonly got: string;
	readonly decisions: readonly Decision[];
}

/** Replays a scenario on a kernel, every field compared; the mismatches, none where all agree. */
export function replay(scenario: Scenario, profile: KernelProfile): readonly Mismatch[] {
	let vm = createVm(profile, 'all');
	const mismatches: Mismatch[] = [];
	scenario.steps.forEach((recorded, n) => {
		const made = step(vm, recorded.op);
		vm = made.after;
		const differences = [
			...compare('got', recorded.got, answerJson(made.got)),
			...compare('vcpus', recorded.vcpus, made.vcpus.map(viewJson)),
		];
		for (const { field, expected, got } of differences)
			mismatches.push({
				scenario: scenario.id,
				step: n,
				operation: recorded.op,
				field,
				expected,
				got,
				decisions: made.decisions,
			});
	});
	return mismatches;
}

const hex = (value: bigint): string => `0x${value.toString(16)}`;

/** An answer as FORMAT writes it. */
export function answerJson(answer: Answer): JsonObject {
	if (!('outcome' in answer)) {
		const { r, value, mp, ids } = answer;
		return {
			r,
			...(value === undefined ? {} : { value: hex(value) }),
			...(mp === undefined ? {} : { mp }),
			...(ids === undefined ? {} : { ids: ids.map(hex) }),
		};
	}
	switch (answer.outcome) {
		case 'return':
			return { outcome: 'return', x: answer.x?.map(hex) ?? null };
		case 'system_event':
			return { ...answer, data0: hex(answer.data0) };
		case 'hypercall':
			return { outcome: 'hypercall', nr: hex(BigInt(answer.nr)), flags: hex(BigInt(answer.flags)) };
		default:
			return answer;
	}
}

export function viewJson(view: VcpuView): JsonObject {
	const { i, mp, pc, x, regs } = view;
	return {
		i,
		mp,
		...(pc === undefined ? {} : { pc: hex(pc) }),
		...(x === undefined ? {} : { x: x.map(hex) }),
		...(regs === undefined ? {} : { regs }),
	};
}

interface Difference {
	readonly field: string;
	readonly expected: string;
	readonly got: string;
}

/** Every leaf that is not the same on both sides, fields that only one side has included. */
function compare(field: string, expected: Json | undefined, got: Json | undefined): readonly Difference[] {
	if (Array.isArray(expected) && Array.isArray(got)) {
		const length = Math.max(expected.length, got.length);
		return Array.from({ length }, (_, n) => compare(`${field}[${n}]`, expected[n], got[n])).flat();
	}
	if (isObject(expected) && isObject(got)) {
		const keys = new Set([...Object.keys(expected), ...Object.keys(got)]);
		return [...keys].flatMap((key) => compare(`${field}.${key}`, expected[key], got[key]));
	}
	if (expected === got) return [];
	return [{ field, expected: JSON.stringify(expected) ?? 'absent', got: JSON.stringify(got) ?? 'absent' }];
}
