// The protocol's own JSON schema: whether a message is what it says, and what the protocol has.
// `_enum` in it lists values of open sets and is not checked.

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Ajv, type ValidateFunction } from 'ajv';

interface Definition {
	readonly allOf?: readonly {
		readonly properties?: Record<string, Property>;
		readonly description?: string;
	}[];
	readonly properties?: Record<string, Property>;
	readonly required?: readonly string[];
}
interface Property {
	readonly enum?: readonly string[];
	readonly $ref?: string;
}

const schema = JSON.parse(
	gunzipSync(readFileSync(new URL('../data/dap/debugAdapterProtocol.json.gz', import.meta.url))).toString(),
) as { definitions: Record<string, Definition> };
const whole = (least: number, most: number) => ({
	type: 'number' as const,
	validate: (value: number) => Number.isInteger(value) && value >= least && value <= most,
});
const ajv = new Ajv({
	strict: false,
	allErrors: true,
	formats: {
		int32: whole(-(2 ** 31), 2 ** 31 - 1),
		uint32: whole(0, 2 ** 32 - 1),
		int64: whole(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
		uint64: whole(0, Number.MAX_SAFE_INTEGER),
	},
});
ajv.addSchema({ $id: 'dap', definitions: schema.definitions });
const validators = new Map<string, ValidateFunction | undefined>();

function validator(definition: string): ValidateFunction | undefined {
	if (!validators.has(definition))
		validators.set(definition, ajv.getSchema(`dap#/definitions/${definition}`));
	return validators.get(definition);
}

const capital = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);

/** What the schema has against a message; nothing for a good one. Messages of ours are checked as far as they are the protocol's. */
export function schemaProblems(message: object): string[] {
	const check = validator(definitionOf(message as Record<string, unknown>));
	if (!check) return [`no definition for ${JSON.stringify(message)}`];
	if (check(message)) return [];
	return (check.errors ?? []).map(
		(e) => `${e.instancePath} ${e.message} in ${JSON.stringify(message).slice(0, 500)}`,
	);
}

function definitionOf(message: Record<string, unknown>): string {
	if (message.type === 'event') return known(`${capital(String(message.event))}Event`, 'Event');
	if (message.type === 'request') return known(`${capital(String(message.command))}Request`, 'Request');
	if (message.success !== true) return 'ErrorResponse';
	return known(`${capital(String(message.command))}Response`, 'Response');
}

const known = (name: string, otherwise: string) => (schema.definitions[name] ? name : otherwise);

function namesOf(suffix: 'Request' | 'Event', field: 'command' | 'event'): string[] {
	return Object.entries(schema.definitions)
		.filter(([name]) => name.endsWith(suffix) && name !== suffix)
		.flatMap(([, { allOf }]) => allOf?.flatMap((part) => part.properties?.[field]?.enum ?? []) ?? []);
}

/** The adapter sends these to the client, not the other way. */
export const REVERSE_REQUESTS = ['runInTerminal', 'startDebugging'];
export const REQUESTS = namesOf('Request', 'command');
export const EVENTS = namesOf('Event', 'event');
export const CAPABILITIES = Object.keys(schema.definitions.Capabilities?.properties ?? {});

/** The arguments of a request that must be there, and all that may. */
export function argumentsOf(command: string): { required: readonly string[]; all: readonly string[] } {
	const found = schema.definitions[`${capital(command)}Arguments`];
	return { required: found?.required ?? [], all: Object.keys(found?.properties ?? {}) };
}
