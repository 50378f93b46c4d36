// Calls by line, as the editor's features ask for them. Vacuous if a line gave any call: its site is compared.

import { expect, it } from 'vitest';
import { callLines, endLine, rowOnLine } from '../../../src/session/call-lines.ts';
import { callOutline } from '../../../src/session/call-outline.ts';
import { linesDecidedBy, rulesOnClause } from '../../../src/session/decided-calls.ts';
import { EXAMPLES, openExample } from './example.ts';

const [LINUX] = EXAMPLES;

it.each(EXAMPLES)('%s: every call is on the line of its site', async (name) => {
	const session = await openExample(name);
	const all = callLines(session).between(1, session.trace.lineCount);
	expect(all.length).toBe(session.calls.length);
	for (const { line, index } of all) {
		expect(rowOnLine(session, line)).toBe(session.calls.site(index));
		expect(callLines(session).between(line, line)).toContainEqual({ line, index });
		expect(endLine(session, index)).toBeGreaterThanOrEqual(line);
	}
});

it('a line outside the recording, or without an event, has no row', async () => {
	const session = await openExample(LINUX);
	for (const line of [-1, 0, 1, session.trace.lineCount + 1, 1e9])
		expect(rowOnLine(session, line)).toBeUndefined();
	expect(callLines(session).between(5, 4)).toEqual([]);
});

it('the outline has each vCPU with its calls, and no more than asked for', async () => {
	const session = await openExample(LINUX);
	const outline = callOutline(session, 5000);
	expect(outline.map(({ name }) => name)).toEqual(['vCPU 0', 'vCPU 1', 'vCPU 2', 'vCPU 3']);
	expect(outline.flatMap(({ calls }) => calls).length).toBe(session.calls.length);
	expect(outline[0]?.calls[0]).toMatchObject({ text: 'PSCI_VERSION', line: 88, endLine: 90 });
	expect(callOutline(session, 3).flatMap(({ calls }) => calls).length).toBe(3);
});

it('the calls that a rule decided are those of the clause that it rests on', async () => {
	const session = await openExample(LINUX);
	const byRule = await linesDecidedBy(session, 'rule', 'cpu_on.target_stopped');
	expect(byRule).toContain(148);
	expect(rulesOnClause('CPU_ON.use')).toContain('cpu_on.target_stopped');
	expect(await linesDecidedBy(session, 'clause', 'CPU_ON.use')).toEqual(byRule);
	expect(await linesDecidedBy(session, 'rule', 'no.such_rule')).toEqual([]);
});
