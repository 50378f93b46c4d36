// Every request bit that was made in a session: by what, consumed by what, and how long it waited. A request that
// was never consumed is what a hang looks like.

import type { ClockUnit } from '../../trace/trace.ts';
import { describeEvent } from '../describe.ts';
import { originText } from '../inspect.ts';
import type { Session } from '../session.ts';
import type { PendingRequest } from '../state.ts';
import { vcpuName } from '../view.ts';

export interface RequestRow {
	/** kernel name */
	readonly name: string;
	readonly vcpu: string;
	/** row and line of the event that made it */
	readonly row: number;
	readonly line: number;
	readonly origin: string;
	readonly why: string;
	/** row and line of the event that shows it consumed; undefined: never */
	readonly consumedRow: number | undefined;
	readonly consumedLine: number | undefined;
	readonly consumer: string;
	/** up to there, or to the end of the session; nanoseconds or ticks */
	readonly waited: number;
}

export interface RequestList {
	/** ascending by the event that made them; the last ones where there are many */
	readonly rows: readonly RequestRow[];
	readonly count: number;
	readonly neverConsumed: number;
	/** of `waited` */
	readonly unit: ClockUnit;
}

const MOST = 1000;

interface Made {
	readonly vcpu: number;
	readonly request: PendingRequest;
	consumed: number | undefined;
}

/** One pass over the states; yields now and then so that it can be sliced. */
export function* requestList(session: Session): Generator<number, RequestList> {
	const made: Made[] = [];
	let count = 0;
	let before = session.stateAt(0);
	for (let row = 0; row < session.length; row++) {
		if (row % 256 === 255) yield row;
		const state = session.stateAt(row + 1);
		state.vcpus.forEach((vcpu, lane) => {
			const old = before.vcpus[lane]?.requests ?? [];
			// A state shares what did not change.
			if (vcpu.requests === old) return;
			const now = vcpu.requests;
			for (const request of old) {
				if (now.some((each) => same(each, request))) continue;
				const entry = made.findLast((each) => each.vcpu === lane && same(each.request, request));
				if (entry) entry.consumed = row;
			}
			for (const request of now) {
				if (old.some((each) => same(each, request))) continue;
				count++;
				made.push({ vcpu: lane, request, consumed: undefined });
			}
		});
		before = state;
		if (made.length > 2 * MOST) forget(made);
	}
	const rows = made.slice(-MOST).map((entry) => requestRow(session, entry));
	return {
		rows,
		count,
		neverConsumed: made.filter(({ consumed }) => consumed === undefined).length,
		unit: session.trace.clockUnit,
	};
}

/** A state that is made again from a checkpoint has the same requests as other objects. */
function same(a: PendingRequest, b: PendingRequest): boolean {
	return a.name === b.name && a.row === b.row;
}

/** Drops the oldest that were consumed. */
function forget(made: Made[]): void {
	const open = made.filter(({ consumed }) => consumed === undefined);
	const done = made.filter(({ consumed }) => consumed !== undefined).slice(-MOST);
	made.splice(0, made.length, ...[...open, ...done].sort((a, b) => a.request.row - b.request.row));
}

function requestRow(session: Session, { vcpu, request, consumed }: Made): RequestRow {
	const { events } = session.trace;
	const of = session.vcpus[vcpu];
	const until = events.time(consumed ?? session.length - 1);
	return {
		name: request.name,
		vcpu: of ? vcpuName(session, of) : '',
		row: request.row,
		line: events.line(request.row),
		origin: originText(session, { provenance: request.provenance, row: request.row }),
		why: request.why,
		consumedRow: consumed,
		consumedLine: consumed === undefined ? undefined : events.line(consumed),
		consumer: consumed === undefined ? '' : describeEvent(session, consumed),
		waited: Number(until - events.time(request.row)),
	};
}
