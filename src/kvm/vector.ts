// One line of a vector file: a scenario with what a real kernel answered, operation by operation. Replaying
// it on the model is in replay.ts.

import type { FeatureName, Operation } from './operation.ts';
import { MP_STATE_NAMES } from './vcpu.ts';
import type { Observe } from './vm.ts';

/** JSON as FORMAT defines it; values are looked at field by field. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

export interface RecordedStep {
	readonly op: Operation;
	readonly got: JsonObject;
	readonly vcpus: Json;
}

export interface Scenario {
	readonly id: string;
	readonly kernel: string;
	readonly steps: readonly RecordedStep[];
}

/** Reads a line; throws a SyntaxError with what is wrong where it is not of the format. */
export function parseScenario(line: string): Scenario {
	const json: Json = JSON.parse(line);
	if (!isObject(json) || typeof json.id !== 'string' || typeof json.kernel !== 'string')
		throw new SyntaxError('a scenario has an id and a kernel');
	if (!Array.isArray(json.ops)) throw new SyntaxError(`${json.id}: a scenario has a list of ops`);
	const steps = (json.ops as readonly Json[]).map((entry, n): RecordedStep => {
		if (!isObject(entry) || !isObject(entry.op) || !isObject(entry.got))
			throw new SyntaxError(`${String(json.id)}, step ${n}: op and got expected`);
		return { op: parseOperation(entry.op), got: entry.got, vcpus: entry.vcpus ?? [] };
	});
	return { id: json.id, kernel: json.kernel, steps };
}

export function isObject(json: Json | undefined): json is JsonObject {
	return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function numberOf(json: Json | undefined): number {
	return typeof json === 'number' ? json : Number(json ?? 0);
}

function bigintOf(json: Json | undefined): bigint {
	return typeof json === 'string' || typeof json === 'number' ? BigInt(json) : 0n;
}

function stateNumber(json: Json | undefined): number {
	return typeof json === 'string' ? MP_STATE_NAMES.indexOf(json) : numberOf(json);
}

function parseOperation(o: JsonObject): Operation {
	const vcpu = numberOf(o.vcpu);
	switch (o.op) {
		case 'check_cap':
			return { op: 'check_cap', cap: String(o.cap) };
		case 'enable_cap':
			return {
				op: 'enable_cap',
				cap: String(o.cap),
				flags: numberOf(o.flags),
				arg0: bigintOf(o.arg0),
			};
		case 'has_attr':
			return { op: 'has_attr', group: numberOf(o.group), attr: numberOf(o.attr) };
		case 'smccc_filter': {
			const action = o.action;
			const named = action === 'handle' || action === 'deny' || action === 'fwd_to_user';
			return {
				op: 'smccc_filter',
				base: Number(bigintOf(o.base)),
				count: numberOf(o.count),
				action: named ? action : numberOf(action),
				pad: numberOf(o.pad),
			};
		}
		case 'vcpu_create':
			return { op: 'vcpu_create', vcpu, id: numberOf(o.id) };
		case 'vcpu_init':
			return { op: 'vcpu_init', vcpu, features: (o.features ?? []) as readonly FeatureName[] };
		case 'get_reg':
			return { op: 'get_reg', vcpu, reg: String(o.reg) };
		case 'set_reg':
			return { op: 'set_reg', vcpu, reg: String(o.reg), value: bigintOf(o.value) };
		case 'list_fw_regs':
			return { op: 'list_fw_regs', vcpu };
		case 'set_mp_state':
			return { op: 'set_mp_state', vcpu, state: stateNumber(o.state) };
		case 'get_mp_state':
			return { op: 'get_mp_state', vcpu };
		case 'irq': {
			const line = o.line;
			const named = line === 'irq' || line === 'fiq';
			return { op: 'irq', vcpu, level: numberOf(o.level), line: named ? line : numberOf(line) };
		}
		case 'call':
			return {
				op: 'call',
				vcpu,
				isa: o.isa === 'a32' ? 'a32' : 'a64',
				conduit: conduitOf(o.conduit),
				imm: numberOf(o.imm),
				x: Array.isArray(o.x) ? (o.x as readonly Json[]).map(bigintOf) : [],
			};
		case 'run':
			return { op: 'run', vcpu };
		case 'run_immediate':
			return { op: 'run_immediate', vcpu };
		case 'observe':
			return { op: 'observe', what: observeOf(o.what) };
		default:
			throw new SyntaxError(`unknown operation ${JSON.stringify(o.op)}`);
	}
}

function conduitOf(json: Json | undefined): 'hvc' | 'smc' | 'wfi' | 'nop' {
	return json === 'smc' || json === 'wfi' || json === 'nop' ? json : 'hvc';
}

function observeOf(json: Json | undefined): Observe {
	return json === 'mp_state' || json === 'nothing' ? json : 'all';
}
