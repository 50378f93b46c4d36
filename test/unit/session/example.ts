// The example recordings as sessions, for tests.

import { readFileSync } from 'node:fs';
import { RecordedSession } from '../../../src/session/recorded-session.ts';
import { bytesInMemory } from '../../../src/trace/byte-source.ts';
import { openTrace } from '../../../src/trace/open.ts';

export const EXAMPLES = [
	'linux-guest-hotplug-reboot.report.txt',
	'kernel-selftest-psci_test.trace.txt',
];

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
