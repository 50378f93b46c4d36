// Where breakpoints stop. Vacuous if they resolved to nothing: every kind has positions here.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mpidrOf, vcpuIdOfMpidr } from '../../../src/kvm/index.ts';
import { parseExpression } from '../../../src/session/expression.ts';
import { KVM_FUNCTIONS } from '../../../src/session/function-targets.ts';
import { positionCode, positionOf } from '../../../src/session/position.ts';
import { positionFromText, positionText } from '../../../src/session/position-from-text.ts';
import {
	dataIds,
	filterPositions,
	hitCondition,
	logMessage,
	positionsOfAddress,
	positionsOfClause,
	positionsOfData,
	positionsOfFunction,
	positionsOfLine,
	positionsOfRule,
} from '../../../src/session/predicates.ts';
import type { Session } from '../../../src/session/session.ts';
import { vcpuOf } from '../../../src/session/state.ts';
import { EXAMPLES, openExample } from './example.ts';
import { entry, guestCall, open, powerOff, setMpState, startOf } from './lines.ts';

const session = await openExample('linux-guest-hotplug-reboot.report.txt');
const start = { row: 0, decision: 0 };

const lines = (of: Session, positions: ArrayLike<number> | undefined) =>
	Array.from(positions ?? [], (code) => of.trace.events.line(positionOf(code).row));

describe('a line', () => {
	it('is its event, or the next below', async () => {
		const row = session.calls.site(3);
		const line = session.trace.events.line(row);
		expect(await positionsOfLine(session, line)).toEqual({
			line,
			positions: [positionCode({ row, decision: 0 })],
		});
		expect((await positionsOfLine(session, 0)).line).toBe(session.trace.events.line(0));
		expect(await positionsOfLine(session, 100_000)).toEqual({ line: undefined, positions: [] });
	});

	it('of a scenario is each time that it is carried out', async () => {
		const repeated: Session = {
			...facade(session),
			kind: 'simulated',
			trace: { ...session.trace, events: { ...tableOf(session), line: (row) => 10 + (row % 3) * 2 } },
		};
		const { line, positions } = await positionsOfLine(repeated, 11);
		expect(line).toBe(12);
		const rows = [...session.statements].filter((row) => row % 3 === 1);
		expect(positions).toEqual(rows.map((row) => positionCode({ row, decision: 0 })));
		expect(rows.length).toBeGreaterThan(10);
	});
});

/** A session's members, for a session that differs in some. */
function facade(of: Session): Session {
	return {
		kind: of.kind,
		trace: of.trace,
		calls: of.calls,
		statements: of.statements,
		kernel: of.kernel,
		length: of.length,
		vcpus: of.vcpus,
		shownVms: of.shownVms,
		stateAt: (row) => of.stateAt(row),
		modelled: (call) => of.modelled(call),
		decisionsAt: (row) => of.decisionsAt(row),
		decided: (take) => of.decided(take),
	};
}

function tableOf({ trace: { events } }: Session): Session['trace']['events'] {
	return {
		length: events.length,
		kind: (row) => events.kind(row),
		time: (row) => events.time(row),
		cpu: (row) => events.cpu(row),
		thread: (row) => events.thread(row),
		vm: (row) => events.vm(row),
		vcpu: (row) => events.vcpu(row),
		attribution: (row) => events.attribution(row),
		line: (row) => events.line(row),
		detail: (row) => events.detail(row),
		rowAtOrAfterLine: (line) => events.rowAtOrAfterLine(line),
	};
}

