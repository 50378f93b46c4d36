// What took part in a call, for the lines of the specification panel.

import { expect, it } from 'vitest';
import { marksOf } from '../../../src/panels/marks.ts';
import { viewAt } from '../../../src/session/view.ts';
import { openExample, rowOnLine } from '../session/example.ts';

const onPage = (rule: string) => rule.startsWith('cpu_on.');

async function marksAt(decision: number) {
	const session = await openExample('linux-guest-hotplug-reboot.report.txt');
	// Decisions are at the event that has the arguments, `call`.
	const row = rowOnLine(session, 149);
	const { call } = viewAt(session, { row, decision }, row, undefined);
	return marksOf(call, onPage);
}

it('before stepping in, all rules of the call are told, the last of its own as the deciding one', async () => {
	const marks = await marksAt(0);
	expect(marks.filter((m) => m.kind === 'deciding').map((m) => m.id)).toContain('cpu_on.target_stopped');
	expect(marks.find((m) => m.id === 'smccc_filter.handles')?.kind).toBe('passed');
	expect(marks.find((m) => m.id === 'CPU_ON.use')).toEqual({
		id: 'CPU_ON.use',
		kind: 'deciding',
		text: 'cpu_on.target_stopped',
	});
});

it('standing at a decision, those before have passed and those after are ahead', async () => {
	const marks = await marksAt(2);
	const rules = marks.slice(0, 4).map((m) => m.kind);
	expect(rules).toEqual(['passed', 'here', 'ahead', 'ahead']);
});

it('no call, no marks', () => {
	expect(marksOf(undefined, onPage)).toEqual([]);
});
