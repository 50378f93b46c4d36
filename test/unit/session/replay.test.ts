// Passing over many events at once gives the state that applying each of them gives, to the last provenance.
// Vacuous if nothing were passed over: the last test counts how little is applied.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RecordedSession } from '../../../src/session/recorded-session.ts';
import { Replay } from '../../../src/session/replay.ts';
import type { MachineState } from '../../../src/session/state.ts';
import { anyEvents, ENTRY, EXIT, openEvents } from './any-events.ts';
import { applyEvent, EXAMPLES, openExample } from './example.ts';

/** The state before each row, event by event. */
function straight({ trace, calls, length }: RecordedSession, start: MachineState): MachineState[] {
	const states = [start];
	for (let row = 0; row < length; row++) {
		const state = states[row];
		if (state) states.push(applyEvent(state, trace, calls, row));
	}
	return states;
}

function expectSame(session: RecordedSession, spans: number): void {
	const states = straight(session, session.stateAt(0));
	fc.assert(
		fc.property(fc.nat(session.length), fc.nat(session.length), (a, b) => {
			const from = Math.min(a, b);
			const to = Math.max(a, b);
			const start = states[from];
			if (!start) throw new Error(`no state ${from}`);
			const replay = new Replay(start, session.trace, session.calls);
			replay.run(from, to);
			expect(replay.state).toEqual(states[to]);
		}),
		{ numRuns: spans },
	);
}

it.each(EXAMPLES)('%s', async (name) => {
	expectSame(await openExample(name), 60);
});

describe('anything', () => {
	it('that events may be, in any order', async () => {
		await fc.assert(
			fc.asyncProperty(anyEvents, async (events) => {
				const session = await openEvents(events);
				expect(session.length).toBe(events.length);
				expectSame(session, 12);
			}),
			{ numRuns: 60 },
		);
	});
});

it('looks at few of the entries and exits', async () => {
	const events = Array.from({ length: 10_000 }, (_, i) => ({
		vcpu: i % 3,
		payload: Math.floor(i / 3) % 2 ? EXIT : ENTRY,
	}));
	const session = await openEvents(events);
	const replay = new Replay(session.stateAt(0), session.trace, session.calls);
	replay.run(0, session.length);
	expect(replay.applied).toBeLessThanOrEqual(3 * 4);
});