describe('a function', () => {
	it('of the guest goes by name, pattern and number', async () => {
		const byName = await positionsOfFunction(session, 'CPU_ON');
		expect(byName?.length).toBeGreaterThan(2);
		for (const pattern of ['psci_cpu_on', '0xc4000003', '3288334339'])
			expect(await positionsOfFunction(session, pattern)).toEqual(byName);
		const both = await positionsOfFunction(session, 'CPU_O*');
		expect(both?.length).toBeGreaterThan(byName?.length ?? 0);
		expect(await positionsOfFunction(session, 'CPU_ONN')).toBeUndefined();
		expect(await positionsOfFunction(session, '0x84000008')).toHaveLength(0);
	});

	it('of KVM is its probe', async () => {
		const begun = await positionsOfFunction(session, 'kvm_psci_vcpu_on');
		expect(begun?.length).toBeGreaterThan(2);
		for (const code of begun ?? [])
			expect(session.trace.events.detail(positionOf(code).row).kind).toBe('cpu_on');
	});

	it('of KVM without a probe in the recording is where the model decides in it, beside those that have one', async () => {
		const decided = await positionsOfFunction(session, 'kvm_psci_vcpu_affinity_info');
		expect(decided?.length).toBeGreaterThan(0);
		for (const code of decided ?? []) {
			const { row, decision } = positionOf(code);
			expect(session.decisionsAt(row)[decision - 1]?.rule).toMatch(/^affinity_info\./);
		}
		const both = await positionsOfFunction(session, 'kvm_psci_vcpu_*');
		expect([...(both ?? [])]).toEqual(expect.arrayContaining([...(decided ?? [])]));
		expect([...(both ?? [])]).toEqual(
			expect.arrayContaining([...((await positionsOfFunction(session, 'kvm_psci_vcpu_on')) ?? [])]),
		);
		expect(new Set(both).size).toBe(both?.length);
		expect(KVM_FUNCTIONS).toContain('kvm_smccc_call_handler');
		expect(KVM_FUNCTIONS.filter((name) => /\.|\s/.test(name))).toEqual([]);
	});
});

it('a rule and its clauses share positions', async () => {
	const rule = await positionsOfRule(session, 'cpu_on.target_stopped');
	const clause = await positionsOfClause(session, 'CPU_ON.use');
	expect(rule.length).toBeGreaterThan(0);
	expect([...clause]).toEqual(expect.arrayContaining([...rule]));
});

it('an address is where the guest is, and the HVC itself', async () => {
	const row = [...Array(session.length).keys()].find(
		(r) => session.trace.events.detail(r).kind === 'kvm_hvc_arm64',
	);
	const detail = session.trace.events.detail(row ?? -1);
	const after = detail.kind === 'kvm_hvc_arm64' ? detail.pc : 0n;
	const code = positionCode({ row: row ?? -1, decision: 0 });
	expect([...(await positionsOfAddress(session, after))]).toContain(code);
	expect([...(await positionsOfAddress(session, after - 4n))]).toContain(code);
	expect(await positionsOfAddress(session, 1n)).toHaveLength(0);
});

describe('data', () => {
	it('has ids that do not depend on where one stands', () => {
		const vm = session.vcpus[0]?.vm;
		expect(dataIds(session, start, 'vcpu[1].mp_state')?.id).toBe(`vm[${vm}].vcpu[1].mp_state`);
		expect(dataIds(session, start, 'vm.psci_version')?.id).toBe(`vm[${vm}].psci_version`);
		expect(dataIds(session, start, 'vcpu[1].requests.KVM_REQ_SLEEP')?.accessTypes).toEqual(['write']);
		for (const name of [
			'vcpu[77].mp_state',
			'vcpu[1].thread',
			'x9',
			'nonsense',
			'vcpu[1].x0.y',
			'constructor',
		])
			expect(dataIds(session, start, name)).toBeUndefined();
	});

	it.each([
		'mp_state',
		'reset_state',
		'reset_state.pc',
		'requests',
		'requests.KVM_REQ_SLEEP',
		'whereabouts',
		'pc',
		'x0',
		'x3',
	])('vcpu[1].%s stops at every event that writes it', async (field) => {
		let total = 0;
		for (const name of EXAMPLES) {
			const one = await openExample(name);
			const id = dataIds(one, start, `vcpu[1].${field}`)?.id ?? '';
			const positions = await positionsOfData(one, id);
			total += positions.length;
			const written = new Set<number>();
			for (let row = 0; row <= one.length; row++) {
				const vcpu = vcpuOf(one.stateAt(row), one.vcpus[0]?.vm ?? 0, 1);
				const known = {
					mp_state: vcpu?.mpState,
					reset_state: vcpu?.resetState,
					whereabouts: vcpu?.whereabouts,
					pc: vcpu?.pc,
					x0: vcpu?.x[0],
					x3: vcpu?.x[3],
				}[field.split('.')[0] ?? ''];
				if (known) written.add(known.row);
				if (field === 'requests') for (const request of vcpu?.requests ?? []) written.add(request.row);
			}
			expect(positions.map((code) => positionOf(code).row)).toEqual(expect.arrayContaining([...written]));
		}
		expect(total).toBeGreaterThan(0);
	});

	it('that comes and goes within a few events is seen', async () => {
		const off = guestCall(0, ['84000002'], 1, '0', powerOff(0));
		const small = await open(
			setMpState(0, 0) + setMpState(1, 5) + entry(0) + startOf(0, '1') + entry(1) + off,
		);
		const id = dataIds(small, start, 'vcpu[1].requests.KVM_REQ_VCPU_RESET')?.id ?? '';
		expect((await positionsOfData(small, id)).length).toBe(2);
	});

	it('of a long recording is the same whatever was looked at before', async () => {
		const wanted = [1500, 4500, 7500, 10_500, 13_500];
		const events = Array.from({ length: 15_000 }, (_, n) =>
			wanted.includes(n) ? setMpState(1, n % 6000 === 1500 ? 5 : 0) : entry(0),
		);
		const long = await open(events.join(''));
		const writes = async () =>
			(await positionsOfData(long, 'vm[0].vcpu[1].mp_state')).map((code) => positionOf(code).row);
		expect(await writes()).toEqual(wanted);
		await long.warm(new AbortController().signal);
		for (const row of [14_999, 3, 5121, 4600, 10_240]) long.stateAt(row);
		expect(await writes()).toEqual(wanted);
		expect((await positionsOfData(long, 'vm[0].vcpu[0].pc')).length).toBe(15_000 - wanted.length);
	});

	it('of the VM is written where a guest is told', async () => {
		const id = dataIds(session, start, 'vm.psci_version')?.id ?? '';
		const [code] = await positionsOfData(session, id);
		expect(session.trace.events.detail(positionOf(code ?? 0).row).kind).toBe('ret');
	});
});

