// The timeline against the full state of the session, row by row and moment by moment. Vacuous if recordings had
// only one state: the first test counts the states that it met.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RecordedSession } from '../../../../src/session/recorded-session.ts';
import type { Session } from '../../../../src/session/session.ts';
import { sliced } from '../../../../src/session/sliced.ts';
import { LANE_STATES, laneOf, STATE_COUNT, stateOf } from '../../../../src/session/timeline/lane-state.ts';
import { rangeOf, rowNear, tileOf } from '../../../../src/session/timeline/timeline.ts';
import { TimelineIndex } from '../../../../src/session/timeline/timeline-index.ts';
import { bytesInMemory } from '../../../../src/trace/byte-source.ts';
import { openTrace } from '../../../../src/trace/open.ts';
import { entry, guestCall, open as lines, powerOff, reset, startOf } from '../lines.ts';
import { withoutProbes } from '../stock-events.ts';

/** As somebody has it who records KVM's own tracepoints alone. */
const STOCK = ' without probes';

const FILES = [
	'examples/linux-guest-hotplug-reboot.report.txt',
	'examples/kernel-selftest-psci_test.trace.txt',
	'examples/scenario-system-suspend-honoured.trace.txt',
	'examples/scenario-cpu-suspend.trace.txt',
	'test/data/traces/lost-trace_pipe.txt',
	'test/data/traces/guest-hibernate.dat',
	'test/data/traces/scenarios-6.12.107.dat',
	`examples/linux-guest-hotplug-reboot.report.txt${STOCK}`,
	`examples/kernel-selftest-psci_test.trace.txt${STOCK}`,
];

async function open(file: string): Promise<Session> {
	const name = file.replace(STOCK, '');
	const bytes = readFileSync(new URL(`../../../../${name}`, import.meta.url));
	const trace = await openTrace(bytesInMemory(name, bytes));
	return RecordedSession.open(name === file ? trace : await withoutProbes(trace));
}

const indexOf = (session: Session) => sliced(TimelineIndex.build(session));

describe('lanes', () => {
	const met = new Set<string>();
	it.each(FILES)('are at every row what the full state says: %s', async (file) => {
		const session = await open(file);
		const index = await indexOf(session);
		const lostSince = session.vcpus.map(() => false);
		const stride = Math.max(1, Math.floor(session.length / 600));
		for (let row = 0; row <= session.length; row++) {
			if (row % stride === 0 || (row < 1000 && session.vcpus.length < 10)) {
				const expected = session.stateAt(row).vcpus.map((vcpu) => stateOf(laneOf(vcpu)));
				const states = index.statesAt(row).slice(0, session.vcpus.length);
				states.forEach((state, lane) => {
					met.add(LANE_STATES[state] ?? '');
					if (LANE_STATES[state] === 'lost') lostSince[lane] = true;
					else expect(`row ${row} lane ${lane}: ${state}`).toBe(`row ${row} lane ${lane}: ${expected[lane]}`);
				});
			}
		}
		if (file.includes('lost')) expect(lostSince).toContain(true);
	});
	it('meets every state that these recordings have', () => {
		expect([...met].sort()).toEqual([...LANE_STATES].sort());
	});
});

describe('a range', () => {
	it('sums up to its length in every lane, whichever way it is cut', async () => {
		const session = await open('examples/linux-guest-hotplug-reboot.report.txt');
		const index = await indexOf(session);
		const cuts = Array.from({ length: 101 }, (_, i) => (index.end * i) / 100);
		const sums = index.sumsAt(cuts);
		for (let lane = 0; lane < session.vcpus.length; lane++) {
			cuts.forEach((cut, i) => {
				const own = Array.from(sums[i] ?? []).slice(lane * STATE_COUNT, (lane + 1) * STATE_COUNT);
				const total = own.reduce((a, b) => a + b, 0);
				expect(total).toBeCloseTo(cut, 3);
			});
		}
		const whole = rangeOf(index, { from: 0, to: index.end });
		const parts = [0, 1, 2, 3].map((n) =>
			rangeOf(index, { from: (index.end * n) / 4, to: (index.end * (n + 1)) / 4 }),
		);
		expect(parts.reduce((n, part) => n + part.calls, 0)).toBe(session.calls.length);
		expect(whole.calls).toBe(session.calls.length);
		expect(parts.reduce((n, part) => n + part.events, 0)).toBe(session.length - 1);
	});

	it('agrees with a sum made event by event', async () => {
		const session = await open('examples/scenario-cpu-suspend.trace.txt');
		const index = await indexOf(session);
		const expected = new Float64Array(session.vcpus.length * STATE_COUNT);
		for (let row = 1; row < session.length; row++) {
			index
				.statesAt(row)
				.slice(0, session.vcpus.length)
				.forEach((state, lane) => {
					const cell = lane * STATE_COUNT + state;
					expected[cell] = (expected[cell] ?? 0) + index.time(row) - index.time(row - 1);
				});
		}
		const [sums] = index.sumsAt([index.end]);
		expect(Array.from(sums?.slice(0, expected.length) ?? [])).toEqual(Array.from(expected));
	});

	it('finds the row of a moment as a plain search does', async () => {
		const session = await open('test/data/traces/guest-hibernate.dat');
		const index = await indexOf(session);
		for (let i = 0; i <= 50; i++) {
			const moment = (index.end * i) / 50;
			let plain = 0;
			while (plain < session.length && index.time(plain) < moment) plain++;
			expect(index.rowAt(moment)).toBe(plain);
		}
	});
});

