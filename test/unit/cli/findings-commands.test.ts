// The commands about findings, on a recording and on a scenario. Vacuous if nothing were written: what must be in it is
// looked for.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Ajv } from 'ajv';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { exportCommand } from '../../../src/cli/export.ts';
import { findings } from '../../../src/cli/findings.ts';
import { report } from '../../../src/cli/report.ts';
import { why } from '../../../src/cli/why.ts';

const example = (name: string) => new URL(`../../../examples/${name}`, import.meta.url).pathname;
const REBOOT = example('linux-guest-hotplug-reboot.report.txt');
const SCENARIO = example('reports/01-mpidr-is-not-the-index.psci');

let folder = '';
let complaints: string[] = [];
beforeEach(() => {
	folder = mkdtempSync(path.join(tmpdir(), 'psci-trace-'));
	complaints = [];
	vi.spyOn(console, 'error').mockImplementation((text: string) => {
		complaints.push(text);
	});
});
afterEach(() => {
	vi.restoreAllMocks();
	rmSync(folder, { recursive: true });
});

const lines: string[] = [];
const write = (line: string) => lines.push(line);
beforeEach(() => {
	lines.length = 0;
});

/** OASIS' own schema: draft 4, of which Ajv knows all but the names. */
function sarifSchema() {
	const file = new URL('../../data/schemas/sarif-schema-2.1.0.json.gz', import.meta.url);
	const { id: _, $schema: __, ...schema } = JSON.parse(gunzipSync(readFileSync(file)).toString());
	return new Ajv({ strict: false, validateFormats: false }).compile(schema);
}

describe('findings', () => {
	it('of a scenario, at its lines: as text, as JSON, and as SARIF that is valid', async () => {
		const sarif = path.join(folder, 'out.sarif');
		expect(await findings([SCENARIO, '--sarif', sarif], write, '0.1.0')).toBe(0);
		expect(lines[0]).toMatch(/^error PSCI-101, line 15: CPU_ON of affinity 0x10, which no vCPU has/);
		const told = JSON.parse(readFileSync(sarif, 'utf8'));
		const valid = sarifSchema();
		expect(valid(told), JSON.stringify(valid.errors)).toBe(true);
		expect(told.runs[0].results).toHaveLength(1);
		expect(told.runs[0].results[0].locations[0].physicalLocation.region.startLine).toBe(15);
		lines.length = 0;
		expect(await findings([SCENARIO, '--json'], write, '0.1.0')).toBe(0);
		expect(JSON.parse(lines.join('\n'))).toMatchObject([{ code: 'PSCI-101', line: 15 }]);
	});

	it('fails as it was told to: on an error, on a warning or on a note', async () => {
		expect(await findings([SCENARIO, '--fail-on', 'error'], write, '')).toBe(1);
		expect(await findings([REBOOT, '--fail-on', 'warning'], write, '')).toBe(0);
		expect(await findings([REBOOT, '--fail-on', 'note'], write, '')).toBe(1);
		expect(await findings([REBOOT, '--fail-on', 'rain'], write, '')).toBe(2);
		expect(complaints.join()).toMatch(/--fail-on takes error, warning, note/);
	});
});

it('report writes the page, and the pictures that it shows beside it', async () => {
	const page = path.join(folder, 'mine.md');
	expect(await report([SCENARIO, '--out', page], write)).toBe(0);
	expect(readFileSync(page, 'utf8')).toContain('![The timeline around it](mine-1.svg)');
	expect(readFileSync(path.join(folder, 'mine-1.svg'), 'utf8')).toMatch(/^<svg /);
});

describe('export --to ftrace', () => {
	it('writes of a scenario what a host without probes would have recorded: the text that the guide opens', async () => {
		expect(await exportCommand([SCENARIO, '--to', 'ftrace'], write)).toBe(0);
		expect(`${lines.join('\n')}\n`).toBe(readFileSync(SCENARIO.replace(/psci$/, 'trace.txt'), 'utf8'));
	});

	it('refuses a recording, of which there is nothing to leave out', async () => {
		expect(await exportCommand([REBOOT, '--to', 'ftrace'], write)).not.toBe(0);
		expect(complaints.join()).toMatch(/scenario/);
	});
});

describe('why without a value', () => {
	it('tells of the event on a line: the rule that decided the call, and what came before', async () => {
		expect(await why([REBOOT, '--at', '280'], write)).toBe(0);
		expect(lines[0]).toMatch(
			/SUCCESS \(0\), decided by cpu_on\.target_stopped; vcpu\[1\]\.mp_state was STOPPED/,
		);
		expect(lines.join('\n')).toContain('line 249: vcpu[1].mp_state STOPPED (recorded)');
	});

	it('needs the line', async () => {
		expect(await why([REBOOT], write)).toBe(2);
		expect(complaints.join()).toMatch(/--at LINE/);
	});
});
