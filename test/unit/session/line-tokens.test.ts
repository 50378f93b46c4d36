// What a trace's lines are coloured by, and where they fold, on the real example. Vacuous if nothing were found: the texts are compared.

import { expect, it } from 'vitest';
import { callLines, endLine } from '../../../src/session/call-lines.ts';
import { lineTokens } from '../../../src/session/line-tokens.ts';
import type { RecordedSession } from '../../../src/session/recorded-session.ts';
import { vcpuRuns } from '../../../src/session/vcpu-runs.ts';
import { openExample, openText } from './example.ts';

const LINUX = 'linux-guest-hotplug-reboot.report.txt';

/** `0xc4000003 psciFunction.power`, … */
const tokensOf = (session: RecordedSession, line: number) => {
	const text = session.trace.lineText(line);
	return lineTokens(session, line, text).map(
		({ start, length, type, modifiers }) =>
			`${text.slice(start, start + length)} ${[type, ...modifiers].join('.')}`,
	);
};

it('a CPU_ON is a function of power, by a thread whose vCPU is named; its answer is no error', async () => {
	const session = await openExample(LINUX);
	expect([148, 149].map((line) => tokensOf(session, line))).toMatchObject([
		[expect.stringMatching(/ psciVcpu$/), '0x00000000c4000003 psciFunction.power'],
		[expect.stringMatching(/ psciVcpu$/), '0 psciVcpu', '0xc4000003 psciFunction.power'],
	]);
	const index = session.calls.firstFrom(0);
	const ret = session.calls.at(index)?.ret ?? -1;
	expect(tokensOf(session, session.trace.events.line(ret)).at(-1)).toBe('0x10003 psciResult');
	expect(tokensOf(session, 1)).toEqual([]);
	expect(tokensOf(session, 1e9)).toEqual([]);
});

it('a refused call is refused at its site and at its return', async () => {
	const session = await openExample('linux-guest-wrong-mpidr.report.txt');
	const all = callLines(session).between(1, session.trace.lineCount);
	const refused = all.filter(({ line }) =>
		tokensOf(session, line).some((token) => token.endsWith('.refused')),
	);
	expect(refused.length).toBeGreaterThan(0);
	expect(refused.length).toBeLessThan(all.length);
	for (const { index } of refused) {
		const ret = session.calls.at(index)?.ret ?? -1;
		expect(tokensOf(session, session.trace.events.line(ret)).at(-1)).toMatch(
			/^0xf+[\da-f] psciResult\.refused$/,
		);
	}
});

it('what is not recorded says that it is inferred: whose event it is, and what came of the call', async () => {
	const line = (time: number, payload: string) => ` qemu-${100} [000] d..1. 1.00000${time}: ${payload}\n`;
	const session = await openText(
		line(1, 'kvm_entry: PC: 0x0000000040000000') +
			line(2, 'kvm_exit: TRAP: HSR_EC: 0x0016 (HVC64), PC: 0x0000000040000004') +
			line(3, 'kvm_hvc_arm64: HVC at 0x0000000040000004 (r0: 0x0000000084000008, imm: 0x0)') +
			line(4, 'kvm_userspace_exit: reason KVM_EXIT_SYSTEM_EVENT (24)'),
	);
	expect(tokensOf(session, 3)).toEqual([
		'qemu psciVcpu.inferred',
		'0x0000000084000008 psciFunction.system.inferred',
	]);
});

it.each([
	LINUX,
	'linux-guest-wrong-mpidr.report.txt',
	'kernel-selftest-psci_test.trace.txt',
	'scenario-cpu-suspend.trace.txt',
])('%s: what one vCPU does folds, across no other and no call of its own', async (name) => {
	const session = await openExample(name);
	const { events } = session.trace;
	const runs = [...vcpuRuns(session)];
	expect(runs.length).toBeGreaterThan(1);
	let before = 0;
	for (const { first, last } of runs) {
		expect(first).toBeGreaterThan(before);
		before = last;
		const rows = Array.from({ length: session.length }, (_, row) => row).filter(
			(row) => events.line(row) >= first && events.line(row) <= last,
		);
		expect(new Set(rows.map((row) => `${events.vm(row)} ${events.vcpu(row)}`)).size).toBe(1);
	}
	for (const { line, index } of callLines(session).between(1, session.trace.lineCount)) {
		const end = endLine(session, index);
		const crossing = runs.filter(
			({ first, last }) =>
				(first <= line && last >= line && last < end) || (first > line && first <= end && last > end),
		);
		expect(crossing, `the call on line ${line} to ${end}`).toEqual([]);
	}
});