describe('a tile', () => {
	it('has every call of its range in some mark, alone when there is room', async () => {
		const session = await open('examples/linux-guest-hotplug-reboot.report.txt');
		const index = await indexOf(session);
		const whole = tileOf(index, { from: 0, to: index.end + 1, columns: 600 });
		const count = whole.lanes.flatMap((lane) => lane.calls).reduce((n, mark) => n + mark.count, 0);
		expect(count).toBe(session.calls.length);
		const site = index.time(session.calls.site(0));
		const near = tileOf(index, { from: site - 1000, to: site + 1000, columns: 600 });
		expect(near.lanes[0]?.calls[0]).toMatchObject({
			count: 1,
			label: 'PSCI_VERSION',
			text: 'PSCI_VERSION → 1.3',
			row: session.calls.site(0),
		});
		for (const lane of whole.lanes) expect(lane.shares).toHaveLength(600 * STATE_COUNT);
	});

	it('leads each CPU_ON that succeeded to the first entry of its target', async () => {
		const session = await open('examples/linux-guest-hotplug-reboot.report.txt');
		const index = await indexOf(session);
		const { links, lanes } = tileOf(index, { from: 0, to: index.end, columns: 800 });
		const boot = links.filter((link) => link.kind === 'CPU_ON').slice(0, 3);
		expect(boot.map(({ fromLane, toLane }) => [lanes[fromLane]?.name, lanes[toLane]?.name])).toEqual([
			['vCPU 0', 'vCPU 1'],
			['vCPU 0', 'vCPU 2'],
			['vCPU 0', 'vCPU 3'],
		]);
		for (const link of boot) expect(link.to).toBeGreaterThan(link.from);
	});

	it('leads the VMM that ends a SYSTEM_SUSPEND to the vCPU that goes on', async () => {
		const session = await open('examples/scenario-system-suspend-honoured.trace.txt');
		const index = await indexOf(session);
		const { links, lanes, exits } = tileOf(index, { from: 0, to: index.end, columns: 800 });
		const woken = links.filter((link) => link.kind === 'wake-up');
		expect(woken.map(({ fromLane }) => lanes[fromLane]?.name)).toContain('VMM');
		expect(exits.length).toBeGreaterThan(0);
	});

	it('has, of more arrows than can be told apart, some from all over the range', async () => {
		const off = guestCall(1, ['84000002'], 0, '0', powerOff(1));
		const index = await indexOf(
			await lines(`${startOf(0, '1')}${reset(1, 1, 1)}${entry(1)}${off}`.repeat(1000)),
		);
		expect(index.links.length).toBe(1000);
		const times = tileOf(index, { from: 0, to: index.end, columns: 800 }).links.map(({ to }) => to);
		expect(times.length).toBe(200);
		const last = index.links.at(-1);
		expect(times.at(-1)).toBeGreaterThan(index.time(last?.to ?? 0) * 0.95);
	});

	it('answers nonsense with a tile', async () => {
		const index = await indexOf(await open('examples/scenario-cpu-suspend.trace.txt'));
		for (const query of [
			{ from: Number.NaN, to: Number.POSITIVE_INFINITY, columns: Number.NaN },
			{ from: 5, to: -5, columns: -3 },
			{ from: -1e300, to: 1e300, columns: 1e9 },
		]) {
			const tile = tileOf(index, query);
			expect(tile.to).toBeGreaterThan(tile.from);
			expect(tile.columns).toBeGreaterThan(0);
		}
	});

	it('takes a click to the nearest event of the lane', async () => {
		const session = await open('examples/linux-guest-hotplug-reboot.report.txt');
		const index = await indexOf(session);
		for (let lane = 0; lane < session.vcpus.length; lane++) {
			const row = rowNear(index, index.end / 2, lane);
			expect(session.trace.events.vcpu(row)).toBe(session.vcpus[lane]?.id);
		}
	});
});

it('takes two bytes an event at most where a session is long, however many lanes there are', async () => {
	const session = await open('examples/linux-guest-hotplug-reboot.report.txt');
	const many = { ...viewOf(session), length: 300_000, calls: session.calls } as Session;
	const index = await indexOf(many);
	expect(index.size).toBeLessThan(2 * 300_000 + 10_000);
	expect(index.rowAt(index.end)).toBeLessThan(300_000);
});

/** The session with its events over and over: the table of a long recording without its file. */
function viewOf(session: Session): Session {
	const { events } = session.trace;
	const at = (row: number) => row % events.length;
	const span = events.time(events.length - 1) - events.time(0) + 1n;
	return {
		...session,
		kind: 'recorded',
		vcpus: session.vcpus,
		shownVms: session.shownVms,
		statements: session.statements,
		trace: {
			...session.trace,
			events: {
				length: 300_000,
				kind: (row: number) => events.kind(at(row)),
				time: (row: number) => events.time(at(row)) + span * BigInt(Math.floor(row / events.length)),
				cpu: (row: number) => events.cpu(at(row)),
				thread: (row: number) => events.thread(at(row)),
				vm: (row: number) => events.vm(at(row)),
				vcpu: (row: number) => events.vcpu(at(row)),
				attribution: (row: number) => events.attribution(at(row)),
				line: (row: number) => events.line(at(row)),
				detail: (row: number) => events.detail(at(row)),
				rowAtOrAfterLine: () => 0,
			},
		},
	} as unknown as Session;
}
