// docs/findings.md says of each code where it can be found: in a scenario, in a recording with probes, in one without.
// Each cell is what these sessions give, all of them in all three forms. Vacuous if the forms were alike: they are not.

import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FINDING_CODES } from '../../../src/session/findings/codes.ts';
import { findFindings } from '../../../src/session/findings/find.ts';
import type { FindingTree } from '../../../src/session/findings/finding.ts';
import { openScenario } from '../../../src/session/open-scenario.ts';
import { RecordedSession } from '../../../src/session/recorded-session.ts';
import type { Session } from '../../../src/session/session.ts';
import { stockTrace } from '../../../src/session/stock-trace.ts';
import { bytesInMemory } from '../../../src/trace/byte-source.ts';
import { openTrace } from '../../../src/trace/open.ts';
import { BOOTED, HEALTHY, LINUX, WRONG } from './brought-in-sessions.ts';
import { withProbes } from './with-probes.ts';

const REPORTS = new URL('../../../examples/reports/', import.meta.url);

/** What the others do not show. */
const MORE: readonly string[] = [
	// 206: a status that SYSTEM_SUSPEND does not have
	`machine
  kernel 7.2
  vcpus 1
  capability ARM_SYSTEM_SUSPEND

vcpu0 use linux.probe
vcpu0 SYSTEM_SUSPEND entry=pad1
set vcpu0.X0 0xfffffffa
set vcpu0.mp_state RUNNABLE
run vcpu0
`,
	// 208: woken, and never made runnable
	`machine
  kernel 7.2
  vcpus 1
  policy stay-suspended

vcpu0 use linux.probe
vcpu0 SYSTEM_SUSPEND entry=pad1
irq vcpu0
run vcpu0
run vcpu0
run vcpu0
run vcpu0
`,
	// 107: forwarded to a VMM that leaves no vCPU started
	`machine
  kernel 7.2
  vcpus 2
  filter CPU_ON fwd_to_user

vcpu0 use linux.probe
vcpu0 CPU_ON target=vcpu1 entry=pad0
set vcpu0.X0 0
run vcpu0
`,
	// 503: x1 is not zero
	`machine
  kernel 7.2
  vcpus 1

set vcpu0.X1 5
set vcpu0.PC pad0
run vcpu0
vcpu0 use linux.probe
`,
];

const FORMS = ['scenario', 'with probes', 'without'] as const;
type Form = (typeof FORMS)[number];

async function* sessions(): AsyncGenerator<readonly [Form, Session]> {
	const files = readdirSync(REPORTS).filter((file) => file.endsWith('.psci'));
	const texts = [
		...files.map((file) => readFileSync(new URL(file, REPORTS), 'utf8')),
		...[...WRONG, ...HEALTHY].map(([, text]) => text),
		...MORE,
	];
	for (const text of texts) {
		const session = await openScenario(text, 'where-found.psci', async () => undefined);
		yield ['scenario', session];
		yield ['with probes', await RecordedSession.open(await withProbes(session), session.run.profile)];
		const stock = [...stockTrace(session.run)].join('\n');
		yield ['without', await RecordedSession.open(await traceOf(stock), session.run.profile)];
	}
	// What no scenario makes: gaps, and the time that passes.
	const made = (text: string) => openScenario(text, 'where-found.psci', async () => undefined);
	const boot = await made(LINUX);
	const lost = [...stockTrace(boot.run)];
	lost.splice(-2, 0, 'CPU:0 [LOST 12 EVENTS]');
	yield ['without', await RecordedSession.open(await traceOf(lost.join('\n')))];
	yield ['with probes', await RecordedSession.open(await withProbes(boot, { lostAfter: 10 }))];
	const sleeps = await made(`${BOOTED}vcpu1 wfi\nvcpu0 wfi\n`);
	const asleep = [0, 1].map(
		(id) =>
			`        CPU ${id}/KVM-100${id + 1}  [00${id}] d....   160.0000${id}0: kvm_userspace_exit: reason restart (4)`,
	);
	const killed = [...stockTrace(sleeps.run), ...asleep].join('\n');
	yield ['without', await RecordedSession.open(await traceOf(killed))];
	yield ['with probes', await RecordedSession.open(await withProbes(sleeps, { killed: true }))];
	const polls = await made(`${BOOTED}repeat 30\n  vcpu0 AFFINITY_INFO target=vcpu1\n`);
	yield ['with probes', await RecordedSession.open(await withProbes(polls, { step: 100_000_000 }))];
	let second = 100;
	const slow = [...stockTrace(polls.run)].map((line) =>
		line.replace(/ \d+\.\d+: /, () => ` ${second++}.000000: `),
	);
	yield ['without', await RecordedSession.open(await traceOf(slow.join('\n')))];
}

function traceOf(text: string) {
	return openTrace(bytesInMemory('where-found.txt', new TextEncoder().encode(`${text}\n`)));
}

const WORST = ['error', 'warning', 'note'];
const SUREST = ['seen', 'deduced', 'possible'];

test('each cell of the table is what is found there', async () => {
	const found = new Map<string, Map<Form, { severity: string; certainty: string }>>();
	const all = (finding: FindingTree): FindingTree[] => [finding, ...finding.effects.flatMap(all)];
	for await (const [form, session] of sessions())
		for (const { code, severity, certainty } of (await findFindings(session)).roots.flatMap(all)) {
			const cells = found.get(code) ?? new Map<Form, { severity: string; certainty: string }>();
			found.set(code, cells);
			const before = cells.get(form) ?? { severity, certainty };
			cells.set(form, {
				severity: WORST[Math.min(WORST.indexOf(before.severity), WORST.indexOf(severity))] ?? '',
				certainty: SUREST[Math.min(SUREST.indexOf(before.certainty), SUREST.indexOf(certainty))] ?? '',
			});
		}
	const rows = Object.keys(FINDING_CODES).map((code) => {
		const cells = FORMS.map((form) => {
			const cell = found.get(code)?.get(form);
			return cell ? `${cell.severity}, ${cell.certainty}` : '–';
		});
		return `| ${code.slice(5)} | ${cells.join(' | ')} |`;
	});
	const page = readFileSync(new URL('../../../docs/findings.md', import.meta.url), 'utf8');
	const table = page
		.split('\n')
		.filter((line) => /^\| \d{3} \|/.test(line))
		.map((line) => `${line.split('|').slice(0, 5).join('|')}|`);
	expect(table).toEqual(rows);
});
