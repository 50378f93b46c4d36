// The program that ran the scenarios wrote down what it called and what came back; KVM's probes recorded
// the same calls. Both must agree, call by call.
// Vacuous if no call were matched, or no result compared: both are counted.

import { describe, expect, it } from 'vitest';
import type { Trace } from '../../../src/trace/trace.ts';
import { openBinary, openSample, rowsOf } from './samples.ts';
import { callsOfVectors } from './vector-calls.ts';

interface Recorded {
	readonly vcpu: number;
	readonly x: readonly (bigint | undefined)[];
	readonly result: readonly (bigint | undefined)[];
}

function callsOfTrace(trace: Trace): Recorded[] {
	const calls: Recorded[] = [];
	let open: { vcpu: number; x: readonly (bigint | undefined)[] } | undefined;
	for (const row of rowsOf(trace)) {
		const detail = trace.events.detail(row);
		if (detail.kind === 'call') {
			expect(open).toBeUndefined();
			open = { vcpu: trace.events.vcpu(row), x: detail.x };
		} else if (detail.kind === 'ret') {
			expect(open?.vcpu).toBe(trace.events.vcpu(row));
			calls.push({ vcpu: open?.vcpu ?? -1, x: open?.x ?? [], result: detail.x });
			open = undefined;
		}
	}
	return calls;
}

describe.each([
	['5.10.223', 170, false],
	['6.1.176', 160, false],
	['6.12.107', 173, true],
	['7.2.13', 173, true],
] as const)('the scenarios on %s', (kernel, count, smc) => {
	it.each(['txt.gz', 'dat'])(
		'have in the trace (%s) the calls of the vectors, in order, with their arguments and results',
		async (form) => {
			const made = callsOfVectors(`scenarios-${kernel}.jsonl.gz`, smc);
			const open = form === 'dat' ? openBinary : openSample;
			const recorded = callsOfTrace(await open(`scenarios-${kernel}.${form}`));
			expect(recorded).toHaveLength(count);
			let at = 0;
			let compared = 0;
			for (const call of recorded) {
				// Steps between have no handler to reach: their vCPU was stopped, or the conduit has no probe.
				while (
					at < made.length &&
					(made[at]?.vcpu !== call.vcpu || made[at]?.x.some((value, i) => value !== call.x[i]))
				) {
					at++;
				}
				const match = made[at++];
				expect(match, `a step with vCPU ${call.vcpu} x0=${call.x[0]?.toString(16)}`).toBeDefined();
				if (match?.result !== undefined) {
					const seen = match.half ? call.result.map((value) => (value ?? 0n) & 0xffff_ffffn) : call.result;
					expect(seen, match.where).toEqual(match.result);
					compared++;
				}
			}
			expect(compared).toBeGreaterThan(100);
		},
	);
});
