// One payload in, one typed value out: no context, never an exception. What is not understood is undefined.

import type { EventDetail, EventName } from './event.ts';
import { decodeKvmPayload, isKvmEvent } from './kvm-payload.ts';
import { decodeProbePayload, isProbe } from './probe-payload.ts';

/** See `decodeProbePayload` for `arraysLost`. */
export function decodePayload(
	name: EventName,
	bytes: Uint8Array,
	start: number,
	end: number,
	arraysLost: boolean,
): EventDetail | undefined {
	if (isKvmEvent(name)) {
		return decodeKvmPayload(name, bytes, start, end);
	}
	return isProbe(name) ? decodeProbePayload(name, bytes, start, end, arraysLost) : undefined;
}

/** `parseDetail("kvm_entry", "PC: 0x40000000")`: the text after the colon of an event's line. */
export function parseDetail(name: string, payload: string): EventDetail | undefined {
	const bytes = new TextEncoder().encode(payload.trim());
	return decodePayload(name as EventName, bytes, 0, bytes.length, false);
}
