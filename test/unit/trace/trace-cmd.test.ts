// `trace-cmd report -t`, run now, is the reference: the same events, in the same order, with the same times,
// CPUs, threads and fields. On the recordings of test/data/traces, or on all of the folder PSCI_TRACES.
// Skipped where trace-cmd is not installed; a file that it cannot read (Debian's has no zlib) is passed over.

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openText } from './samples.ts';

const folder = process.env.PSCI_TRACES ?? fileURLToPath(new URL('../../data/traces', import.meta.url));
const installed = spawnSync('trace-cmd', ['--version']).error === undefined;
const files = readdirSync(folder).filter((name) => name.endsWith('.dat'));

/** What can be compared of a line; undefined for an event of no interest. */
function comparable(line: string, ours: ReadonlySet<string>): string | undefined {
	const [, shell, time, name = '', payload = ''] =
		/^(.*\]) (?:\S{5} )? *([\d.]+): (\w+): +(.*)$/.exec(line.trimEnd()) ?? [];
	if (shell === undefined) {
		return line.includes('EVENTS DROPPED') ? line : undefined;
	}
	return ours.has(name) ? `${shell} ${time} ${name} ${correct(name, payload)}` : undefined;
}

/**
 * What trace-cmd gets wrong is left out on both sides: of an interrupted run it takes the negative errno for
 * a large number; it knows the layouts of x86 (see dat-real.test.ts); it loses its place in `wf%c`; of nested
 * conditions it sees the last; and it prints arrays as zeros.
 */
function correct(name: string, payload: string): string {
	switch (name) {
		case 'kvm_userspace_exit':
			return payload.replace(/reason .*/, 'reason');
		case 'kvm_wfx_arm64':
			return '';
		case 'kvm_irq_line':
			return payload.replace(/^Inject .*? interrupt/, 'Inject interrupt');
		default:
			return payload
				.replace(/CAN'T FIND FIELD "\w+"|<CANT FIND FIELD \w+>/g, '')
				.replace(/\{0x[\dxa-f,]*\}/, '{}');
	}
}

describe.runIf(installed)('trace-cmd report -t', () => {
	it.each(files)('prints what we read: %s', { timeout: 120_000 }, async (name) => {
		const file = path.join(folder, name);
		const { status, stdout } = spawnSync('trace-cmd', ['report', '-t', '-i', file], {
			encoding: 'utf8',
			maxBuffer: 1 << 30,
			stdio: ['ignore', 'pipe', 'ignore'],
		});
		if (status !== 0) {
			return;
		}
		const trace = await openText(new Uint8Array(readFileSync(file)), name);
		expect(trace.problems).toEqual([]);
		const lines = Array.from({ length: trace.lineCount }, (_, index) => trace.lineText(index + 1));
		const names = new Set(lines.map((line) => /: (\w+): +/.exec(line)?.[1] ?? ''));
		const printed = stdout.split('\n').flatMap((line) => comparable(line, names) ?? []);
		expect(lines.length).toBe(printed.length);
		expect(lines.length).toBeGreaterThan(100);
		// One by one: a comparison of all at once, when it fails, takes minutes to show.
		lines.forEach((line, index) => {
			const own = comparable(line, names);
			if (own !== printed[index]) {
				expect(own, `line ${index + 1}`).toBe(printed[index]);
			}
		});
	});
});
