// Real consoles among the events of the recordings that they belong to. Vacuous if no line were placed, or the
// recording's own rows had moved: lines are counted, and the rows compared one by one.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { addConsoles } from '../../../src/session/consoles/open-consoles.ts';
import { describeEvent } from '../../../src/session/describe.ts';
import { RecordedSession } from '../../../src/session/recorded-session.ts';
import { viewAt } from '../../../src/session/view.ts';
import { bytesInMemory } from '../../../src/trace/byte-source.ts';
import { EventKind } from '../../../src/trace/event.ts';
import { jsonlOf } from '../../../src/trace/jsonl/write-jsonl.ts';
import type { Trace } from '../../../src/trace/trace.ts';
import { openText, sampleBytes } from '../trace/samples.ts';

const example = (name: string) =>
	new Uint8Array(readFileSync(new URL(`../../../examples/${name}`, import.meta.url)));
const consoleOf = (name: string) => bytesInMemory(name, sampleBytes(name));
const said = (text: string) => bytesInMemory('console.txt', new TextEncoder().encode(text));

/** A recording, its console, the lines it has, and how the note says they were aligned. */
const RECORDINGS = [
	['guest-reboot.report.txt', 'guest-reboot.console.txt', 16, /13 of its 16 lines .* 56\.231 s ± \d\d ms/],
	['hotplug-stock.jsonl.gz', 'hotplug-stock.console.txt', 12, /9 of its 12 lines .* 382\.421 s ± \d\d ms/],
	['guest-hibernate.dat', 'guest-hibernate.console.txt', 15, /52\.264 s or more, then 56\.049 s ± \d\d ms/],
	['qemu-reboot.log', 'qemu-reboot.console.txt', 12, /9 of its 12 lines .* has no times/],
] as const;

const rowsOf = ({ events }: Trace, kind: 'console' | 'own') =>
	Array.from({ length: events.length }, (_, row) => row).filter(
		(row) => (events.kind(row) === EventKind.console) === (kind === 'console'),
	);
const textAt = (trace: Trace, row: number) => {
	const detail = trace.events.detail(row);
	return detail.kind === 'console' ? detail.text : '';
};

describe.each(RECORDINGS)('%s with its console', (file, consoleFile, lines, note) => {
	const bare = openText(sampleBytes(file), file);
	const merged = bare.then((trace) => addConsoles(trace, [consoleOf(consoleFile)]));

	it('has its own rows as they were, and the console among them in order of time', async () => {
		const [before, { events, notes = [] }] = [await bare, await merged];
		const own = rowsOf(await merged, 'own');
		expect(rowsOf(await merged, 'console')).toHaveLength(lines);
		expect(own).toHaveLength(before.events.length);
		const step = Math.ceil(own.length / 2000);
		own.forEach((row, index) => {
			if (index % step !== 0) return;
			expect(events.detail(row)).toEqual(before.events.detail(index));
			expect([
				events.kind(row),
				events.time(row),
				events.line(row),
				events.vcpu(row),
				events.thread(row),
			]).toEqual([
				before.events.kind(index),
				before.events.time(index),
				before.events.line(index),
				before.events.vcpu(index),
				before.events.thread(index),
			]);
			expect(events.rowAtOrAfterLine(events.line(row))).toBe(row);
		});
		for (let row = 1; row < events.length; row++) expect(events.time(row) >= events.time(row - 1)).toBe(true);
		expect(notes).toEqual([expect.stringMatching(note)]);
	});

	it('has each line after what it tells of, and before what it announces', async () => {
		const trace = await merged;
		const { calls } = await RecordedSession.open(trace);
		const at = (pattern: RegExp) =>
			rowsOf(trace, 'console').filter((row) => pattern.test(textAt(trace, row)));
		const sites = (...ids: number[]) =>
			Array.from({ length: calls.length }, (_, index) => index)
				.filter((index) => ids.includes(calls.functionId(index)))
				.map((index) => calls.site(index));
		const [version = -1] = sites(0x84000000);
		expect(at(/PSCIv1\.\d detected/)[0]).toBeGreaterThan(version);
		const [off = -1] = sites(0x84000008, 0x84000009, 0xc4000015);
		expect(at(/^reboot: /)[0]).toBeLessThan(off);
		const ons = sites(0xc4000003);
		const booted = at(/Booted secondary/);
		expect(booted).toHaveLength(ons.length);
		// Linux brings CPUs up one at a time, and says so before it goes on to the next.
		for (const [index, row] of booted.entries()) expect(row).toBeGreaterThan(ons[index] ?? 0);
		const offs = sites(0x84000002);
		for (const [index, row] of at(/CPU\d killed/).entries())
			expect(row).toBeGreaterThan(offs[index] ?? Number.POSITIVE_INFINITY);
	});

	it('is a session with the same calls and states', async () => {
		const [plain, together] = [
			await RecordedSession.open(await bare),
			await RecordedSession.open(await merged),
		];
		expect(together.calls.length).toBe(plain.calls.length);
		expect(together.statements.length).toBe(plain.statements.length);
		const known = (session: RecordedSession) =>
			session
				.stateAt(session.length)
				.vcpus.map(({ mpState, whereabouts, pc }) => [mpState?.value, whereabouts?.value, pc?.value]);
		expect(known(together)).toEqual(known(plain));
		const [row = -1] = rowsOf(await merged, 'console');
		expect(describeEvent(together, row)).toMatch(/^Linux: psci: /);
		expect(viewAt(together, { row, decision: 0 }, row, undefined).notes.join()).toMatch(note);
	});
});