it('a condition keeps the positions at which it holds', async () => {
	const all = (await positionsOfFunction(session, 'CPU_ON')) ?? [];
	const some = await filterPositions(session, all, parseExpression('target_cpu == 2'));
	expect(some.length).toBeGreaterThan(0);
	expect(some.length).toBeLessThan(all.length);
	expect(lines(session, all)).toEqual(expect.arrayContaining(lines(session, some)));
	const message = logMessage(session, some[0] ?? 0, ['started ', parseExpression('target_cpu'), '!']);
	expect(message).toBe('started 2!');
});

it('hit conditions count', () => {
	const hits = (text: string) => [1, 2, 3, 4, 5, 6].filter(hitCondition(text));
	expect(hits('3')).toEqual([3]);
	expect(hits('== 3')).toEqual([3]);
	expect(hits('>= 4')).toEqual([4, 5, 6]);
	expect(hits('< 3')).toEqual([1, 2]);
	expect(hits(' % 2 ')).toEqual([2, 4, 6]);
	for (const wrong of ['', 'x', '% 0', '-1', '1.5', '> ', '1'.repeat(30)])
		expect(() => hitCondition(wrong)).toThrow(/hit/);
});

describe('a place by its number', () => {
	it.each([
		['start', { row: 0, decision: 0 }],
		['end', { row: session.length, decision: 0 }],
		['12', { row: 12, decision: 0 }],
		['event 12', { row: 12, decision: 0 }],
		['#12', { row: 12, decision: 0 }],
		['999999', { row: session.length, decision: 0 }],
		[`line ${session.trace.events.line(20)}`, { row: 20, decision: 0 }],
		[`:${session.trace.events.line(20)}`, { row: 20, decision: 0 }],
	])('%s', (text, place) => {
		expect(positionFromText(session, text)).toEqual(place);
	});

	it('goes by time to the first event at or after it', () => {
		const time = session.trace.events.time(30);
		const text = `${time / 1_000_000_000n}.${String(time % 1_000_000_000n).padStart(9, '0')}`;
		const found = positionFromText(session, `time ${text}`)?.row ?? -1;
		expect(session.trace.events.time(found)).toBe(time);
		expect(positionFromText(session, `${text}s`)?.row).toBe(found);
	});

	it.each(['', 'nowhere', '-1', '1e9', 'line', '1.2.3'])('%s is none', (text) => {
		expect(positionFromText(session, text)).toBeUndefined();
	});

	it('is written as it is read', () => {
		fc.assert(
			fc.property(fc.nat(session.length), (row) => {
				for (let decision = 0; decision <= session.decisionsAt(row).length; decision++)
					expect(positionFromText(session, positionText(session, { row, decision }))).toEqual({
						row,
						decision,
					});
			}),
		);
	});
});

it('a vcpu_id and its MPIDR say the same', () => {
	fc.assert(
		fc.property(fc.nat(0xf_ffff), (id) => {
			expect(vcpuIdOfMpidr(mpidrOf(id) & 0x7fffffffn)).toBe(id);
		}),
	);
	expect(vcpuIdOfMpidr(0x10n)).toBe(-1);
	expect(vcpuIdOfMpidr(1n << 32n)).toBe(-1);
});
