// The oracle's vectors as scenarios, each answer of the real kernel an expectation; and a run as a vector.

import { MP_STATE_NAMES, type Operation, profileForRelease } from '../kvm/index.ts';
import type { Json, JsonObject, Scenario } from '../kvm/vector.ts';
import { isObject } from '../kvm/vector.ts';
import { VECTOR_OBSERVES, writeVector } from '../kvm/write-vector.ts';
import type { Expected } from './expectation.ts';
import { templateOf, written } from './from-run.ts';
import type { Place } from './place.ts';
import { operationText } from './print-operation.ts';
import type { Program } from './program.ts';
import type { Run } from './run.ts';
import type { Statement } from './statement.ts';

/** A RangeError where the model has no profile for the vector's kernel. */
export function programOfVector({ id, kernel, steps }: Scenario): Program {
	const profile = profileForRelease(kernel);
	if (!profile) throw new RangeError(`no profile for kernel ${kernel}`);
	const file = `${id}.psci`;
	const place = (line: number): Place => ({ file, line, column: 1, endLine: line, endColumn: 1 });
	return {
		file,
		title: `${id} on Linux ${kernel}`,
		machine: {
			place: place(1),
			kernel: profile.name,
			host: {},
			observe: VECTOR_OBSERVES,
			capabilities: [],
			filters: [],
			vcpus: [],
			deviceTree: { method: 'hvc', compatible: [], functionIds: {} },
			bootEntry: 0x40000400n,
			bootX0: 0n,
		},
		statements: steps.map(({ op, got, vcpus }, n): Statement => {
			const operation = templateOf(op);
			const text = operationText(operation);
			const at = place(n + 2);
			const expect = [...expected(got, op), ...states(vcpus, steps[n - 1]?.vcpus)];
			return {
				kind: 'operation',
				place: at,
				operation,
				text,
				expect: expect.map((what) => written(at, what, operation)),
			};
		}),
		schedule: { kind: 'text order' },
	};
}

const number = (value: Json | undefined) =>
	({
		kind: 'number',
		value: BigInt(typeof value === 'number' || typeof value === 'string' ? value : 0),
	}) as const;

function expected(got: JsonObject, { op }: Operation): readonly Expected[] {
	switch (got.outcome) {
		case 'return':
			return isList(got.x) ? [{ kind: 'result', anyOf: [status(got.x[0])] }] : [{ kind: 'returns' }];
		case 'system_event':
			return [{ kind: 'system_event', type: Number(got.type), flags: number(got.data0) }];
		case 'hypercall':
			return [{ kind: 'hypercall', nr: number(got.nr), flags: number(got.flags) }];
		case 'blocked':
			return [{ kind: 'blocked' }];
		case 'error':
			return [{ kind: 'error', errno: Number(got.errno) }];
		default:
			break;
	}
	if (got.r === 'no such vcpu') return [{ kind: 'returned', r: got.r }];
	if (typeof got.r !== 'number') return [];
	if (got.r < 0) return [{ kind: 'returned', r: got.r }];
	if (isList(got.ids)) return [{ kind: 'ids', ids: got.ids.map((id) => BigInt(String(id))) }];
	if (got.value !== undefined) return [{ kind: 'value', value: number(got.value) }];
	if (got.mp !== undefined) return [{ kind: 'value', value: number(got.mp) }];
	return op === 'observe' ? [] : [{ kind: 'returned', r: got.r }];
}

function isList(json: Json | undefined): json is readonly Json[] {
	return Array.isArray(json);
}

function status(x0: Json | undefined) {
	const { value } = number(x0);
	const signed = BigInt.asIntN(64, value);
	return { kind: 'number', value: signed < 0n && signed > -64n ? signed : value } as const;
}

/** The states and pcs that a step changed. */
function states(now: Json, before: Json | undefined): readonly Expected[] {
	if (!isList(now)) return [];
	return now.flatMap((vcpu, n): Expected[] => {
		const old = isList(before) ? before[n] : undefined;
		if (!isObject(vcpu)) return [];
		const was = isObject(old) ? old : {};
		const index = Number(vcpu.i);
		const state = Number(vcpu.mp);
		const made: Expected[] = [];
		if (vcpu.mp !== was.mp && MP_STATE_NAMES[state])
			made.push({ kind: 'condition', condition: { kind: 'state', vcpu: index, state } });
		if (vcpu.pc !== undefined && vcpu.pc !== was.pc)
			made.push({
				kind: 'condition',
				condition: {
					kind: 'compare',
					operator: '==',
					left: { kind: 'register', vcpu: index, register: 'PC' },
					right: number(vcpu.pc),
				},
			});
		return made;
	});
}

/** All operations of a run, those of the set-up and the VMM included, as the model of its kernel answers them. */
export function vectorOfRun({ steps, program, profile }: Run, id: string, kernel = profile.name): string {
	const operations: Operation[] = steps.flatMap(({ operation }) => operation ?? []);
	const { observe } = program.machine;
	const first: Operation[] = observe === VECTOR_OBSERVES ? [] : [{ op: 'observe', what: observe }];
	return writeVector(id, kernel, profile, [...first, ...operations]);
}
