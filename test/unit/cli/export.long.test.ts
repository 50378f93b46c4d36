// `psci-trace export`, as a function: what it writes opens as the same recording, in whole and in part.
// Vacuous if nothing were compared: every example is, and each has rows.

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exportCommand } from '../../../src/cli/export.ts';
import type { Trace } from '../../../src/trace/trace.ts';
import { testFolder } from '../../test-folder.ts';
import { openText } from '../trace/samples.ts';
import { runCommand } from './run-command.ts';

const examples = fileURLToPath(new URL('../../../examples/', import.meta.url));
const recordings = readdirSync(examples).filter((name) => /\.(txt|dat)$/.test(name));
const twoVms = fileURLToPath(new URL('../../data/traces/smccc_filter.txt', import.meta.url));

const folder = testFolder();
const run = (...args: string[]) => runCommand(exportCommand, ...args);

const again = (lines: readonly string[]) => openText(`${lines.join('\n')}\n`);

/** Row `row` of a recording, all that there is to say about it. */
function rowAt({ events, threads }: Trace, row: number): unknown {
	return {
		kind: events.kind(row),
		time: events.time(row),
		cpu: events.cpu(row),
		thread: threads[events.thread(row)],
		vm: events.vm(row),
		vcpu: events.vcpu(row),
		attribution: events.attribution(row),
		detail: events.detail(row),
	};
}

describe.each(recordings)('%s', (name) => {
	it('is the same recording read back, in whole and in any range', async () => {
		const trace = await openText(new Uint8Array(readFileSync(examples + name)), name);
		const { status, lines } = await run(examples + name, '--to', 'jsonl');
		expect([status, lines.length]).toEqual([0, trace.events.length + 1]);
		const whole = await again(lines);
		expect(whole).toMatchObject({ problems: [], clockUnit: trace.clockUnit });
		expect([whole.host, whole.vms, whole.skipped]).toEqual([trace.host, trace.vms, trace.skipped]);
		for (let row = 0; row < trace.events.length; row += name.endsWith('.dat') ? 7 : 1) {
			expect(rowAt(whole, row)).toEqual(rowAt(trace, row));
		}
		const end = trace.events.length;
		const ranges = fc.tuple(fc.integer({ min: 1, max: end }), fc.integer({ min: 1, max: end }));
		await fc.assert(
			fc.asyncProperty(ranges, async ([a, b]) => {
				const [first, last] = [Math.min(a, b), Math.min(Math.max(a, b), Math.min(a, b) + 200)];
				// The lines of the whole export are the reference: the command itself is run for one range below.
				const part = await again([lines[0] ?? '', ...lines.slice(first, last + 1)]);
				expect(part.events.length).toBe(last - first + 1);
				expect(rowAt(part, 0)).toEqual(rowAt(trace, first - 1));
				expect(rowAt(part, last - first)).toEqual(rowAt(trace, last - 1));
			}),
			{ numRuns: 5 },
		);
	});
});

const example = `${examples}kernel-selftest-psci_test.trace.txt`;

it('writes the events of a range, counted from 1, both ends included', async () => {
	const whole = await run(example, '--to', 'jsonl');
	const part = await run(example, '--range', '11..20', '--to', 'jsonl');
	expect(part.lines).toEqual([whole.lines[0], ...whole.lines.slice(11, 21)]);
	const beyond = await run(example, '--to', 'jsonl', '--range', '1..9999999');
	expect(beyond.lines).toEqual(whole.lines);
});

it('writes one machine of several, which keeps its number', async () => {
	const { lines } = await run(twoVms, '--to', 'jsonl', '--vm', '1');
	const trace = await again(lines);
	expect(trace.events.length).toBeGreaterThan(10);
	for (let row = 0; row < trace.events.length; row++) {
		expect(trace.events.vm(row)).toBe(1);
	}
});

it('writes a new file, and never over one that is there', async () => {
	const out = folder.at('out.jsonl');
	const { lines } = await run(example, '--to', 'jsonl');
	expect(await run(example, '--to', 'jsonl', '-o', out)).toEqual({ status: 0, lines: [], complaints: [] });
	expect(readFileSync(out, 'utf8')).toBe(`${lines.join('\n')}\n`);
	const { status, complaints } = await run(example, '--to', 'jsonl', '-o', out, '--range', '1..2');
	expect(status).toBe(1);
	expect(complaints).toEqual([expect.stringMatching(/out\.jsonl: the file exists already/)]);
	expect(readFileSync(out, 'utf8')).toBe(`${lines.join('\n')}\n`);
	expect((await run(example, '--to', 'jsonl', '-o', folder.at('none/out'))).status).toBe(1);
});

it.each([
	[[], /no file given/],
	[[example], /--to needs one of: jsonl, psci, ftrace, vector/],
	[[example, '--to', 'xml'], /--to needs one of: jsonl/],
	[[example, '--to'], /--to needs a value/],
	[[example, '--to', 'jsonl', '--range', '0..4'], /--range needs A\.\.B/],
	[[example, '--to', 'jsonl', '--range', '5..4'], /--range needs A\.\.B/],
	[[example, '--to', 'jsonl', '--vm', 'x'], /--vm needs/],
	[[example, '--to', 'jsonl', '-o'], /-o needs a value/],
	[[example, example], /one word too many/],
	[['--fast'], /unknown option/],
])('%j is a wrong call', async (args, why) => {
	const { status, complaints } = await run(...args);
	expect(status).toBe(2);
	expect(complaints.join()).toMatch(why);
});
