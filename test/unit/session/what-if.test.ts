// What-if branches and comparing kernels. Vacuous if branches made no calls, or if nothing ever differed.

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { originOf } from '../../../src/session/branch-origin.ts';
import { compareKernels } from '../../../src/session/compare-kernels.ts';
import { Cursor } from '../../../src/session/cursor.ts';
import { type ExceptionFilterId, exceptionsOf } from '../../../src/session/exceptions.ts';
import { parseExpression } from '../../../src/session/expression.ts';
import { firstDifference } from '../../../src/session/first-difference.ts';
import { dataIds, positionsOfData, positionsOfLine } from '../../../src/session/predicates.ts';
import { recordedCall } from '../../../src/session/recorded-call.ts';
import { nextMatch } from '../../../src/session/search.ts';
import type { Session } from '../../../src/session/session.ts';
import { kernelNamed } from '../../../src/session/settings.ts';
import { allDifferences, type Changes, fork } from '../../../src/session/what-if.ts';
import { why } from '../../../src/session/why.ts';
import { POLICIES } from '../../../src/vmm/index.ts';
import { openExample, openText } from './example.ts';

const reboot = await openExample('linux-guest-hotplug-reboot.report.txt');
const selftest = await openExample('kernel-selftest-psci_test.trace.txt');
const start = { row: 0, decision: 0 };

function kernel(name: string) {
	const profile = kernelNamed(name);
	if (!profile) throw new Error(`no kernel ${name}`);
	return profile;
}

function siteOf(session: Session, name: string): number {
	for (let index = 0; index < session.calls.length; index++)
		if (recordedCall(session, index)?.call?.name === name) return session.calls.site(index);
	throw new Error(`no ${name}`);
}

const calls = (session: Session) =>
	Array.from({ length: session.calls.length }, (_, index) => recordedCall(session, index)?.call?.name);

describe('a branch without a change', () => {
	it.each([
		['the reboot', reboot],
		['the selftest', selftest],
	])('of %s makes the same calls with the same answers', async (_name, session) => {
		const branch = await fork(session, start, {});
		expect(branch.kind).toBe('simulated');
		expect(await firstDifference(session, branch)).toBeUndefined();
		const lines = originOf(branch)?.lines.size ?? 0;
		expect(lines).toBeGreaterThan(10);
		expect(branch.calls.length).toBe(lines);
	});

	it('begins with the machine as it is known at the fork', async () => {
		const site = siteOf(reboot, 'CPU_OFF');
		const branch = await fork(reboot, { row: site, decision: 0 }, {});
		const before = reboot.stateAt(site).vcpus.map(({ id, mpState }) => [id, mpState?.value]);
		const first = branch.stateAt(branch.calls.site(0)).vcpus.map(({ id, mpState }) => [id, mpState?.value]);
		expect(first).toEqual(before);
		expect(calls(branch)[0]).toBe('CPU_OFF');
		expect(await firstDifference(reboot, branch)).toBeUndefined();
	});

	it('can be stepped both ways like any session', async () => {
		const branch = await fork(selftest, start, {});
		const cursor = new Cursor(branch);
		const forwards: number[] = [];
		while (cursor.row < branch.length) forwards.push(cursor.next('statement').row);
		const back: number[] = [];
		while (cursor.row > 0) back.push(cursor.stepBack('statement').row);
		expect(back.length).toBe(forwards.length);
	});
});

