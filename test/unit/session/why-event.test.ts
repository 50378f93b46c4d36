// Why an event came to be. Vacuous if a chain were only the event itself: what is behind it is asserted.

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { rowOnLine } from '../../../src/session/call-lines.ts';
import { why } from '../../../src/session/why.ts';
import { whyEvent } from '../../../src/session/why-event.ts';
import { openText } from './example.ts';

function open(name: string) {
	return openText(readFileSync(new URL(`../../../examples/${name}`, import.meta.url)), name);
}

async function at(name: string, line: number) {
	const session = await open(name);
	return whyEvent(session, rowOnLine(session, line) ?? -1);
}

const REBOOT = 'linux-guest-hotplug-reboot.report.txt';

it('of a call: its answer, the rule that decided it, and since when the target is what it was', async () => {
	const chain = await at(REBOOT, 280);
	expect(chain?.text).toMatch(
		/^SUCCESS \(0\), decided by cpu_on\.target_stopped; vcpu\[1\]\.mp_state was STOPPED since event \d+ \(line 249\): CPU_OFF by vCPU 1$/,
	);
	expect(chain?.links.map(({ line }) => line)).toEqual([280, 249, 151, 69]);
	expect(chain?.links[1]).toMatchObject({ value: 'vcpu[1].mp_state STOPPED', rule: 'cpu_off.stops' });
});

it('of a reset that was owed: the CPU_ON that left it', async () => {
	const chain = await at(REBOOT, 283);
	expect(chain?.links[0]).toMatchObject({ line: 283, call: { line: 280 }, rule: 'cpu_on.target_stopped' });
});

it('of a call that names nobody there is the rule alone; of no event, nothing', async () => {
	const chain = await at('linux-guest-wrong-mpidr.report.txt', 163);
	expect(chain?.text).toBe('INVALID_PARAMETERS (-2), decided by cpu_on.no_such_target');
	expect(chain?.links).toHaveLength(1);
	const session = await open(REBOOT);
	expect(whyEvent(session, -1)).toBeUndefined();
	expect(whyEvent(session, session.length)).toBeUndefined();
});

it('without probes, the rule of the answer that came, not of one that did not; who says it is told', async () => {
	const session = await open('reports/08-kexec-with-cpus-on.trace.txt');
	const first = whyEvent(session, rowOnLine(session, 33) ?? -1)?.links[0];
	expect(first).toMatchObject({
		value: 'SUCCESS (0) (inferred)',
		provenance: 'inferred',
		rule: 'cpu_on.target_stopped',
		says: expect.stringContaining('The target is STOPPED'),
	});
	const since = why(session, { row: session.length, decision: 0 }, 'vcpu[1].mp_state')?.links[0];
	expect(since).toMatchObject({ value: 'RUNNABLE', rule: 'cpu_on.target_stopped' });
});

it('what x0 is as a call is made, no rule did', async () => {
	const session = await open(REBOOT);
	const site = rowOnLine(session, 280) ?? -1;
	const link = why(session, { row: site + 1, decision: 0 }, 'vcpu[0].x0')?.links[0];
	expect(link).toMatchObject({ row: site, value: '0xc4000003', rule: undefined });
});
