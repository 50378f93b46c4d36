// The tables against the specification's own arithmetic. Vacuous if the table were empty: its size is checked.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FUNCTIONS, functionById, functionByName } from '../../../src/psci/functions.ts';
import { linuxErrno, statusesBehind } from '../../../src/psci/linux-errno.ts';
import { affinityText, strayAffinityBits } from '../../../src/psci/mpidr.ts';
import { decodePowerState, encodePowerState, powerStateText } from '../../../src/psci/power-state.ts';
import { RETURN_CODES } from '../../../src/psci/return-codes.ts';
import { resetTypeName } from '../../../src/psci/states.ts';
import { definedIn, mandatoryIn, versionText } from '../../../src/psci/versions.ts';

const psci = FUNCTIONS.filter((fn) => fn.service === 'PSCI');

describe('the function table', () => {
	it('has every number from 84000000 to 84000015 and what else the versions define', () => {
		const numbers = psci.filter((fn) => !fn.alphaOnly).map((fn) => (fn.smc32 ?? 0) - 0x84000000);
		expect(numbers).toEqual(Array.from({ length: 0x16 }, (_, n) => n));
	});

	it('gives both forms of a function the same low bits, and knows both', () => {
		for (const fn of FUNCTIONS) {
			if (fn.smc32 !== undefined && fn.smc64 !== undefined) expect(fn.smc64 - fn.smc32).toBe(0x40000000);
			if (!fn.alphaOnly) for (const id of fn.ids) expect(functionById(id)?.fn).toBe(fn);
			expect(functionByName(fn.name)).toBe(fn);
		}
	});

	it('allows only status codes that exist', () => {
		const names = new Set(RETURN_CODES.map((code) => code.name));
		expect(psci.flatMap((fn) => fn.codes).filter((code) => !names.has(code))).toEqual([]);
	});

	it('finds functions as people write them', () => {
		expect(functionByName('psci_cpu_on')?.smc64).toBe(0xc4000003);
		expect(functionByName('VERSION')?.name).toBe('PSCI_VERSION');
		expect(functionByName('nonsense')).toBe(undefined);
	});
});

describe('power_state', () => {
	it('survives both encodings, reserved bits included', () => {
		const u32 = fc.integer({ min: 0, max: 0xffffffff });
		const format = fc.constantFrom('original' as const, 'extended' as const);
		fc.assert(
			fc.property(u32, format, (value, f) => {
				expect(encodePowerState(decodePowerState(value, f))).toBe(value);
			}),
		);
	});

	it('reads in words', () => {
		expect(powerStateText(decodePowerState(0x01010002, 'original'))).toBe('powerdown, level 1, StateID 0x2');
		expect(powerStateText(decodePowerState(0x40000002, 'extended'))).toBe('powerdown, StateID 0x2');
	});
});

describe('versions', () => {
	it('know which functions they have, and must have', () => {
		const fn = (name: string) => functionByName(name) ?? fail(name);
		expect(definedIn(fn('SYSTEM_OFF2'), 0x10002n)).toBe(false);
		expect(definedIn(fn('SYSTEM_OFF2'), 0x10003n)).toBe(true);
		expect(mandatoryIn(fn('PSCI_FEATURES'), 2n)).toBe(false);
		expect(mandatoryIn(fn('PSCI_FEATURES'), 0x10000n)).toBe(true);
		expect(mandatoryIn(fn('SYSTEM_OFF2'), 0x10003n)).toBe(false);
		expect(definedIn(fn('CLEAN_INV_MEMREGION'), 0x10003n)).toBe(false);
		expect(versionText(0x10003n)).toBe('1.3');
	});
});

describe('a Linux guest', () => {
	it('hides seven statuses behind -22', () => {
		expect(statusesBehind(-22)).toEqual([
			'INVALID_PARAMETERS',
			'ALREADY_ON',
			'ON_PENDING',
			'INTERNAL_FAILURE',
			'NOT_PRESENT',
			'DISABLED',
			'INVALID_ADDRESS',
		]);
		expect([0n, -1n, -3n, -9n].map(linuxErrno)).toEqual([0, -95, -1, -22]);
	});
});

function fail(name: string): never {
	throw new Error(`no function ${name}`);
}

describe('small things', () => {
	it('an affinity reads from Aff3 to Aff0', () => {
		expect(affinityText(0x0300020100n)).toBe('3.2.1.0');
		expect(strayAffinityBits(0x80000001n)).toBe(0x80000000n);
	});

	it('a reset type is warm, reserved or the vendor’s', () => {
		expect([0n, 1n, 0x80000002n].map(resetTypeName)).toEqual([
			'SYSTEM_WARM_RESET',
			'reserved',
			'vendor reset 0x2',
		]);
	});
});
