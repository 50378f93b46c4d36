// The twenty public reports as scenarios of ours: what the run on the model says is wrong, and what is left of it in the
// text that a host without probes would have recorded. Vacuous if a finding were expected of everything: the form and
// the root are asserted for each, and that no other root is as severe.
// The text under examples/reports/ is what `psci-trace export FILE.psci --to ftrace` prints: `vitest -u` writes it.

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { findFindings } from '../../../src/session/findings/find.ts';
import { type FindingTree, SEVERITIES } from '../../../src/session/findings/finding.ts';
import { openScenario } from '../../../src/session/open-scenario.ts';
import { RecordedSession } from '../../../src/session/recorded-session.ts';
import type { Session } from '../../../src/session/session.ts';
import { kernelNamed } from '../../../src/session/settings.ts';
import { stockTrace } from '../../../src/session/stock-trace.ts';
import { bytesInMemory } from '../../../src/trace/byte-source.ts';
import { openTrace } from '../../../src/trace/open.ts';

const FOLDER = new URL('../../../examples/reports/', import.meta.url);

/** The root in the simulated session; in the stock text; there, the code of the cause where it is one of several. */
type Expected = readonly [name: string, simulated: string, stock: string, among?: string];

const REPORTS: readonly Expected[] = [
	['01-mpidr-is-not-the-index', 'error PSCI-101', 'error PSCI-101', 'PSCI-101'],
	['02-mpidr-in-the-wrong-field', 'error PSCI-101', 'error PSCI-107', 'PSCI-101'],
	['03-template-clears-power-off', 'error PSCI-104', 'error PSCI-104', 'PSCI-104'],
	['03b-template-clears-psci', 'error PSCI-305', 'error PSCI-305', 'PSCI-305'],
	['04-reset-drops-registers', 'note PSCI-502', 'note PSCI-502'],
	['05-reset-ends-the-machine', 'note PSCI-205', 'note PSCI-205'],
	['06-restored-powered-off', 'error PSCI-404', 'error PSCI-404', 'PSCI-404'],
	['07-secondary-never-runs', 'error PSCI-103', 'error PSCI-103', 'PSCI-103'],
	['08-kexec-with-cpus-on', 'warning PSCI-504', 'warning PSCI-504'],
	['09-kdump-finds-cpus-on', 'warning PSCI-504', 'warning PSCI-504'],
	['10-hibernation-taken-for-power-off', 'warning PSCI-204', 'note PSCI-204', 'PSCI-204'],
	['10b-hibernation-without-off2', 'note PSCI-211', 'note PSCI-211', 'PSCI-211'],
	['11-event-the-vmm-does-not-know', 'warning PSCI-210', 'warning PSCI-210', 'PSCI-210'],
	['12-runs-on-after-shutdown', 'error PSCI-201', 'error PSCI-201'],
	['12b-sleeps-for-ever-after-reset', 'error PSCI-202', 'error PSCI-202'],
	['13-moved-before-the-first-run', 'warning PSCI-501', 'warning PSCI-501', 'PSCI-501'],
	['14-two-callers-both-succeed', 'error PSCI-106', 'error PSCI-106', 'PSCI-106'],
	['15-lock-on-the-caller', 'error PSCI-106', 'error PSCI-106', 'PSCI-106'],
	['16-version-changed', 'warning PSCI-302', 'note PSCI-306', 'PSCI-302'],
	['17-on-pending', 'warning PSCI-108', 'warning PSCI-108', 'PSCI-108'],
	['18-smc-before-6.4', 'error PSCI-301', 'error PSCI-301'],
	['19-cpu-on-not-supported', 'error PSCI-105', 'error PSCI-107', 'PSCI-105'],
	['19b-no-psci-at-all', 'error PSCI-301', 'error PSCI-301', 'PSCI-301'],
	['20-warm-reset-done-cold', 'warning PSCI-203', 'note PSCI-203', 'PSCI-203'],
];

test('each scenario of the folder is in the table', () => {
	const files = readdirSync(FOLDER).filter((file) => file.endsWith('.psci'));
	expect(files.sort()).toEqual(REPORTS.map(([name]) => `${name}.psci`));
});

