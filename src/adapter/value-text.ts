// A value of the session as DAP shows it: text and provenance, in the number format that the client asks for,
// what it is and may be used for, and its children to expand.

import type { DebugProtocol } from '@vscode/debugprotocol';
import type { NumberBase } from '../session/expression.ts';
import { originText, type Value } from '../session/inspect.ts';
import { isSettable } from '../session/live.ts';
import type { Session } from '../session/session.ts';
import type { Conversation } from './conversation.ts';
import type { Listing } from './listing.ts';

export interface ShownValue {
	readonly value: string;
	readonly type?: string;
	readonly variablesReference: number;
	readonly namedVariables?: number;
	readonly indexedVariables?: number;
	readonly memoryReference?: string;
	readonly valueLocationReference?: number;
	readonly presentationHint: DebugProtocol.VariablePresentationHint;
}

export function shown(
	conversation: Conversation,
	session: Session,
	value: Value,
	format: DebugProtocol.ValueFormat | undefined,
): ShownValue {
	const { client } = conversation;
	const origin = originText(session, value.origin);
	const why = value.origin?.provenance === 'unknown' ? undefined : value.origin?.why;
	const text = valueText(conversation, value, format);
	const row = value.origin?.row;
	return {
		value: origin ? `${text} (${origin})` : text,
		...(origin && client.showsTypes ? { type: why ? `${origin}: ${why}` : origin } : {}),
		...listed(conversation, { named: value.children ?? [] }),
		...(isAddress(value) ? { memoryReference: `0x${value.raw?.number?.toString(16)}` } : {}),
		...(row === undefined || row < 0 || row >= session.length ? {} : { valueLocationReference: row + 1 }),
		presentationHint: hintOf(session, value),
	};
}

/** The reference under which a client gets what is listed; 0 where that is nothing. */
export function listed(
	{ values }: Conversation,
	listing: Listing,
): { variablesReference: number; namedVariables?: number; indexedVariables?: number } {
	const { later = [], indexed } = listing;
	const named = listing.named.length + later.length;
	if (named + (indexed?.count ?? 0) === 0) return { variablesReference: 0 };
	return {
		variablesReference: values.add(listing),
		namedVariables: named,
		...(indexed ? { indexedVariables: indexed.count } : {}),
	};
}

/** How numbers are asked for: by this request, else by the person, else as each is usually written. */
export function baseOf(
	{ numbers }: Conversation,
	format: DebugProtocol.ValueFormat | undefined,
): NumberBase | undefined {
	return format?.hex === true ? 'hex' : format?.hex === false ? 'decimal' : numbers;
}

/** The text alone, numbers as asked for. */
export function valueText(
	conversation: Conversation,
	{ text, raw }: Value,
	format: DebugProtocol.ValueFormat | undefined,
): string {
	const number = /^-?(0x[0-9a-f]+|\d+)$/i.test(text) ? raw?.number : undefined;
	const base = baseOf(conversation, format);
	if (number === undefined || base === undefined) return text;
	return base === 'hex' ? `0x${BigInt.asUintN(64, number).toString(16)}` : `${number}`;
}

const ADDRESSES: ReadonlySet<string> = new Set(['pc', 'entry_point', 'entry_point_address']);

function isAddress({ name, raw }: Value): boolean {
	return ADDRESSES.has(name) && raw?.number !== undefined;
}

/** What no event shows but the model or other events tell is marked as not of the recording itself. */
function hintOf(session: Session, { origin, path }: Value): DebugProtocol.VariablePresentationHint {
	const computed = origin?.provenance === 'modelled' || origin?.provenance === 'inferred';
	return {
		kind: computed || !origin ? 'virtual' : 'data',
		attributes: session.setValue && isSettable(path) ? [] : ['readOnly'],
	};
}
