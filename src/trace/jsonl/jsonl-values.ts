// The values of our JSON Lines format, checked as they are read: what JSON gives may be anything.

import type { EventDetail, EventName } from '../event.ts';
import { type EventShape, eventShapes, type FieldShape, namesVcpu } from './event-shapes.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** The object that a line is; undefined for anything else. */
export function objectOf(text: string): JsonObject | undefined {
	try {
		const value: unknown = JSON.parse(text);
		return isObject(value) ? value : undefined;
	} catch {
		return undefined;
	}
}

export function isObject(value: unknown): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const most = 0xffff_ffff_ffff_ffffn;

export function u64Of(value: unknown): bigint | undefined {
	if (typeof value === 'number') {
		return Number.isSafeInteger(value) && value >= 0 ? BigInt(value) : undefined;
	}
	return typeof value === 'string' &&
		/^(?:0x[0-9a-fA-F]{1,16}|\d{1,20})$/.test(value) &&
		BigInt(value) <= most
		? BigInt(value)
		: undefined;
}

function s64Of(value: unknown): bigint | undefined {
	if (typeof value === 'number') {
		return Number.isSafeInteger(value) ? BigInt(value) : undefined;
	}
	return typeof value === 'string' && /^-?\d{1,19}$/.test(value)
		? BigInt.asIntN(64, BigInt(value))
		: undefined;
}

export function intOf(value: unknown): number | undefined {
	return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;
}

/** The value of a field; undefined where it is none of that kind. */
function fieldOf(value: unknown, { kind, values }: FieldShape): unknown {
	switch (kind) {
		case 'u64':
			return u64Of(value);
		case 's64':
			return s64Of(value);
		case 'int':
			return intOf(value);
		case 'bool':
			return typeof value === 'boolean' ? value : undefined;
		case 'text':
			return typeof value === 'string' && (values === undefined || values.includes(value))
				? value
				: undefined;
		case 'registers':
			return registersOf(value);
	}
}

function registersOf(value: unknown): readonly (bigint | undefined)[] | undefined {
	if (!Array.isArray(value) || value.length > 18) {
		return undefined;
	}
	const registers = [0, 1, 2, 3].map((i): bigint | null | undefined => {
		const one: unknown = value[i];
		return one === null || one === undefined ? undefined : (u64Of(one) ?? null);
	});
	return registers.some((one) => one === null) ? undefined : registers.map((one) => one ?? undefined);
}

/** The detail of an event, or the name of the field that is not as it must be. */
export function detailOf(name: EventName, line: JsonObject): EventDetail | string {
	const detail: Record<string, unknown> = { kind: name };
	const shape: EventShape = eventShapes[name];
	for (const [key, field] of Object.entries(shape)) {
		const given = line[key];
		if (given === undefined && field.optional === true) {
			continue;
		}
		const value = fieldOf(given, field);
		if (value === undefined) {
			return key;
		}
		detail[key] = value;
	}
	const vcpu = intOf(line.vcpu);
	if (namesVcpu(name) && vcpu !== undefined && line.vcpuFrom === undefined) {
		detail.vcpu = vcpu;
	}
	// Every field of the shape has been checked, and the shapes are those of `EventDetail`.
	return detail as unknown as EventDetail;
}