describe.each(REPORTS.map((report) => ({ name: report[0], report })))('$name', ({ report }) => {
	const [name, simulated, stock, among] = report;
	test('on the model, where everything is known', async () => {
		const session = await scenario(name);
		expect(session.run.green).toBe(true);
		const roots = await rootsOf(session);
		expect(told(roots[0])).toBe(simulated);
		expectNoRival(roots);
		expect(roots[0]?.possibilities === undefined || roots[0].certainty === 'possible').toBe(true);
	});

	test("by KVM's own tracepoints", async () => {
		const { run } = await scenario(name);
		const text = `${[...stockTrace(run)].join('\n')}\n`;
		await expect(text).toMatchFileSnapshot(new URL(`${name}.trace.txt`, FOLDER).pathname);
		expect(text).not.toMatch(/x1=|ret=|state=/);
		const trace = await openTrace(bytesInMemory(`${name}.trace.txt`, new TextEncoder().encode(text)));
		// The text names no kernel: whoever opens it does.
		const roots = await rootsOf(await RecordedSession.open(trace, run.profile));
		expect(told(roots[0])).toBe(stock);
		expectNoRival(roots);
		const causes = (roots[0]?.possibilities ?? []).map(({ code }) => code);
		if (among !== undefined) {
			expect(roots[0]?.certainty).toBe('possible');
			expect(causes).toContain(among);
		}
	});
});

test('what is asked again at a second boot stands under that boot', async () => {
	const { run } = await scenario('08-kexec-with-cpus-on');
	const text = `${[...stockTrace(run)].join('\n')}\n`;
	const trace = await openTrace(bytesInMemory('08.trace.txt', new TextEncoder().encode(text)));
	const [root, ...others] = await rootsOf(await RecordedSession.open(trace, run.profile));
	expect(others).toEqual([]);
	expect(root?.effects.map(told)).toEqual(['note PSCI-306', 'error PSCI-102']);
});

test('a wrong MPIDR and a filter leave the same events: no finding could tell reports 2 and 19 apart', async () => {
	const [wrong, denied] = await Promise.all(
		['02-mpidr-in-the-wrong-field', '19-cpu-on-not-supported'].map(async (name) => {
			const { run } = await scenario(name);
			return [...stockTrace(run)].map((line) => line.replace(/ \d+\.\d+: /, ' TIME: '));
		}),
	);
	expect(wrong?.filter((line) => line.includes('c4000003'))).toHaveLength(1);
	expect(wrong).toEqual(denied);
});

/** Of the guide: file, line, and the code that it says is found there. */
const TOLD = [
	...readFileSync(new URL('../guides/reports.md', FOLDER), 'utf8').matchAll(
		/session:reports\/([\w.-]+)\?line=(\d+)\)(?::| there is no PSCI but 0\.1 \(| there is none to look at \(|, and all sleep for ever \()[^\n]*?(PSCI-\d+)/g,
	),
].map(([, file = '', line = '', code = '']) => ({ file, line: Number(line), code }));

test('the guide has every report, and says of each what is found, at a line that is there', async () => {
	expect(new Set(TOLD.map(({ file }) => file.replace(/\.psci$|\.trace\.txt$/, '')))).toEqual(
		new Set(REPORTS.map(([name]) => name)),
	);
	for (const { file, line, code } of TOLD) {
		const text = readFileSync(new URL(file, FOLDER), 'utf8');
		expect(text.split('\n').length, file).toBeGreaterThan(line);
		if (!file.endsWith('.trace.txt')) {
			expect((await rootsOf(await scenario(file.replace(/\.psci$/, ''))))[0]?.code, file).toBe(code);
			continue;
		}
		const trace = await openTrace(bytesInMemory(file, new TextEncoder().encode(text)));
		// What the guide says of one that needs its kernel named.
		const kernel = file.startsWith('04-') ? kernelNamed('6.4') : undefined;
		const session = await RecordedSession.open(trace, kernel);
		const [root] = await rootsOf(session);
		expect(`${root?.code} at ${session.trace.events.line(root?.row ?? 0)}`, file).toBe(`${code} at ${line}`);
	}
});

/** Another root as severe is of the same kind: a second call that went the same way. */
function expectNoRival(roots: readonly FindingTree[]): void {
	const [first, ...others] = roots;
	if (!first || first.severity === 'note') return;
	const rivals = others.filter(
		({ severity, code }) =>
			code !== first.code && SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf('warning'),
	);
	expect(rivals.map(told)).toEqual([]);
}

function scenario(name: string) {
	const text = readFileSync(new URL(`${name}.psci`, FOLDER), 'utf8');
	return openScenario(text, `${name}.psci`, async () => undefined);
}

async function rootsOf(session: Session) {
	return (await findFindings(session)).roots;
}

function told(finding: FindingTree | undefined): string {
	return finding ? `${finding.severity} ${finding.code}` : 'nothing';
}
