// Stretches of a text in which one vCPU is at work, for folding. Folded parts may lie within each other and never
// cross, so a stretch ends where a call of its vCPU begins that goes on behind it, and begins behind one that came into it.

import { endLine } from './call-lines.ts';
import type { Session } from './session.ts';
import { indexAfter } from './statements.ts';

/** 1-based, both included */
export interface LineRange {
	readonly first: number;
	readonly last: number;
}

/** Of at least so many lines. */
const LEAST = 3;

interface Run {
	readonly vm: number;
	readonly vcpu: number;
	first: number;
	last: number;
}

/** In order. Lines without an event of anybody belong to the stretch that they stand in. */
export function* vcpuRuns(session: Session): Generator<LineRange> {
	const { events, lineCount } = session.trace;
	let run: Run | undefined;
	for (let row = events.rowAtOrAfterLine(1); row < events.length; ) {
		const line = events.line(row);
		const [vm, vcpu] = [events.vm(row), events.vcpu(row)];
		if (run && (run.vm !== vm || run.vcpu !== vcpu)) {
			yield* partsOf(session, run);
			run = undefined;
		}
		if (run) run.last = line;
		else if (vcpu >= 0) run = { vm, vcpu, first: line, last: line };
		row = line < lineCount ? events.rowAtOrAfterLine(line + 1) : events.length;
	}
	if (run) yield* partsOf(session, run);
}

function* partsOf(session: Session, { vm, vcpu, first, last }: Run): Generator<LineRange> {
	const { calls, trace } = session;
	const { events } = trace;
	let from = first;
	const of = calls.of(vm, vcpu);
	const before = calls.latest(vm, vcpu, events.rowAtOrAfterLine(first));
	for (let i = Math.max(0, indexAfter(of, before) - 1); i < of.length; i++) {
		const index = of[i] ?? -1;
		const [begin, end] = [events.line(calls.site(index)), endLine(session, index)];
		if (begin > last) break;
		if (end < from) continue;
		if (begin <= from) from = end + 1;
		else if (end > last) {
			yield* long(from, begin - 1);
			return;
		}
	}
	yield* long(from, last);
}

function* long(first: number, last: number): Generator<LineRange> {
	if (last - first + 1 >= LEAST) yield { first, last };
}
