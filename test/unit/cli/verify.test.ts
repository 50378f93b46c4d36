// `psci-trace verify`: what it prints and how it ends. Vacuous if it read nothing: counts are checked.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { verify } from '../../../src/cli/verify.ts';
import { testFolder } from '../../test-folder.ts';
import { runCommand } from './run-command.ts';

const recorded = fileURLToPath(new URL('../../data/vectors/7.2.jsonl.gz', import.meta.url));
const folder = testFolder();
const run = (...files: string[]) => runCommand(verify, ...files);

describe('verify', () => {
	it('passes what a kernel recorded, packed or plain', async () => {
		const packed = await run(recorded);
		expect(packed.status).toBe(0);
		expect(packed.lines).toEqual([expect.stringMatching(/^\d{4,} passed, 0 failed$/)]);
		const plain = folder.write('plain.jsonl', gunzipSync(readFileSync(recorded)).toString('utf8'));
		expect((await run(plain)).lines).toEqual(packed.lines);
	});

	it('names scenario, operation, field, both values and the decisions of a mismatch', async () => {
		const line = gunzipSync(readFileSync(recorded))
			.toString('utf8')
			.split('\n')
			.find((text) => text.includes('"id":"v1.3-cpu_on-good"'));
		const file = folder.write(
			'wrong.jsonl',
			`${line?.replace('"return","x":["0x0"', '"return","x":["0x7"')}\n`,
		);
		const { status, lines } = await run(file);
		expect(status).toBe(1);
		const text = lines.join('\n');
		expect(text).toMatch(
			/^v1\.3-cpu_on-good on 7\.2\.13, operation \d+: got\.x\[0\]: expected "0x7", got "0x0"$/m,
		);
		expect(text).toContain('cpu_on.target_stopped: SUCCESS');
		expect(lines.at(-1)).toMatch(/^\d+ passed, 1 failed$/);
	});

	it('reports a line that is not of the format, and goes on', async () => {
		const file = folder.write('broken.jsonl', '{"id":"x"}\nnot json\n{"id":"x","kernel":"1.0","ops":[]}\n');
		const { status, lines } = await run(file);
		expect(status).toBe(1);
		expect(lines.at(-1)).toBe('0 passed, 3 failed');
		expect(lines[0]).toContain('broken.jsonl:1:');
	});
});
