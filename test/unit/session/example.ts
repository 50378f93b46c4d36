// The example recordings as sessions, for tests.

import { readFileSync } from 'node:fs';
import type { CallTable } from '../../../src/session/calls.ts';
import { Fold } from '../../../src/session/fold/fold.ts';
import { RecordedSession } from '../../../src/session/recorded-session.ts';
import type { Session } from '../../../src/session/session.ts';
import type { MachineState } from '../../../src/session/state.ts';
import { bytesInMemory } from '../../../src/trace/byte-source.ts';
import { openTrace } from '../../../src/trace/open.ts';
import type { Trace } from '../../../src/trace/trace.ts';

export const EXAMPLES = [
	'linux-guest-hotplug-reboot.report.txt',
	'kernel-selftest-psci_test.trace.txt',
] as const;

export async function openExample(name: string): Promise<RecordedSession> {
	const bytes = readFileSync(new URL(`../../../examples/${name}`, import.meta.url));
	return openText(bytes, name);
}

export async function openText(text: string | Uint8Array, name = 'test.txt'): Promise<RecordedSession> {
	const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
	return RecordedSession.open(await openTrace(bytesInMemory(name, bytes)));
}

/** The row on a 1-based line. */
export function rowOnLine(session: RecordedSession, line: number): number {
	const row = session.trace.events.rowAtOrAfterLine(line);
	if (session.trace.events.line(row) !== line) throw new Error(`line ${line} has no event`);
	return row;
}

/** The machine after one event: how states are found one by one, for what finds them together to be held against. */
export function applyEvent(state: MachineState, trace: Trace, calls: CallTable, row: number): MachineState {
	const fold = new Fold(state, trace, calls);
	fold.apply(row);
	return fold.state;
}

/** The rows that the model decides something at, ascending. */
export function decidedRows(session: Session): number[] {
	const rows: number[] = [];
	const pass = session.decided((row) => rows.push(row));
	while (!pass.next().done);
	return rows;
}
