// The table of kernels. Vacuous if changes were lost on the way to a profile: each is looked for in it.

import { describe, expect, it } from 'vitest';
import { bootVm, step } from '../../../src/kvm/index.ts';
import { BASE, KERNELS, MAINLINE, POSTED } from '../../../src/kvm/kernel-table.ts';
import {
	behaviourProof,
	changeBehind,
	changesOf,
	PROFILES,
	profileForRelease,
	profileNamed,
} from '../../../src/kvm/profiles.ts';

describe('the kernels', () => {
	it('are the ones that were asked for', () => {
		const names = PROFILES.map((profile) => profile.name);
		for (const name of [
			'3.9',
			'3.16',
			'4.16',
			'4.17',
			'5.10',
			'5.18',
			'5.19',
			'6.1',
			'6.4',
			'6.12',
			'6.13',
			'7.2',
		])
			expect(names).toContain(name);
		expect(names.filter((name) => name.startsWith('20'))).toEqual([
			'2013-off-reset-v3',
			'2022-system-suspend-v4',
			'2024-system-off2-rfc-v2',
		]);
		expect(PROFILES.filter((p) => p.proof === 'proven').map((p) => p.name)).toEqual([
			'5.10',
			'6.1',
			'6.12',
			'7.2',
		]);
	});

	it('each have the values of their last change, and every change says where it is known from', () => {
		for (const change of [...MAINLINE, ...POSTED.map((p) => p.change)]) {
			expect(change.source).not.toBe('');
			const profile = profileNamed(change.from);
			expect(profile?.behaviours).toMatchObject(change.is);
			expect(changesOf(change.from)).toContain(change);
		}
	});

	it('change nothing twice in a row to the same value', () => {
		let before: object = BASE;
		for (const change of MAINLINE) {
			const after = { ...before, ...change.is };
			expect(after).not.toEqual(before);
			before = after;
		}
	});

	it('are found by release', () => {
		const found = [
			'6.12.107',
			'6.8.0-45-generic',
			'5.10.223',
			'7.9',
			'3.10',
			'2.6.32',
			'nonsense',
			'6.1',
		].map((release) => profileForRelease(release)?.name);
		expect(found).toEqual(['6.12', '6.7', '5.10', '7.2', '3.9', undefined, undefined, '6.1']);
	});

	it('say how sure they are of each behaviour', () => {
		expect(behaviourProof('6.12', 'smc')).toBe('proven');
		expect(behaviourProof('6.13', 'smc')).toBe('the same before and after');
		expect(behaviourProof('6.13', 'systemOff2')).toBe('unproven');
		expect(behaviourProof('2013-off-reset-v3', 'systemOffReset')).toBe('unproven');
		expect(changeBehind('6.13', 'systemOff2')?.source).toContain('97413cea1c48');
		expect(KERNELS.length).toBeGreaterThan(10);
	});
});

describe('proposals that differ from what was merged', () => {
	const x0 = (name: string, capabilities: readonly string[], ...x: bigint[]) => {
		const profile = profileNamed(name);
		if (!profile) throw new Error(name);
		const { vm } = bootVm(profile, { vcpuIds: [0, 1], capabilities });
		const made = step(vm, { op: 'call', vcpu: 0, isa: 'a64', conduit: 'hvc', imm: 0, x });
		if ('outcome' in made.got && made.got.outcome !== 'return') return made.got;
		return BigInt.asIntN(64, made.after.vcpus[0]?.registers.x[0] ?? 0n);
	};

	it('2013: SYSTEM_OFF has a number of the 0.1 range', () => {
		expect(x0('2013-off-reset-v3', [], 0x95c1ba62n)).toMatchObject({ outcome: 'system_event', type: 1 });
		expect(x0('3.9', [], 0x95c1ba62n)).toEqual({ outcome: 'blocked' });
		expect(x0('3.16', [], 0x84000008n)).toMatchObject({ outcome: 'system_event', type: 1, ndata: 0 });
	});

	it('2022: a suspend event without data words', () => {
		const exit = x0('2022-system-suspend-v4', ['ARM_SYSTEM_SUSPEND'], 0xc400000en, 0n, 0n);
		expect(exit).toEqual({ outcome: 'system_event', type: 5, ndata: 0, data0: 0n });
	});

	it('2024: SYSTEM_OFF2 by capability under 1.1, type 0 alone, any cookie', () => {
		const name = '2024-system-off2-rfc-v2';
		expect(x0(name, [], 0xc4000015n, 0n, 0n)).toBe(-1n);
		expect(x0(name, ['ARM_SYSTEM_OFF2'], 0x84000000n)).toBe(0x10001n);
		expect(x0(name, ['ARM_SYSTEM_OFF2'], 0xc4000015n, 1n, 0n)).toBe(-2n);
		expect(x0(name, ['ARM_SYSTEM_OFF2'], 0xc4000015n, 0n, 9n)).toMatchObject({ type: 1, data0: 1n });
		expect(x0('6.13', [], 0xc4000015n, 1n, 0n)).toMatchObject({ type: 1, data0: 1n });
	});
});
