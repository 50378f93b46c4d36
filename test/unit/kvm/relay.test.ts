// pKVM's relay. Vacuous if every call were forwarded: handled, refused and foreign numbers are all asked.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRelay, type Ids01, relayStep, relayWay } from '../../../src/kvm/relay.ts';

const ENTRY = { cpuOn: 0x1000n, resume: 0x2000n };
const relay = createRelay({ mpidrs: [0n, 1n, 0x100n], version: 0x10001n, entry: ENTRY });
const ids01: Ids01 = { cpuSuspend: 0x10, cpuOff: 0x11, cpuOn: 0x12, migrate: undefined };

function call(from: typeof relay, x: readonly bigint[], firmware = 0n) {
	return relayStep(from, { op: 'host_call', core: 0, x, firmware });
}

describe('the relay from 0.2 on', () => {
	it('wraps a CPU_ON, and sends the core on where the host asked', () => {
		const made = call(relay, [0xc4000003n, 1n, 0xabcn, 7n]);
		expect(made.got).toMatchObject({ asked: [0xc4000003n, 1n, ENTRY.cpuOn, 0n], x: [0n, 0n, 0n, 0n] });
		const entered = relayStep(made.after, { op: 'core_entry', core: 1, by: 'cpu_on' });
		expect(entered.got).toEqual({ kind: 'enters host', pc: 0xabcn, x0: 7n });
		expect(entered.after.cores[1]?.cpuOn.locked).toBe(false);
	});

	it('answers ALREADY_ON, not ON_PENDING, while a core is still on its way', () => {
		const first = call(relay, [0xc4000003n, 1n, 0n, 0n]).after;
		const got = call(first, [0xc4000003n, 1n, 0n, 0n]).got;
		expect(got.kind === 'answered' && BigInt.asIntN(64, got.x[0] ?? 0n)).toBe(-4n);
		expect(got.kind === 'answered' && got.asked).toBe(undefined);
	});

	it('frees the core again where the firmware refuses', () => {
		const refused = call(relay, [0xc4000003n, 1n, 0n, 0n], -4n);
		expect(refused.decisions.map((d) => d.rule)).toEqual(['relay.wraps_cpu_on', 'relay.cpu_on_failed']);
		expect(refused.after.cores[1]?.cpuOn.locked).toBe(false);
	});

	it('knows only cores that were online at the start', () => {
		const got = call(relay, [0xc4000003n, 2n, 0n, 0n]).got;
		expect(got.kind === 'answered' && BigInt.asIntN(64, got.x[0] ?? 0n)).toBe(-2n);
	});

	it.each([
		[0x84000003n, 'refuse'],
		[0x84000001n, 'refuse'],
		[0x84000004n, 'refuse'],
		[0x8400000en, 'refuse'],
		[0x84000012n, 'refuse'],
		[0xc4000012n, 'forward'],
		[0x84000015n, 'forward'],
		[0xc4000015n, 'forward'],
		[0x8400000an, 'forward'],
		[0xc400000en, 'system_suspend'],
		[0x84000020n, 'not psci'],
		[0xc5000003n, 'not psci'],
	])('%s: %s', (id, way) => {
		expect(relayWay(relay, id)).toBe(way);
	});

	// hyp-main.c, handle_host_smc: 6.12 passes a u32 without the SVE hint on; 6.1 compares all of x0.
	it.each([
		[0x1_c4000003n, 'cpu_on', 'not psci'],
		[0xc4010003n, 'cpu_on', 'not psci'],
		[0xdeadbeef_84010008n, 'forward', 'not psci'],
		[0x84020008n, 'not psci', 'not psci'],
	])('%s: %s as 6.12 reads x0, %s as 6.1 does', (id, newer, older) => {
		expect(relayWay(relay, id)).toBe(newer);
		expect(relayWay(createRelay({ mpidrs: [0n], version: 0x10001n, wholeX0: true }), id)).toBe(older);
	});

	it('hands a forwarded number on as it came, a wrapped one as it was read', () => {
		const off = call(relay, [0x1_84010008n, 5n, 6n, 7n]).got;
		expect(off).toMatchObject({ asked: [0x1_84010008n, 5n, 6n, 7n] });
		const on = call(relay, [0x1_c4010003n, 1n, 0n, 0n]).got;
		expect(on).toMatchObject({ asked: [0xc4000003n, 1n, ENTRY.cpuOn, 0n] });
	});

	// psci_cpu_on and psci_cpu_suspend return an int.
	it('keeps 32 bits of what the firmware answers to a wrapped call, all 64 of a forwarded one', () => {
		const on = call(relay, [0xc4000003n, 1n, 0n, 0n], 0x5_00000000n);
		expect(on.got).toMatchObject({ x: [0n, 0n, 0n, 0n] });
		expect(on.after.cores[1]?.cpuOn.locked).toBe(true);
		const suspend = call(relay, [0xc4000001n, 0n, 0n, 0n], 0xfffffffen);
		expect(suspend.got).toMatchObject({ x: [0xfffffffffffffffen, 0n, 0n, 0n] });
		const version = call(relay, [0x84000000n], 0x5_00000000n);
		expect(version.got).toMatchObject({ x: [0x5_00000000n, 0n, 0n, 0n] });
	});

	it('does not forward SYSTEM_OFF2 before 6.13, nor 1.x functions under 0.2', () => {
		const old = createRelay({ mpidrs: [0n], version: 0x10001n, off2: false });
		expect(relayWay(old, 0xc4000015n)).toBe('refuse');
		expect(relayWay(createRelay({ mpidrs: [0n], version: 2n }), 0x8400000an)).toBe('refuse');
	});
});

describe('the relay under 0.1', () => {
	const old = createRelay({ mpidrs: [0n, 1n], version: 1n, ids01 });
	it('goes by the numbers of the device tree', () => {
		expect([0x10n, 0x11n, 0x12n, 0x13n, 0xc4000003n].map((id) => relayWay(old, id))).toEqual([
			'cpu_suspend',
			'forward',
			'cpu_on',
			'not psci',
			'not psci',
		]);
	});
});

it('answers whatever the host puts in its registers', () => {
	const u64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
	fc.assert(
		fc.property(
			fc.integer({ min: -1, max: 5 }),
			fc.array(u64, { maxLength: 8 }),
			u64,
			(core, x, firmware) => {
				const made = relayStep(relay, { op: 'host_call', core, x, firmware });
				expect(made.decisions.length).toBeGreaterThan(0);
				expect(relay.cores.every((c) => !c.cpuOn.locked)).toBe(true);
			},
		),
	);
});
