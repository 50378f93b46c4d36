// The function table: every function of PSCI 0.1 to 1.3 and the other SMCCC calls that KVM serves,
// found by number and by name.

import type { Convention, FunctionInfo } from './function-info.ts';
import { PSCI_FUNCTIONS } from './function-table.ts';
import { SMCCC_FUNCTIONS } from './smccc-table.ts';

export type { ArgumentInfo, Convention, FunctionInfo, PsciVersion, Service } from './function-info.ts';

export const FUNCTIONS: readonly FunctionInfo[] = [...PSCI_FUNCTIONS, ...SMCCC_FUNCTIONS];

export interface FunctionAndConvention {
	readonly fn: FunctionInfo;
	/** KVM's 0.1 numbers count as SMC64: their arguments take the whole register of the caller */
	readonly convention: Convention;
}

const BY_ID: ReadonlyMap<number, FunctionAndConvention> = new Map(
	FUNCTIONS.toReversed().flatMap((fn) => {
		const entries: [number, FunctionAndConvention][] = [];
		if (fn.smc32 !== undefined) entries.push([fn.smc32, { fn, convention: 'SMC32' }]);
		if (fn.smc64 !== undefined && !(fn.alphaOnly && fn.name === 'CLEAN_INV_MEMREGION'))
			entries.push([fn.smc64, { fn, convention: 'SMC64' }]);
		if (fn.kvm01 !== undefined) entries.push([fn.kvm01, { fn, convention: 'SMC64' }]);
		return entries;
	}),
);

const BY_NAME: ReadonlyMap<string, FunctionInfo> = new Map(FUNCTIONS.map((fn) => [fn.name, fn]));

/**
 * The function with this 32-bit number, unsigned. C4000015 is SYSTEM_OFF2, as in the final text of 1.3;
 * the alpha's function of that number is found by name only.
 */
export function functionById(id: number): FunctionAndConvention | undefined {
	return BY_ID.get(id);
}

/** The function of this name, with or without a leading `PSCI_` (`PSCI_CPU_ON`, `VERSION`), any case. */
export function functionByName(name: string): FunctionInfo | undefined {
	const upper = name.toUpperCase();
	return BY_NAME.get(upper) ?? BY_NAME.get(upper.replace(/^PSCI_/, '')) ?? BY_NAME.get(`PSCI_${upper}`);
}
