// Sessions as an engineer would bring them: what is found on the model, where everything is known, and in the text that a
// host without probes would have recorded of the same. Each has neighbours in which nothing is wrong. Vacuous if
// everything gave a finding: the healthy ones give none above a note.

import { describe, expect, test } from 'vitest';
import { findFindings } from '../../../src/session/findings/find.ts';
import type { FindingTree } from '../../../src/session/findings/finding.ts';
import { openScenario } from '../../../src/session/open-scenario.ts';
import { RecordedSession } from '../../../src/session/recorded-session.ts';
import type { Session } from '../../../src/session/session.ts';
import { stockTrace } from '../../../src/session/stock-trace.ts';
import { bytesInMemory } from '../../../src/trace/byte-source.ts';
import { openTrace } from '../../../src/trace/open.ts';
import { BOOTED, HEALTHY, LINUX, WRONG } from './brought-in-sessions.ts';

describe.each([...WRONG, ...HEALTHY].map(([name, ...rest]) => ({ name, rest })))('$name', ({ rest }) => {
	const [text, model, stock] = rest;
	test('on the model', async () => {
		expect(summary(await rootsOf(await scenario(text)))).toBe(model);
	});

	test("by KVM's own tracepoints", async () => {
		expect(summary(await rootsOf(await recorded(await stockOf(text))))).toBe(stock);
	});
});

describe('-22 is unfolded into the status that it hides, whoever answers', () => {
	const answered = (status: number) => `machine
  kernel 7.2
  vcpus 2
  filter CPU_ON fwd_to_user

vcpu0 use linux.probe
vcpu0 CPU_ON target=vcpu1 entry=pad0 => exit HYPERCALL nr=CPU_ON
set vcpu0.X0 0x${BigInt.asUintN(64, BigInt(status)).toString(16)}
run vcpu0
`;
	test.each([
		[-1, 'NOT_SUPPORTED', 'psci: failed to boot CPU1 (-95)'],
		[-2, 'INVALID_PARAMETERS', 'psci: failed to boot CPU1 (-22)'],
		// cpu_psci_cpu_boot says nothing of -EPERM.
		[-3, 'DENIED', undefined],
		[-4, 'ALREADY_ON', 'psci: failed to boot CPU1 (-22)'],
		[-5, 'ON_PENDING', 'psci: failed to boot CPU1 (-22)'],
		[-6, 'INTERNAL_FAILURE', 'psci: failed to boot CPU1 (-22)'],
		[-7, 'NOT_PRESENT', 'psci: failed to boot CPU1 (-22)'],
		[-8, 'DISABLED', 'psci: failed to boot CPU1 (-22)'],
		[-9, 'INVALID_ADDRESS', 'psci: failed to boot CPU1 (-22)'],
	])('%i is %s', async (status, name, prints) => {
		const [root, ...others] = await rootsOf(await scenario(answered(status)));
		expect(others).toEqual([]);
		expect(root).toMatchObject({ code: 'PSCI-105', cause: expect.stringContaining(`${name} (${status})`) });
		expect(root?.prints).toBe(prints);
	});
});

const machineOf = (vcpus: number) => LINUX.replace('vcpus 2', `vcpus ${vcpus}`);

