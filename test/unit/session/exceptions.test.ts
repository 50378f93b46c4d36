// What a session can stop at by itself. Vacuous if nothing was found: every search has a case with and one
// without a find.

import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import {
	EXCEPTION_FILTERS,
	type ExceptionFilterId,
	exceptionAt,
	exceptionsOf,
	positionsOfException,
} from '../../../src/session/exceptions.ts';
import { parseExpression } from '../../../src/session/expression.ts';
import { positionOf } from '../../../src/session/position.ts';
import { RecordedSession } from '../../../src/session/recorded-session.ts';
import type { Session } from '../../../src/session/session.ts';
import { kernelNamed } from '../../../src/session/settings.ts';
import { bytesInMemory } from '../../../src/trace/byte-source.ts';
import { openTrace } from '../../../src/trace/open.ts';
import { openExample, openText } from './example.ts';
import {
	call,
	entry,
	guestCall,
	hvc,
	line,
	open,
	powerOff,
	reset,
	ret,
	setMpState,
	startOf,
	wfi,
} from './lines.ts';

const reboot = await openExample('linux-guest-hotplug-reboot.report.txt');
const selftest = await openExample('kernel-selftest-psci_test.trace.txt');

async function found(session: Session, filter: ExceptionFilterId) {
	return (await exceptionsOf(session, filter)).map((e) => ({
		id: e.id,
		line: session.trace.events.line(positionOf(e.position).row),
		says: e.description,
	}));
}

it('a PSCI error is found where it returns, and a condition picks some', async () => {
	const errors = await found(reboot, 'psci-error');
	expect(errors.length).toBe(9);
	expect(errors[0]?.says).toMatch(/NOT_SUPPORTED/);
	const count = async (text: string) =>
		(await positionsOfException(reboot, 'psci-error', parseExpression(text))).length;
	expect(await count('result == NOT_SUPPORTED')).toBe(9);
	expect(await count('result == NOT_SUPPORTED && vcpu == 0')).toBe(2);
	expect(await positionsOfException(reboot, 'psci-error', parseExpression('result == DENIED'))).toEqual([]);
});

it('a call is forbidden by a clause, with its evidence', async () => {
	expect(await found(selftest, 'forbidden-call')).toEqual([
		expect.objectContaining({ id: 'SYSTEM_OFF2.prototype', says: expect.stringMatching(/cookie is 0x1/) }),
		expect.objectContaining({ id: 'SYSTEM_OFF2.prototype' }),
	]);
	expect(await found(reboot, 'forbidden-call')).toEqual([]);
});

it.each([
	['a stray bit of target_cpu', ['c4000003', '80000000', '0', '0'], 'CPU_ON.prototype'],
	['reserved bits of power_state', ['c4000001', '40000000', '0', '0'], 'CPU_SUSPEND.power_state_original'],
	['an unknown off type', ['c4000015', '2', '0', '0'], 'SYSTEM_OFF2.prototype'],
	['a reserved architectural reset', ['c4000012', '1', '0', '0'], 'SYSTEM_RESET2.architectural'],
	['an unknown suspend mode', ['8400000f', '2', '0', '0'], 'PSCI_SET_SUSPEND_MODE.prototype'],
	['a suspend while another vCPU is on', ['c400000e', '40000000', '0', '0'], 'SYSTEM_SUSPEND.caller'],
	['a vendor reset, which is allowed', ['c4000012', '80000001', '0', '0'], undefined],
	['a plain CPU_ON, which is allowed', ['c4000003', '1', '0', '0'], undefined],
])('%s', async (_what, x, clause) => {
	const session = await open(entry(1) + entry(0) + guestCall(0, x, 1, 'fffffffffffffffe'));
	expect((await found(session, 'forbidden-call')).map(({ id }) => id)).toEqual(clause ? [clause] : []);
});

it('an immediate other than 0 is forbidden', async () => {
	const session = await open(entry(0) + hvc(0, '84000000', 3) + call(0, '84000000') + ret(0, 1, '10001'));
	expect(await found(session, 'forbidden-call')).toEqual([
		expect.objectContaining({ id: 'smccc.immediate' }),
	]);
});

it('a divergence names the rule that decides', async () => {
	const bytes = readFileSync(
		new URL('../../../examples/kernel-selftest-psci_test.trace.txt', import.meta.url),
	);
	const trace = await openTrace(bytesInMemory('old.txt', bytes));
	const old = await RecordedSession.open(trace, kernelNamed('5.10'));
	const differences = await exceptionsOf(old, 'divergence');
	expect(differences.length).toBeGreaterThan(0);
	const [first] = differences;
	expect(first?.description).toMatch(/Linux 5\.10 answers .* by [a-z_]+\.[a-z_0-9]+$/);
	expect(await exceptionsOf(selftest, 'divergence')).toEqual([]);
});

