// What real kernels answered, operation by operation: a part of the recorded vectors, every hand-written
// kind of scenario and every twentieth random one. Vacuous if a file were empty or replay compared
// nothing, so the number of operations is checked, and that a changed answer is found.

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { profileForRelease } from '../../../src/kvm/profiles.ts';
import { replay } from '../../../src/kvm/replay.ts';
import { parseScenario } from '../../../src/kvm/vector.ts';

function lines(kernel: string): string[] {
	const file = new URL(`../../data/vectors/${kernel}.jsonl.gz`, import.meta.url);
	return gunzipSync(readFileSync(file)).toString('utf8').trim().split('\n');
}

describe.each(['5.10', '6.1', '6.12', '7.2'])('the model of %s', (kernel) => {
	it('answers every recorded operation as the kernel did', () => {
		let operations = 0;
		for (const line of lines(kernel)) {
			const scenario = parseScenario(line);
			const profile = profileForRelease(scenario.kernel);
			if (!profile) throw new Error(`no profile for ${scenario.kernel}`);
			expect(profile.name).toBe(kernel);
			expect(replay(scenario, profile)).toEqual([]);
			operations += scenario.steps.length;
		}
		expect(operations).toBeGreaterThan(5_000);
	});

	it('is not one of the others', () => {
		const others = ['5.10', '6.1', '6.12', '7.2'].filter((name) => name !== kernel);
		for (const other of others) {
			const profile = profileForRelease(other);
			const wrong = lines(kernel).filter(
				(line) => profile && replay(parseScenario(line), profile).length > 0,
			);
			expect(wrong.length).toBeGreaterThan(0);
		}
	});
});

describe('replaying', () => {
	it('finds an answer that is not the model’s, with the field and the decisions', () => {
		const line = lines('7.2').find((text) => text.includes('"id":"v1.3-cpu_on-good"'));
		const changed = line?.replace('"outcome":"return","x":["0x0"', '"outcome":"return","x":["0x1"');
		const profile = profileForRelease('7.2');
		if (!changed || !profile || changed === line) throw new Error('the scenario is not in the test data');
		const [first] = replay(parseScenario(changed), profile);
		expect(first?.field).toBe('got.x[0]');
		expect(first?.expected).toBe('"0x1"');
		expect(first?.decisions.map((d) => d.rule)).toContain('cpu_on.target_stopped');
	});
});