describe('where a recording begins, ends and has gaps', () => {
	const failing = () => stockOf(`${LINUX}vcpu0 CPU_ON target=0x100 entry=pad0`);
	const healthy = () => stockOf(`${BOOTED}vcpu0 SYSTEM_RESET`);
	const callOf = (text: string) => text.split('\n').findLastIndex((line) => line.includes('c4000003'));

	test('begun in the middle, a healthy guest is healthy', async () => {
		const lines = (await healthy()).split('\n');
		const cut = [...lines.slice(0, 4), ...lines.slice(callOf(lines.join('\n')) + 1)].join('\n');
		expect(summary(await rootsOf(await recorded(cut)))).toBe('note 205~');
	});

	test.each([
		['before the call', -2, 0, 'error 107~; note 601'],
		['right after the call: nothing is said of how it ended', 1, 0, 'note 601'],
		['in place of the call', -1, 3, 'note 601'],
	])('events lost %s', async (_, from, count, expected) => {
		const lines = (await failing()).split('\n');
		lines.splice(callOf(lines.join('\n')) + from, count, 'CPU:0 [LOST 12 EVENTS]');
		expect(summary(await rootsOf(await recorded(lines.join('\n'))))).toBe(expected);
	});

	test('a lost CPU_ON makes no vCPU one that was created running', async () => {
		const lines = (await healthy()).split('\n');
		lines.splice(callOf(lines.join('\n')) - 1, 3, 'CPU:0 [LOST 3 EVENTS]');
		expect(summary(await rootsOf(await recorded(lines.join('\n'))))).toBe('note 205~ 601');
	});

	test('of two machines in one recording, the other is not blamed', async () => {
		const both = [...timed(await failing(), 0), ...timed(await healthy(), 3000)];
		both.sort((a, b) => a.at - b.at);
		const session = await recorded(`# tracer: nop\n${both.map(({ line }) => line).join('\n')}\n`);
		const roots = await rootsOf(session);
		expect(new Set(session.vcpus.map(({ vm }) => vm)).size).toBe(2);
		expect(roots.map((root) => `${told(root)} of VM ${root.vm}`)).toEqual([
			'error 107~ of VM 0',
			'note 205~ of VM 1',
		]);
	});

	const KILLED = [0, 1].map(
		(id) =>
			`        CPU ${id}/KVM-100${id + 1}  [00${id}] d....   160.0000${id}0: kvm_userspace_exit: reason restart (4)`,
	);
	test('a guest asleep for a minute until its VMM is killed had nothing to wake it', async () => {
		const text = await stockOf(`${BOOTED}vcpu1 wfi\nvcpu0 wfi\n`);
		const roots = await rootsOf(await recorded(`${text}${KILLED.join('\n')}\n`));
		expect(summary(roots)).toBe('warning 402');
	});

	test('one that was running until then had', async () => {
		const text = await stockOf(BOOTED);
		expect(summary(await rootsOf(await recorded(`${text}${KILLED.join('\n')}\n`)))).toBe('nothing');
	});

	test('AFFINITY_INFO for three seconds of CPUs that go one by one, slowly, is nothing', async () => {
		const polls = (cpu: string) => `repeat 10\n  vcpu0 AFFINITY_INFO target=${cpu}\n`;
		const text = await stockOf(
			`${machineOf(3)}vcpu0 use linux.boot_secondaries\n${polls('vcpu1')}vcpu1 CPU_OFF\n${polls('vcpu1')}${polls('vcpu2')}vcpu2 CPU_OFF\n${polls('vcpu2')}`,
		);
		expect(summary(await rootsOf(await recorded(slower(text, 'c4000004', 70_000))))).toBe('nothing');
	});

	test('AFFINITY_INFO for three seconds is more is more than Linux asks, for a tenth of one it is not', async () => {
		const text = await stockOf(`${BOOTED}repeat 30\n  vcpu0 AFFINITY_INFO target=vcpu1\n`);
		expect(summary(await rootsOf(await recorded(slower(text, 'c4000004', 100_000))))).toBe('warning 403~');
		expect(summary(await rootsOf(await recorded(slower(text, 'c4000004', 3_000))))).toBe('nothing');
	});
});

const told = ({ severity, code, certainty }: FindingTree) =>
	`${severity} ${code.slice(5)}${certainty === 'possible' ? '~' : ''}`;

function summary(roots: readonly FindingTree[]): string {
	const bySeverity = new Map<string, string[]>();
	for (const root of roots) {
		const [severity = '', code = ''] = told(root).split(' ');
		bySeverity.set(severity, [...(bySeverity.get(severity) ?? []), code].sort());
	}
	return [...bySeverity].map(([severity, codes]) => `${severity} ${codes.join(' ')}`).join('; ') || 'nothing';
}

function scenario(text: string) {
	return openScenario(text, 'brought-in.psci', async () => undefined);
}

async function stockOf(text: string): Promise<string> {
	return `${[...stockTrace((await scenario(text)).run)].join('\n')}\n`;
}

async function recorded(text: string): Promise<RecordedSession> {
	return RecordedSession.open(
		await openTrace(bytesInMemory('brought-in.txt', new TextEncoder().encode(text))),
	);
}

async function rootsOf(session: Session): Promise<readonly FindingTree[]> {
	return (await findFindings(session)).roots;
}

const LINE = /^(.*-)(\d+)( .* )(\d+)\.(\d{6})(: .*)$/;

/** The events with their microseconds, of other threads. */
function timed(text: string, tids: number): { at: number; line: string }[] {
	return text.split('\n').flatMap((line) => {
		const [, comm, tid, flags, s, us, rest] = LINE.exec(line) ?? [];
		if (tid === undefined) return [];
		const at = Number(s) * 1e6 + Number(us) + tids;
		return [{ at, line: `${comm}${Number(tid) + tids}${flags}${timeOf(at)}${rest}` }];
	});
}

/** So many microseconds more from each event on that has `what`. */
function slower(text: string, what: string, us: number): string {
	let more = 0;
	return text
		.split('\n')
		.map((line) => {
			const [, comm, tid, flags, s, micros, rest] = LINE.exec(line) ?? [];
			if (rest?.includes(what)) more += us;
			return tid === undefined
				? line
				: `${comm}${tid}${flags}${timeOf(Number(s) * 1e6 + Number(micros) + more)}${rest}`;
		})
		.join('\n');
}

function timeOf(us: number): string {
	return `${Math.floor(us / 1e6)}.${String(us % 1e6).padStart(6, '0')}`;
}
