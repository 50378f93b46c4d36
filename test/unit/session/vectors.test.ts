// Sessions of the recorded scenarios against the vectors beside them: what the program that ran them called and got
// back, arguments, results and exits, call by call. Vacuous if no call were matched: the counts are demanded.

import { describe, expect, it } from 'vitest';
import { decodeCall } from '../../../src/psci/call.ts';
import { decodeResult } from '../../../src/psci/result.ts';
import { recordedCall } from '../../../src/session/recorded-call.ts';
import { RecordedSession } from '../../../src/session/recorded-session.ts';
import { openBinary, openSample } from '../trace/samples.ts';
import { callsOfVectors, type VectorCall } from '../trace/vector-calls.ts';

/** Registers that an AArch32 guest sees half of. */
const seen = (value: bigint, half: boolean) => (half ? value & 0xffff_ffffn : value);

describe.each([
	['5.10.223', 170, false],
	['6.1.176', 160, false],
	['6.12.107', 173, true],
	['7.2.13', 173, true],
] as const)('the scenarios on %s', (kernel, count, smc) => {
	it.each(['txt.gz', 'dat'])('are in the session (%s) as the vectors have them', async (form) => {
		const open = form === 'dat' ? openBinary : openSample;
		const session = await RecordedSession.open(await open(`scenarios-${kernel}.${form}`));
		const vectors = callsOfVectors(`scenarios-${kernel}.jsonl.gz`, smc);
		const ends = { returned: 0, events: 0, forwarded: 0, other: 0 };
		let at = 0;
		let calls = 0;
		for (let index = 0; index < session.calls.length; index++) {
			const call = recordedCall(session, index);
			if (!call?.call || call.rows.entry < 0) continue;
			calls++;
			const entry = session.trace.events.detail(call.rows.entry);
			const x = entry.kind === 'call' ? entry.x : [];
			const made = (vector: VectorCall | undefined) =>
				vector?.vcpu === call.rows.vcpu && vector.x.every((value, n) => value === x[n]);
			// Steps between have no handler to reach: their vCPU was stopped, or the conduit has no probe.
			while (at < vectors.length && !made(vectors[at])) at++;
			const vector = vectors[at++];
			if (!vector) throw new Error(`no step has ${call.call.text}`);
			expect(call.call.arguments, vector.where).toEqual(decodeCall(vector.x).arguments);
			const exit = session.stateAt(call.rows.end + 1).vms.find(({ vm }) => vm === call.rows.vm)?.lastExit;
			switch (vector.outcome) {
				case 'return': {
					const [x0 = 0n] = vector.result ?? [];
					if (vector.result === undefined) break;
					expect(call.goesOn, vector.where).toBe(1);
					const result = call.result && seen(BigInt.asUintN(64, call.result.value), vector.half);
					expect(result, vector.where).toBe(
						seen(BigInt.asUintN(64, decodeResult(call.call, x0).value), vector.half),
					);
					ends.returned++;
					break;
				}
				case 'system_event':
					expect([call.goesOn, exit?.type?.value], vector.where).toEqual([0, vector.type]);
					expect(exit?.delivered, vector.where).toBe(call.rows.end);
					ends.events++;
					break;
				case 'hypercall':
					expect(call.goesOn, vector.where).toBe(0);
					expect(exit === undefined || exit.row < call.rows.site, vector.where).toBe(true);
					ends.forwarded++;
					break;
				default:
					expect(call.goesOn, vector.where).toBe(1);
					ends.other++;
			}
		}
		expect(calls).toBe(count);
		expect(ends.returned).toBeGreaterThan(100);
		expect(ends.events).toBeGreaterThan(5);
		expect(ends.other).toBeGreaterThan(10);
		if (smc) expect(ends.forwarded).toBeGreaterThan(5);
	});
});