it('system events have their type, also where only the exit was recorded', async () => {
	expect((await found(selftest, 'system-event')).map(({ id }) => id)).toEqual([
		'SUSPEND',
		'SHUTDOWN',
		'SHUTDOWN',
	]);
	const resets = await positionsOfException(reboot, 'system-event', parseExpression('type == RESET'));
	expect(resets.length).toBe(1);
	expect(await positionsOfException(reboot, 'system-event', parseExpression('type == SHUTDOWN'))).toEqual([]);
	const exits = line(0, 'kvm_userspace_exit: reason KVM_EXIT_SYSTEM_EVENT (24)');
	const off = await open(entry(0) + hvc(0, '84000008') + call(0, '84000008') + ret(0, 0) + exits);
	expect((await found(off, 'system-event')).map(({ id }) => id)).toEqual(['SHUTDOWN']);
});

it('a vCPU that is started and never runs is found at its start', async () => {
	expect(await found(selftest, 'never-ran')).toEqual([expect.objectContaining({ id: 'vcpu[1]', line: 67 })]);
	expect(await found(reboot, 'never-ran')).toEqual([]);
	const before = setMpState(0, 0) + setMpState(1, 5) + entry(0) + startOf(0, '1');
	expect((await found(await open(before + entry(0)), 'never-ran')).length).toBe(1);
	expect(await found(await open(before + reset(1, 1, 1) + entry(1)), 'never-ran')).toEqual([]);
	// Its reset alone is not enough where entries are recorded: it may end there.
	expect((await found(await open(before + reset(1, 1, 1)), 'never-ran')).length).toBe(1);
});

it('all vCPUs off or asleep for good are found where the last one went', async () => {
	const before = setMpState(0, 0) + setMpState(1, 5) + entry(0);
	const off = guestCall(0, ['84000002'], 1, '0', powerOff(0));
	const dead = await found(await open(before + off), 'all-asleep');
	expect(dead).toEqual([expect.objectContaining({ id: 'vm[0]', line: 8 })]);
	expect((await found(await open(before + wfi(0)), 'all-asleep')).length).toBe(1);
	expect(await found(await open(before + off + entry(1)), 'all-asleep')).toEqual([]);
	expect(await found(await open(before), 'all-asleep')).toEqual([]);
	expect(await found(reboot, 'all-asleep')).toEqual([]);
});

it('lost events are found, with how many', async () => {
	const bytes = readFileSync(new URL('../../data/traces/lost-trace_pipe.txt', import.meta.url));
	const lost = await found(await openText(bytes, 'lost.txt'), 'lost-events');
	expect(lost.map(({ says }) => says)).toEqual([
		expect.stringMatching(/^136 events/),
		expect.stringMatching(/^121 events/),
	]);
});

it('what is found is told at its position and nowhere else, and comes in order', async () => {
	for (const { id } of EXCEPTION_FILTERS) {
		const all = await exceptionsOf(selftest, id);
		const codes = all.map(({ position }) => position);
		expect(codes).toEqual(codes.toSorted((a, b) => a - b));
		for (const one of all) {
			expect(await exceptionAt(selftest, positionOf(one.position), [id])).toEqual(one);
			expect(one.details.length).toBeGreaterThan(0);
		}
	}
	expect(await exceptionAt(selftest, { row: 0, decision: 0 })).toBeUndefined();
});

it('a search that is cancelled begins anew when asked again', async () => {
	const session = await openExample('kernel-selftest-psci_test.trace.txt');
	const stop = new AbortController();
	stop.abort();
	await expect(exceptionsOf(session, 'psci-error', stop.signal)).rejects.toThrow();
	expect((await exceptionsOf(session, 'psci-error')).length).toBe(2);
});

it('no example makes a search fail', async () => {
	const folder = new URL('../../../examples/', import.meta.url);
	for (const name of readdirSync(folder).filter((f) => f.endsWith('.txt'))) {
		const session = await openText(readFileSync(new URL(name, folder)), name);
		for (const { id } of EXCEPTION_FILTERS)
			for (const { position } of await exceptionsOf(session, id))
				expect(positionOf(position).row).toBeLessThan(session.length);
	}
});