describe('a branch with a change', () => {
	const differs = async (session: Session, row: number, changes: Changes) => {
		const branch = await fork(session, { row, decision: 0 }, changes);
		return { branch, first: await firstDifference(session, branch) };
	};

	it('on another kernel differs first where that kernel answers otherwise', async () => {
		const { first } = await differs(selftest, 0, { kernel: kernel('6.12') });
		expect(first).toMatchObject({
			text: expect.stringMatching(/^PSCI_FEATURES .*SYSTEM_OFF2/),
			original: '0x1',
			branch: 'NOT_SUPPORTED (-1)',
			rule: 'psci_features.not_implemented',
		});
	});

	it('with another version', async () => {
		const { first } = await differs(reboot, 0, { psciVersion: 0x10000n });
		expect(first).toMatchObject({
			text: expect.stringMatching(/^PSCI_VERSION/),
			original: '1.3',
			branch: '1.0',
		});
	});

	it('with a capability', async () => {
		const { first } = await differs(reboot, 0, { capabilities: ['ARM_SYSTEM_SUSPEND'] });
		expect(first).toMatchObject({
			text: expect.stringMatching(/SYSTEM_SUSPEND/),
			original: 'NOT_SUPPORTED (-1)',
			branch: '0x0',
		});
	});

	it('with a policy lets that policy react', async () => {
		const policy = POLICIES.find(({ name }) => name === 'no-restart');
		if (!policy) throw new Error('no policy');
		const { branch } = await differs(reboot, 0, { policy });
		const rows = Array.from({ length: branch.length }, (_, row) => branch.trace.events.detail(row));
		expect(rows.some((d) => d.kind === 'operation' && /off/.test(`${d.text} ${d.result}`))).toBe(true);
	});

	it('with a changed argument', async () => {
		const { first } = await differs(reboot, siteOf(reboot, 'CPU_ON'), { registers: { 1: 0x77n } });
		expect(first).toMatchObject({ original: 'SUCCESS (0)', branch: 'INVALID_PARAMETERS (-2)' });
		expect(first?.rule).toBe('cpu_on.no_such_target');
	});

	it('without a call: what its target did is no longer done', async () => {
		const { first } = await differs(reboot, siteOf(reboot, 'CPU_ON'), { withoutCall: true });
		expect(first).toMatchObject({ branch: 'not made: vCPU 1 is off', branchRow: undefined });
	});

	it('with a call that never happened', async () => {
		const row = siteOf(reboot, 'CPU_ON');
		const { first, branch } = await differs(reboot, row, {
			newCall: { vcpu: 0, x: [0xc4000003n, 1n, 0x1000n, 0n] },
		});
		expect(first).toMatchObject({
			original: 'SUCCESS (0)',
			branch: expect.stringMatching(/^(ALREADY_ON|ON_PENDING)/),
		});
		expect(calls(branch).slice(0, 2)).toEqual(['CPU_ON', 'CPU_ON']);
	});

	it('is refused where the change makes no sense, and cancelled where told', async () => {
		await expect(fork(reboot, start, { withoutCall: true })).rejects.toThrow(RangeError);
		await expect(fork(reboot, start, { newCall: { vcpu: 9, x: [0n] } })).rejects.toThrow(/vCPU 9/);
		const stop = new AbortController();
		stop.abort();
		await expect(fork(reboot, start, {}, stop.signal)).rejects.toThrow();
		await expect(firstDifference(reboot, selftest)).rejects.toThrow(/no branch/);
	});

	it('can stop at all that a recording can stop at', async () => {
		const branch = await fork(reboot, start, {});
		const found = (id: ExceptionFilterId) => exceptionsOf(branch, id).then((all) => all.map((e) => e.id));
		expect(await found('system-event')).toEqual(['RESET']);
		expect(new Set(await found('psci-error'))).toEqual(new Set(['NOT_SUPPORTED']));
		for (const id of ['forbidden-call', 'divergence', 'never-ran', 'lost-events'] as const)
			expect(await found(id)).toEqual([]);
		const { line, positions } = await positionsOfLine(
			branch,
			originOf(branch)?.lines.values().next().value ?? 0,
		);
		expect(line).toBe(originOf(branch)?.lines.values().next().value);
		expect(positions.length).toBe(1);
		const id = dataIds(branch, start, 'vcpu[1].mp_state')?.id ?? '';
		expect((await positionsOfData(branch, id)).length).toBeGreaterThan(2);
		expect(await nextMatch(branch, parseExpression('call == CPU_OFF && vcpu == 1'), start)).toBeDefined();
		expect(why(branch, { row: branch.length, decision: 0 }, 'vcpu[1].mp_state')?.links[0]?.rule).toBe(
			'system_event.stops_all',
		);
	});

	it('can be forked itself', async () => {
		const first = await fork(selftest, start, {});
		const branch = await fork(first, start, { kernel: kernel('6.12') });
		expect((await allDifferences(first, branch)).length).toBe(6);
	});
});

describe('comparing kernels', () => {
	it('lists every call whose outcome differs, with the rules', async () => {
		const { differences, compared, undecided } = await compareKernels(selftest, ['6.1', '7.2'].map(kernel));
		expect([compared, undecided]).toEqual([11, 0]);
		expect(differences.length).toBe(6);
		expect(differences[0]?.outcomes).toEqual([
			{ kernel: '6.1', outcome: 'NOT_SUPPORTED (-1)', rule: 'psci_features.not_implemented' },
			{ kernel: '7.2', outcome: '0x1', rule: 'psci_features.implemented' },
		]);
		expect(differences.map(({ line }) => line)).toEqual([255, 260, 265, 270, 288, 293]);
	});

	it('finds none between a kernel and itself, and one kernel is compared with the own', async () => {
		const folder = new URL('../../../examples/', import.meta.url);
		let compared = 0;
		for (const name of readdirSync(folder).filter((f) => f.endsWith('.txt'))) {
			const session = await openText(readFileSync(new URL(name, folder)), name);
			const same = await compareKernels(session, [session.kernel.profile, session.kernel.profile]);
			expect(same.differences).toEqual([]);
			compared += same.compared;
		}
		expect(compared).toBeGreaterThan(200);
		const one = await compareKernels(selftest, [kernel('6.12')]);
		expect(one.differences.length).toBe(6);
	});
});
