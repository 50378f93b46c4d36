// What the panels are told of real recordings, beside the state. Vacuous if the recordings had none of it: counts and
// names are those that the recordings are known to have.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PanelData } from '../../../../src/session/panel/panel-data.ts';
import { asQuestion } from '../../../../src/session/panel/question.ts';
import { RecordedSession } from '../../../../src/session/recorded-session.ts';
import { bytesInMemory } from '../../../../src/trace/byte-source.ts';
import { openTrace } from '../../../../src/trace/open.ts';

async function open(file: string): Promise<PanelData> {
	const bytes = readFileSync(new URL(`../../../../${file}`, import.meta.url));
	return new PanelData(await RecordedSession.open(await openTrace(bytesInMemory(file, bytes))));
}

const REBOOT = 'examples/linux-guest-hotplug-reboot.report.txt';

describe('system events', () => {
	it('tell type, caller, what is left in the registers, and what the API document asks', async () => {
		const { exits, count } = await (await open(REBOOT)).answer({ ask: 'exits' });
		expect(count).toBe(1);
		expect(exits[0]).toMatchObject({ type: 'RESET', vcpu: 'vCPU 0', flags: 'none', provenance: 'recorded' });
		expect(exits[0]?.registers.map(({ name }) => name)).toEqual(['x0', 'x1', 'x2', 'x3']);
		expect(exits[0]?.asks).toContain('reset');
	});

	it('tell what the VMM did next', async () => {
		const data = await open('examples/scenario-system-suspend-honoured.trace.txt');
		const { exits } = await data.answer({ ask: 'exits' });
		expect(exits.map(({ type }) => type)).toContain('SUSPEND');
		expect(exits.flatMap(({ next }) => next).join('; ')).toContain('sets SUSPENDED');
	});
});

describe('requests', () => {
	it('have a consumer, or stand out as never consumed', async () => {
		const list = await (await open(REBOOT)).answer({ ask: 'requests' });
		expect(list.count).toBe(list.rows.length);
		const never = list.rows.filter(({ consumedRow }) => consumedRow === undefined);
		// The reset stops all four, and nothing of them is recorded after it.
		expect(never.map(({ name, vcpu }) => `${name} ${vcpu}`)).toEqual(
			[0, 1, 2, 3].map((n) => `KVM_REQ_SLEEP vCPU ${n}`),
		);
		expect(list.neverConsumed).toBe(4);
		for (const row of list.rows) {
			expect(row.waited).toBeGreaterThanOrEqual(0);
			if (row.consumedRow !== undefined) expect(row.consumedRow).toBeGreaterThanOrEqual(row.row);
		}
		expect(list.rows.map(({ name }) => name)).toContain('KVM_REQ_VCPU_RESET');
	});
});

describe('the event table', () => {
	it('lists all events, those with a text, and those for which an expression holds', async () => {
		const data = await open(REBOOT);
		const { length } = data.session;
		expect(await data.answer({ ask: 'filter', text: '' })).toEqual({ count: length, problem: '' });
		const text = await data.answer({ ask: 'filter', text: 'cpu_off' });
		const { events } = await data.answer({ ask: 'events', from: 0, count: 500 });
		expect(events).toHaveLength(text.count);
		for (const event of events) expect(event.text).toContain('CPU_OFF');
		const held = await data.answer({ ask: 'filter', text: 'event == ret && vcpu == 1' });
		expect(held.count).toBeGreaterThan(0);
		for (const event of (await data.answer({ ask: 'events', from: 0, count: 500 })).events)
			expect([event.kind, event.vcpu]).toEqual(['ret', 'vCPU 1']);
		const bad = await data.answer({ ask: 'filter', text: 'vcpu ==' });
		expect(bad).toMatchObject({ count: held.count, problem: expect.stringMatching(/./) });
	});

	it('knows where in the list a row is', async () => {
		const data = await open(REBOOT);
		await data.answer({ ask: 'filter', text: 'CPU_ON target' });
		const { events } = await data.answer({ ask: 'events', from: 0, count: 500 });
		for (const [i, { row }] of events.entries()) {
			expect(await data.answer({ ask: 'index', row })).toEqual({ index: i });
			expect(await data.answer({ ask: 'index', row: row + 1 })).toEqual({ index: i + 1 });
		}
		expect(events.length).toBeGreaterThan(3);
	});
});

it('takes no question that is none', () => {
	for (const raw of [
		null,
		'timeline',
		{},
		{ ask: 'timeline' },
		{ ask: 'timeline', from: Number.NaN, to: 1, columns: 1 },
		{ ask: 'range', from: '0', to: 1 },
		{ ask: 'search', text: 'x'.repeat(501) },
		{ ask: 'events', from: -1, count: 5 },
		{ ask: 'index', row: 1.5 },
		{ ask: 'eval', text: '1' },
	])
		expect(asQuestion(raw)).toBeUndefined();
});

describe('the timeline', () => {
	const range = { from: 0, to: 200e9, columns: 1000 };

	it('tells the marks alone, of the same timeline as the lanes', async () => {
		const data = await open(REBOOT);
		const tile = await data.answer({ ask: 'timeline', ...range });
		expect(tile.breakpoints).toEqual([]);
		const row = data.session.calls.site(3);
		const marks = await data.answer({ ask: 'marks', ...range }, () => ({ breakpoints: [row] }));
		expect(marks.revision).toBe(tile.revision);
		expect(marks.breakpoints.map((mark) => mark.row)).toEqual([row]);
		expect(marks).not.toHaveProperty('lanes');
		// Another session's are told apart, so that its lanes are asked for too.
		const other = await (await open(REBOOT)).answer({ ask: 'marks', ...range });
		expect(other.revision).not.toBe(tile.revision);
	});

	it('marks what was searched for, and what is wrong', async () => {
		const data = await open(REBOOT);
		await data.answer({ ask: 'search', text: 'CPU_OFF' });
		await data.answer({ ask: 'findings' });
		const { found, findings } = await data.answer({ ask: 'marks', ...range });
		expect(found.length).toBeGreaterThan(0);
		expect(found.every(({ text }) => text.includes('CPU_OFF'))).toBe(true);
		expect(findings.map(({ text }) => text).join()).toContain('RESET');
	});
});