it('is written as JSON Lines and read back with its console', async () => {
	const trace = await addConsoles(await openText(sampleBytes('hotplug-stock.jsonl.gz')), [
		consoleOf('hotplug-stock.console.txt'),
	]);
	const again = await openText(`${[...jsonlOf(trace)].join('\n')}\n`);
	expect(again.threads).toEqual(trace.threads);
	expect(again.vms).toEqual(trace.vms);
	for (let row = 0; row < trace.events.length; row++) {
		expect(again.events.detail(row)).toEqual(trace.events.detail(row));
		expect(again.events.time(row)).toBe(trace.events.time(row));
		expect([again.events.vm(row), again.events.vcpu(row)]).toEqual([
			trace.events.vm(row),
			trace.events.vcpu(row),
		]);
	}
});

describe('a console', () => {
	const trace = () => openText(sampleBytes('hotplug-stock.jsonl.gz'));

	it('that tells of nothing in the recording is in order only, and the note says so', async () => {
		const { events, notes } = await addConsoles(await trace(), [
			said('[    3.000000] PM: suspend entry (s2idle)\n[    9.000000] PM: suspend exit\n'),
		]);
		expect([0, 1, 2].map((row) => events.kind(row) === EventKind.console)).toEqual([true, true, false]);
		expect(notes?.[0]).toMatch(/nothing that it tells of is in the recording, .* in their own order/);
	});

	it('without times stands at what it tells of', async () => {
		const { events, notes } = await addConsoles(await trace(), [
			said('psci: PSCIv1.3 detected in firmware.\npsci: CPU1 killed.\nreboot: Restarting system\n'),
		]);
		const placed = Array.from({ length: events.length }, (_, row) => row).filter(
			(row) => events.kind(row) === EventKind.console,
		);
		const around = placed.map((row) =>
			[events.detail(row - 1), events.detail(row + 1)].map((detail) =>
				detail.kind === 'kvm_hvc_arm64' ? detail.r0 : 0n,
			),
		);
		expect(around[0]?.[0]).toBe(0x84000000n);
		expect(around[1]?.[0]).toBe(0x84000002n);
		expect(notes?.[0]).toMatch(/stand at those; the others are in order only/);
	});

	it('that began late is paired from its end', async () => {
		const whole = new TextDecoder().decode(sampleBytes('hotplug-stock.console.txt'));
		const late = whole.slice(whole.indexOf('[   45.163732]'));
		const { notes } = await addConsoles(await trace(), [said(late)]);
		expect(notes?.[0]).toMatch(/382\.4\d\d s ± \d\d ms/);
	});

	it('of the firmware stands beside that of Linux', async () => {
		const firmware = bytesInMemory(
			'uart1',
			new TextEncoder().encode('WARNING: Unimplemented PSCI Call: 0x84000012\n'),
		);
		const { events, notes } = await addConsoles(await trace(), [
			consoleOf('hotplug-stock.console.txt'),
			firmware,
		]);
		expect(notes).toHaveLength(2);
		expect(events.detail(0)).toMatchObject({ kind: 'console', source: 'TF-A' });
	});

	it('alone is a session, without calls, that can be stepped through', async () => {
		const session = await RecordedSession.open(await openText(sampleBytes('guest-hibernate.console.txt')));
		expect([session.calls.length, session.vcpus.length]).toEqual([0, 4]);
		expect(session.stateAt(session.length).vcpus.map(({ lastRow }) => lastRow >= 0)).toEqual([
			true,
			true,
			true,
			true,
		]);
	});
});

it('the examples of examples/ have room for a console, too: the resume shows its clock jump', async () => {
	const trace = await openText(example('linux-guest-hibernate-resume.dat'), 'resume');
	const text =
		'[    0.402732] CPU1: Booted secondary processor 0x0000000001 [0x000f0510]\n[   37.758930] psci: CPU1 killed (polled 0 ms)\n[   42.142346] reboot: Power down\n';
	const { notes } = await addConsoles(trace, [said(text)]);
	expect(notes?.[0]).toMatch(/172\.\d+ s or more, then 169\.\d+ s or more, then 172\.\d+ s or less/);
});
