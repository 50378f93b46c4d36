// The commands about findings, on a recording and on a scenario. Vacuous if nothing were written: what must be in it is
// looked for.

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { exportCommand } from '../../../src/cli/export.ts';
import { findings } from '../../../src/cli/findings.ts';
import { report } from '../../../src/cli/report.ts';
import { why } from '../../../src/cli/why.ts';
import { testFolder } from '../../test-folder.ts';
import { runCommand } from './run-command.ts';

const example = (name: string) => new URL(`../../../examples/${name}`, import.meta.url).pathname;
const REBOOT = example('linux-guest-hotplug-reboot.report.txt');
const SCENARIO = example('reports/01-mpidr-is-not-the-index.psci');

const folder = testFolder();

const ran = (...args: string[]) => runCommand(findings('0.1.0'), ...args);

/** OASIS' own schema: draft 4, of which Ajv knows all but the names. */
function sarifSchema() {
	const file = new URL('../../data/schemas/sarif-schema-2.1.0.json.gz', import.meta.url);
	const { id: _, $schema: __, ...schema } = JSON.parse(gunzipSync(readFileSync(file)).toString());
	return new Ajv({ strict: false, validateFormats: false }).compile(schema);
}

describe('findings', () => {
	it('of a scenario, at its lines: as text, as JSON, and as SARIF that is valid', async () => {
		const sarif = folder.at('out.sarif');
		const text = await ran(SCENARIO, '--sarif', sarif);
		expect(text.status).toBe(0);
		expect(text.lines[0]).toMatch(/^error PSCI-101, line 15: CPU_ON of affinity 0x10, which no vCPU has/);
		const told = JSON.parse(readFileSync(sarif, 'utf8'));
		const valid = sarifSchema();
		expect(valid(told), JSON.stringify(valid.errors)).toBe(true);
		expect(told.runs[0].results).toHaveLength(1);
		expect(told.runs[0].results[0].locations[0].physicalLocation.region.startLine).toBe(15);
		const json = await ran(SCENARIO, '--json');
		expect(json.status).toBe(0);
		expect(JSON.parse(json.lines.join('\n'))).toMatchObject([{ code: 'PSCI-101', line: 15 }]);
	});

	it('fails as it was told to: on an error, on a warning or on a note', async () => {
		expect((await ran(SCENARIO, '--fail-on', 'error')).status).toBe(1);
		expect((await ran(REBOOT, '--fail-on', 'warning')).status).toBe(0);
		expect((await ran(REBOOT, '--fail-on', 'note')).status).toBe(1);
		const { status, complaints } = await ran(REBOOT, '--fail-on', 'rain');
		expect(status).toBe(2);
		expect(complaints.join()).toMatch(/--fail-on takes error, warning, note/);
	});
});

it('report writes the page, and the pictures that it shows beside it', async () => {
	const page = folder.at('mine.md');
	expect((await runCommand(report, SCENARIO, '--out', page)).status).toBe(0);
	expect(readFileSync(page, 'utf8')).toContain('![The timeline around it](mine-1.svg)');
	expect(readFileSync(folder.at('mine-1.svg'), 'utf8')).toMatch(/^<svg /);
});

describe('export --to ftrace', () => {
	it('writes of a scenario what a host without probes would have recorded: the text that the guide opens', async () => {
		const { status, lines } = await runCommand(exportCommand, SCENARIO, '--to', 'ftrace');
		expect(status).toBe(0);
		expect(`${lines.join('\n')}\n`).toBe(readFileSync(SCENARIO.replace(/psci$/, 'trace.txt'), 'utf8'));
	});

	it('refuses a recording, of which there is nothing to leave out', async () => {
		const { status, complaints } = await runCommand(exportCommand, REBOOT, '--to', 'ftrace');
		expect(status).not.toBe(0);
		expect(complaints.join()).toMatch(/scenario/);
	});
});

describe('why without a value', () => {
	it('tells of the event on a line: the rule that decided the call, and what came before', async () => {
		const { status, lines } = await runCommand(why, REBOOT, '--at', '280');
		expect(status).toBe(0);
		expect(lines[0]).toMatch(
			/SUCCESS \(0\), decided by cpu_on\.target_stopped; vcpu\[1\]\.mp_state was STOPPED/,
		);
		expect(lines.join('\n')).toContain('line 249: vcpu[1].mp_state STOPPED (recorded)');
	});

	it('needs the line', async () => {
		const { status, complaints } = await runCommand(why, REBOOT);
		expect(status).toBe(2);
		expect(complaints.join()).toMatch(/--at LINE/);
	});
});
