// Vacuous if the generator never made a register that the function ignores: it draws all 64 bits of
// x0..x7, half of the time with a known function number in the low half of x0.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCall, encodeCall } from '../../../src/psci/call.ts';
import { FUNCTIONS, functionById, functionByName } from '../../../src/psci/functions.ts';
import { decodeResult } from '../../../src/psci/result.ts';

const u64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
const known = fc
	.tuple(fc.constantFrom(...FUNCTIONS.flatMap((fn) => fn.ids)), fc.bigInt({ min: 0n, max: 0xffffffffn }))
	.map(([id, high]) => BigInt(id) | (high << 32n));
const registers = fc
	.tuple(fc.oneof(u64, known), fc.array(fc.option(u64, { nil: undefined }), { minLength: 7, maxLength: 7 }))
	.map(([x0, rest]) => [x0, ...rest]);

describe('a call', () => {
	it('survives decoding and encoding, whatever stands in the registers', () => {
		fc.assert(
			fc.property(registers, (x) => {
				expect(encodeCall(decodeCall(x))).toEqual(x);
			}),
		);
	});

	it('reads as its name and the arguments that DEN0022 names', () => {
		expect(decodeCall([0xc4000003n, 1n, 0x41f12498n, 0n]).text).toBe(
			'CPU_ON target_cpu=0x1 entry_point_address=0x41f12498 context_id=0x0',
		);
		expect(decodeCall([0xc4000003n]).text).toBe('CPU_ON target_cpu=? entry_point_address=? context_id=?');
		expect(decodeCall([]).name).toBe('?');
	});

	it("of KVM's 0.1 numbers is the function it stands for", () => {
		expect([0, 1, 2, 3].map((n) => functionById(0x95c1ba5e + n)?.fn.name)).toEqual([
			'CPU_SUSPEND',
			'CPU_OFF',
			'CPU_ON',
			'MIGRATE',
		]);
	});

	it("C4000015 is SYSTEM_OFF2, and the alpha's function is found by name", () => {
		expect(functionById(0xc4000015)?.fn.name).toBe('SYSTEM_OFF2');
		expect(functionByName('CLEAN_INV_MEMREGION')?.alphaOnly).toBe(true);
	});

	it('by SMC32 counts only the low half of its arguments', () => {
		const [target] = decodeCall([0x84000003n, 0xdead00000001n, 0n, 0n]).arguments;
		expect(target?.value).toBe(1n);
		expect(target?.ignored).toBe(0xdead00000000n);
	});
});

describe('a result', () => {
	const text = (x: bigint[], x0: bigint) => decodeResult(decodeCall(x), x0).text;
	it('is named by what the function returns', () => {
		expect(text([0xc4000003n], -4n)).toBe('ALREADY_ON (-4)');
		expect(text([0xc4000003n], 0xfffffffffffffffcn)).toBe('ALREADY_ON (-4)');
		expect(text([0xc4000003n], 0xfffffffcn)).toBe('ALREADY_ON (-4)');
		expect(text([0x84000004n, 0n, 0n], 0n)).toBe('ON (0)');
		expect(text([0x84000000n], 0x10003n)).toBe('1.3');
		expect(text([0x8400000an, 0xc4000015n], 1n)).toBe('0x1');
		expect(text([0x84000006n], 2n)).toBe('MP_OR_NONE (2)');
	});
	it('is decoded for any garbage', () => {
		fc.assert(
			fc.property(registers, u64, (x, x0) => typeof decodeResult(decodeCall(x), x0).text === 'string'),
		);
	});
});
