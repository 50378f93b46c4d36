// Every call of the recordings put to the model of the kernel that they were made on. Vacuous if no call
// had both answers: the counts below are of calls with both.

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { modelledCall } from '../../../src/session/modelled-call.ts';
import { recordedCall } from '../../../src/session/recorded-call.ts';
import { EXAMPLES, openExample, openText } from './example.ts';

/** Recordings that begin with machines whose making they do not show. */
const SCENARIOS = readdirSync(new URL('../../../examples/', import.meta.url)).filter((name) =>
	name.endsWith('.txt'),
);

describe.each(EXAMPLES)('%s', (name) => {
	it('the model of 7.2 gives the recorded answer to every call, by rules', async () => {
		const session = await openExample(name);
		let compared = 0;
		for (let index = 0; index < session.calls.length; index++) {
			const call = recordedCall(session, index);
			const modelled = modelledCall(session, index);
			expect(modelled?.decisions.length, call?.call?.text).toBeGreaterThan(0);
			expect(modelled?.agrees, `${call?.call?.text}: ${modelled?.x0}`).toBe(true);
			compared++;
		}
		expect(compared).toBeGreaterThan(9);
	});
});

describe.each(SCENARIOS)('%s', (name) => {
	it('differs from the model nowhere; what had to be guessed for that is said', async () => {
		const session = await openText(readFileSync(new URL(`../../../examples/${name}`, import.meta.url)), name);
		for (let index = 0; index < session.calls.length; index++) {
			const modelled = modelledCall(session, index);
			expect(modelled?.agrees, recordedCall(session, index)?.call?.text).not.toBe(false);
			if (modelled?.agrees === undefined)
				expect(modelled?.assumed.join()).toMatch(/would explain the answer/);
		}
	});
});

it('a real divergence is not explained away: ALREADY_ON of a target that was recorded as STOPPED', async () => {
	const text = readFileSync(
		new URL('../../../examples/linux-guest-hotplug-reboot.report.txt', import.meta.url),
		'utf8',
	);
	const lines = text.split('\n');
	// The ret of the first CPU_ON, and what its probe saw.
	lines[151] = (lines[151] ?? '').replace('ret=0', 'ret=-4');
	lines[152] = (lines[152] ?? '').replace('x0=0x0', 'x0=0xfffffffffffffffc');
	const session = await openText(lines.join('\n'));
	const index = session.calls.around(1, 0, session.trace.events.rowAtOrAfterLine(148));
	expect(recordedCall(session, index)?.result?.name).toBe('ALREADY_ON');
	expect(modelledCall(session, index)).toMatchObject({ agrees: false, x0: 0n });
});
