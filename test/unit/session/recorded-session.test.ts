// The laws of a recorded session, on real recordings. Vacuous if the examples held no events (the first
// test would fail) or if states never differed between positions (the second test checks that they do).

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHECKPOINT_INTERVAL, intervalFor } from '../../../src/session/checkpoints.ts';
import { reached } from '../../../src/session/reached.ts';
import type { MachineState } from '../../../src/session/state.ts';
import { applyEvent, EXAMPLES, openExample, openText } from './example.ts';

describe.each(EXAMPLES)('%s', (name) => {
	it('has calls, and statements at each of them', async () => {
		const session = await openExample(name);
		expect(session.calls.length).toBeGreaterThan(10);
		const statements = new Set(session.statements);
		for (let i = 0; i < session.calls.length; i++) expect(statements).toContain(session.calls.site(i));
	});

	it('the state at a position never depends on how one got there', async () => {
		const straight: MachineState[] = [];
		const reference = await openExample(name);
		let state = reference.stateAt(0);
		for (let row = 0; row <= reference.length; row++) {
			straight.push(state);
			if (row < reference.length) state = applyEvent(state, reference.trace, reference.calls, row);
		}
		expect(new Set(straight).size).toBeGreaterThan(20);
		const session = await openExample(name);
		fc.assert(
			fc.property(fc.array(fc.nat(session.length), { minLength: 1, maxLength: 30 }), (walk) => {
				for (const row of walk) expect(session.stateAt(row)).toEqual(straight[row]);
			}),
		);
	});

	it('a state is never changed by what comes later', async () => {
		const session = await openExample(name);
		const middle = session.stateAt(Math.floor(session.length / 2));
		const before = structuredClone(middle);
		session.stateAt(session.length);
		expect(middle).toEqual(before);
	});
});

describe('a long recording', () => {
	const lines = Array.from(
		{ length: 20_000 },
		(_, i) =>
			` CPU 0/KVM-10 [000] ..... ${i + 1}.000000: kvm_entry: PC: 0x${(0x40000000 + 4 * i).toString(16).padStart(16, '0')}`,
	);

	it('warmed up, costs even the first far jump at most one interval, and stops warming when told', async () => {
		const session = await openText(`# tracer: nop\n#\n${lines.join('\n')}\n`);
		const stopped = new AbortController();
		stopped.abort();
		await session.warm(stopped.signal);
		expect(session.applied).toBe(0);
		await session.warm(new AbortController().signal);
		const before = session.applied;
		session.stateAt(19_990);
		expect(session.applied - before).toBeLessThanOrEqual(CHECKPOINT_INTERVAL);
	});

	it('is warmed up to a row only, in slices', async () => {
		const session = await openText(`# tracer: nop\n#\n${lines.join('\n')}\n`);
		await session.warm(new AbortController().signal, 5000);
		const before = session.applied;
		session.stateAt(5000);
		expect(session.applied).toBe(before);
		await session.warm(new AbortController().signal, 4000);
		expect(session.applied - before).toBeLessThanOrEqual(CHECKPOINT_INTERVAL);
	});

	it('is replayed in slices by passes that ask for a state far ahead', async () => {
		const calls = Array.from(
			{ length: 20_000 },
			(_, i) =>
				` CPU 0/KVM-10 [000] ..... ${i + 1}.000000: kvm_hvc_arm64: HVC at 0x0000000040000004 (r0: 0x0000000084000000, imm: 0x0)`,
		);
		const session = await openText(`# tracer: nop\n#\n${calls.join('\n')}\n`);
		let most = 0;
		let before = session.applied;
		const pass = reached(session, session.length);
		let step = pass.next();
		for (; !step.done; step = pass.next()) {
			most = Math.max(most, session.applied - before);
			before = session.applied;
		}
		expect(step.value).toEqual(session.stateAt(session.length));
		expect(session.applied).toBeGreaterThanOrEqual(20_000);
		expect(most).toBeLessThanOrEqual(4 * CHECKPOINT_INTERVAL);
	});

	it('costs a step at most one checkpoint interval, wherever it is made', async () => {
		const session = await openText(`# tracer: nop\n#\n${lines.join('\n')}\n`);
		session.stateAt(session.length);
		for (const row of [1, 255, 256, 257, 9_999, 19_998, 12, 15_000, 19_999]) {
			for (const to of [row, row - 1, row + 1]) {
				const before = session.applied;
				session.stateAt(to);
				expect(session.applied - before).toBeLessThanOrEqual(CHECKPOINT_INTERVAL);
			}
		}
	});
});

describe('checkpoints', () => {
	it('lie 256 events apart in a short recording, and further in one that is long or has many vCPUs', () => {
		expect(intervalFor(100_000, 4)).toBe(CHECKPOINT_INTERVAL);
		for (const vcpus of [4, 64, 512]) {
			const interval = intervalFor(10_000_000, vcpus);
			expect((10_000_000 / interval) * vcpus).toBeLessThanOrEqual(0x2_0000);
			expect((10_000_000 / interval) * vcpus * 2).toBeGreaterThan(0x2_0000);
		}
	});
});
