// The sweep that carries along what rules depend on, against the full state at every row. Vacuous if nothing of it
// changed, or if nothing were left out: both are counted.

import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PowerSweep } from '../../../src/session/power-sweep.ts';
import type { RecordedSession } from '../../../src/session/recorded-session.ts';
import { RecordedSession as Recorded } from '../../../src/session/recorded-session.ts';
import type { MachineState } from '../../../src/session/state.ts';
import { anyEvents, ENTRY, EXIT, openEvents } from './any-events.ts';
import { openExample } from './example.ts';
import { withoutProbes } from './stock-events.ts';

/** The others are the same recordings, whole. */
const RECORDINGS = readdirSync(new URL('../../../examples/', import.meta.url)).filter((name) =>
	name.endsWith('.txt'),
);

/** What a call's rules can depend on. */
const powers = ({ vcpus, vms }: MachineState) =>
	JSON.stringify([
		vcpus.map(({ mpState }) => mpState?.value),
		vms.map(({ psciVersion }) => psciVersion?.value),
	]);

function expectSame(session: RecordedSession): { changes: number; applied: number } {
	const sweep = new PowerSweep(session.stateAt(0), session.trace, session.calls);
	let [changes, before, version] = [0, powers(sweep.state), sweep.version];
	for (let row = 0; row < session.length; row++) {
		sweep.take(row, session.trace.events.kind(row));
		const now = powers(sweep.state);
		if (now !== powers(session.stateAt(row + 1)))
			expect.fail(`after row ${row} of ${session.trace.name}: ${now}, ${powers(session.stateAt(row + 1))}`);
		if (now !== before) changes++;
		if (now !== before) expect(sweep.version).toBeGreaterThan(version);
		[before, version] = [now, sweep.version];
	}
	return { changes, applied: sweep.applied };
}

describe.each(RECORDINGS)('%s', (name) => {
	it('has the powers of the full state at every row', async () => {
		const session = await openExample(name);
		const { changes, applied } = expectSame(session);
		expect(changes).toBeGreaterThan(0);
		expect(applied).toBeLessThan(session.length / 2);
	});

	it('has them without probes, too', async () => {
		const { trace } = await openExample(name);
		expect(expectSame(await Recorded.open(await withoutProbes(trace))).changes).toBeGreaterThan(0);
	});
});

it('has them of any events in any order', async () => {
	let changes = 0;
	await fc.assert(
		fc.asyncProperty(anyEvents, async (events) => {
			changes += expectSame(await openEvents(events)).changes;
		}),
		{ numRuns: 60 },
	);
	expect(changes).toBeGreaterThan(100);
});

it('looks at nothing where vCPUs only enter and leave', async () => {
	const events = Array.from({ length: 9_000 }, (_, i) => ({
		vcpu: i % 3,
		payload: Math.floor(i / 3) % 2 ? EXIT : ENTRY,
	}));
	expect(expectSame(await openEvents(events)).applied).toBe(3);
});
