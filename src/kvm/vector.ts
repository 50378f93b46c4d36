// One line of a vector file: a scenario with what a real kernel answered, operation by operation. Replaying
// it on the model is in replay.ts.

import type { Operation } from './operation.ts';
import { parseOperation } from './parse-operation.ts';

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
		const at = `${String(json.id)}, step ${n}`;
		if (!isObject(entry) || !isObject(entry.op) || !isObject(entry.got))
			throw new SyntaxError(`${at}: op and got expected`);
		return { op: operationAt(at, entry.op), got: entry.got, vcpus: entry.vcpus ?? [] };
	});
	return { id: json.id, kernel: json.kernel, steps };
}

export function isObject(json: Json | undefined): json is JsonObject {
	return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function operationAt(at: string, json: JsonObject): Operation {
	try {
		return parseOperation(json);
	} catch (error) {
		throw new SyntaxError(`${at}: ${error instanceof Error ? error.message : String(error)}`);
	}
}
