// What real kernels did is never called impossible: the recorded vectors as scenarios, checked as one types them.
// Vacuous if they were not read as scenarios: an error in one fails the test, and they are counted.

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { parseScenario } from '../../../src/kvm/vector.ts';
import { compileScenario } from '../../../src/scenario/language/compile.ts';
import { printProgram } from '../../../src/scenario/print.ts';
import { programOfVector } from '../../../src/scenario/vector.ts';

/** All take most of a minute. */
const EVERY = { all: 1, '1': 3 }[process.env.PSCI_THOROUGH ?? ''] ?? 12;

test.each(['5.10', '6.1', '6.12', '7.2'])(
	'Linux %s',
	(kernel) => {
		const file = new URL(`../../data/vectors/${kernel}.jsonl.gz`, import.meta.url);
		const lines = gunzipSync(readFileSync(file)).toString().trim().split('\n');
		const chosen = lines.filter((_, n) => n % EVERY === 0);
		expect(chosen.length).toBeGreaterThan(20);
		for (const line of chosen) {
			const vector = parseScenario(line);
			const { diagnostics } = compileScenario(
				printProgram(programOfVector(vector)),
				vector.id,
				() => undefined,
			);
			const wrong = diagnostics.filter(
				({ severity, code }) => severity === 'error' || code === 'cannot-happen' || code === 'unavailable',
			);
			expect(wrong.map(({ place, message }) => `${vector.id}:${place.line}: ${message}`)).toEqual([]);
		}
	},
	240_000,
);
