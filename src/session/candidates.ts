// Which rows an expression can hold at, told from columns alone: a cheap test of one row, made once a search.

import { columnsOf } from './expression/columns.ts';
import type { Node } from './expression/syntax.ts';
import type { Session } from './session.ts';

export type Candidate = (row: number) => boolean;

/** Yields now and then; undefined: every row is one. */
export function* candidatesOf(session: Session, node: Node): Generator<number, Candidate | undefined> {
	const { events } = session.trace;
	const { kinds, vcpus, vms, functions } = columnsOf(node);
	const tests: Candidate[] = [];
	if (functions) {
		const marked = yield* rowsOfCalls(session, functions);
		tests.push((row) => marked[row] === 1);
	}
	if (kinds) {
		const wanted = new Uint8Array(256);
		for (const kind of kinds) wanted[kind] = 1;
		tests.push((row) => wanted[events.kind(row)] === 1);
	}
	if (vcpus) tests.push((row) => vcpus.has(events.vcpu(row)));
	if (vms) tests.push((row) => vms.has(events.vm(row)));
	const [first, second] = tests;
	if (!first || !second) return first;
	return (row) => tests.every((test) => test(row));
}

/** A mark for each row that belongs to a call of one of the functions. */
function* rowsOfCalls(session: Session, functions: ReadonlySet<number>): Generator<number, Uint8Array> {
	const { calls, length } = session;
	const { events } = session.trace;
	const marked = new Uint8Array(length);
	for (let index = 0; index < calls.length; index++) {
		if (index % 1024 === 1023) yield index;
		if (!functions.has(calls.functionId(index))) continue;
		const rows = calls.at(index);
		if (!rows) continue;
		for (let row = rows.site; row <= rows.end; row++) {
			if (row % 4096 === 4095) yield index;
			if (events.vcpu(row) === rows.vcpu && events.vm(row) === rows.vm) marked[row] = 1;
		}
	}
	return marked;
}
