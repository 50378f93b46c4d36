// A pass that several wait for. Vacuous if it were over at once: each test sees it still go on.

import { expect, it } from 'vitest';
import { positionsOfFunction, positionsOfRule } from '../../../src/session/predicates.ts';
import { SharedPass } from '../../../src/session/shared-pass.ts';
import { openExample } from './example.ts';

/** Goes on until it is told to end. */
function endless(): { pass: SharedPass<string>; end: () => void; isStopped: () => boolean } {
	let ended = false;
	let stopped = true;
	function* until(): Generator<number, string> {
		while (!ended) yield 0;
		stopped = false;
		return 'found';
	}
	const end = () => {
		ended = true;
	};
	return { pass: new SharedPass(until()), end, isStopped: () => stopped };
}

it('goes on for those who still wait when another leaves', async () => {
	const { pass, end } = endless();
	const [leaves, stays] = [new AbortController(), new AbortController()];
	const gone = expect(pass.wait(leaves.signal)).rejects.toBe('enough');
	const result = pass.wait(stays.signal);
	leaves.abort('enough');
	await gone;
	expect(pass.isOver).toBe(false);
	end();
	expect(await result).toBe('found');
	expect(await pass.wait()).toBe('found');
});

it('is given up when nobody waits any more', async () => {
	const { pass, end, isStopped } = endless();
	const waits = [new AbortController(), new AbortController()];
	const gone = waits.map(({ signal }) => expect(pass.wait(signal)).rejects.toBe('enough'));
	for (const wait of waits) wait.abort('enough');
	await Promise.all(gone);
	expect(pass.isOver).toBe(true);
	end();
	await expect(pass.wait()).rejects.toBe('enough');
	expect(isStopped()).toBe(true);
});

it('is begun anew for whoever asks after that: a breakpoint that is replaced at once is found', async () => {
	const session = await openExample('linux-guest-hotplug-reboot.report.txt');
	const replaced = new AbortController();
	const before = expect(positionsOfRule(session, 'psci.version_1_x', replaced.signal)).rejects.toBe(
		'replaced',
	);
	const beside = positionsOfFunction(session, 'kvm_psci_vcpu_affinity_info');
	replaced.abort('replaced');
	const after = positionsOfRule(session, 'psci.version_1_x');
	await before;
	expect((await after).length).toBeGreaterThan(0);
	expect((await beside)?.length).toBeGreaterThan(0);
});
