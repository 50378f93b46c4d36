// A recording as JSON Lines (docs/jsonl-format.md): a line for the recording, then one for each event. Read
// back, it is the same session.

import { EventKind, type EventName } from '../event.ts';
import type { Trace } from '../trace.ts';
import { eventShapes } from './event-shapes.ts';

const names: ReadonlyMap<number, EventName> = new Map(
	(Object.entries(EventKind) as [EventName, EventKind][]).map(([name, kind]) => [kind, name]),
);

/** What of a recording is wanted. */
export interface TracePart {
	/** undefined: all machines */
	readonly vm?: number | undefined;
	/** rows from `first` up to, not including, `end` */
	readonly first?: number;
	readonly end?: number;
}

export function* jsonlOf(
	trace: Trace,
	{ vm, first = 0, end = trace.events.length }: TracePart = {},
): Generator<string> {
	yield jsonlHead(trace);
	for (let row = first; row < end; row++) {
		if (vm === undefined || trace.events.vm(row) === vm) yield jsonlLine(trace, row);
	}
}

/** The line for the recording. */
export function jsonlHead(trace: Trace): string {
	return JSON.stringify({
		format: 'psci-trace',
		version: 1,
		clock: trace.clockUnit,
		...(trace.host === undefined ? {} : { host: trace.host }),
		vms: trace.vms.map(({ kvm }) => (kvm === undefined ? {} : { kvm: hex(kvm) })),
		skipped: Object.fromEntries(trace.skipped),
	});
}

/** The line for the event at `row`. */
export function jsonlLine({ events, threads }: Trace, row: number): string {
	const name = names.get(events.kind(row)) ?? 'lost';
	const thread = threads[events.thread(row)];
	const attribution = events.attribution(row);
	const vcpu = events.vcpu(row);
	const detail: Readonly<Record<string, unknown>> = { ...events.detail(row) };
	const fields = Object.entries(eventShapes[name]).filter(([key]) => detail[key] !== undefined);
	return JSON.stringify({
		event: name,
		time: String(events.time(row)),
		cpu: events.cpu(row),
		...thread,
		...(events.vm(row) < 0 ? {} : { vm: events.vm(row) }),
		...(vcpu < 0 ? {} : { vcpu }),
		...(vcpu < 0 || attribution === 'event' ? {} : { vcpuFrom: attribution }),
		...Object.fromEntries(fields.map(([key, { kind }]) => [key, written(detail[key], kind === 's64')])),
	});
}

function written(value: unknown, signed: boolean): unknown {
	if (Array.isArray(value)) {
		return value.map((one: unknown) => (one === undefined ? null : written(one, signed)));
	}
	return typeof value === 'bigint' ? (signed ? String(value) : hex(value)) : value;
}

function hex(value: bigint): string {
	return `0x${value.toString(16)}`;
}
