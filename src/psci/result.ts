// What x0 says when a call returns, in words.

import type { DecodedCall } from './call.ts';
import {
	ARCH_FEATURES_RETURN_CODES,
	RETURN_CODES,
	type ReturnCode,
	returnCode,
	SMCCC_RETURN_CODES,
	TRNG_RETURN_CODES,
} from './return-codes.ts';
import { AFFINITY_STATES, type NamedValue, NODE_HW_STATES, named, TRUSTED_OS_TYPES } from './states.ts';

export interface DecodedResult {
	/** signed for a status, unsigned for what is no status (an address, a bitmap) */
	readonly value: bigint;
	/** `ALREADY_ON`, `ON`; undefined where the number has no name */
	readonly name: string | undefined;
	/** `ALREADY_ON (-4)`, `ON (0)`, `1.3`, `0x410fd070` */
	readonly text: string;
	readonly meaning: string;
	readonly isError: boolean;
}

/**
 * Decodes the result `x0` of `call`. SMC32 results are 32 bits wide, SMC64 results 64 (DEN0022 F.b 5.2.2);
 * a negative 32-bit number that a 32-bit guest's register shows zero-extended is taken as negative too.
 */
export function decodeResult(call: DecodedCall, x0: bigint): DecodedResult {
	const signed = signedResult(call, x0);
	const status = returnCode(signed, codesOf(call));
	if (signed < 0n) return statusResult(signed, status);
	const unsigned = BigInt.asUintN(call.convention === 'SMC32' ? 32 : 64, x0);
	switch (call.fn?.result) {
		case 'version':
			return plain(unsigned, `${unsigned >> 16n}.${unsigned & 0xffffn}`, 'version implemented');
		case 'affinity':
			return namedResult(AFFINITY_STATES, unsigned);
		case 'node_state':
			return namedResult(NODE_HW_STATES, unsigned);
		case 'trusted_os':
			return namedResult(TRUSTED_OS_TYPES, unsigned);
		case 'features':
			return features(call, unsigned);
		case 'previous_state':
			return plain(
				unsigned,
				unsigned.toString(),
				unsigned ? 'protection was on before' : 'protection was off before',
			);
		case 'counter':
			return plain(unsigned, unsigned.toString(), '');
		case 'mpidr':
		case 'uid':
		case 'bitmap':
		case 'address':
			return plain(unsigned, hex(unsigned), '');
		default:
			return statusResult(signed, status);
	}
}

function signedResult(call: DecodedCall, x0: bigint): bigint {
	const unsigned = BigInt.asUintN(64, x0);
	if (call.convention === 'SMC32' && call.fn?.result !== 'uid') return BigInt.asIntN(32, unsigned);
	if (unsigned >= 0xffffff00n && unsigned <= 0xffffffffn) return BigInt.asIntN(32, unsigned);
	return BigInt.asIntN(64, unsigned);
}

function codesOf(call: DecodedCall): readonly ReturnCode[] {
	if (!call.fn || call.fn.service === 'PSCI') return RETURN_CODES;
	if (call.fn.name === 'SMCCC_ARCH_FEATURES') return ARCH_FEATURES_RETURN_CODES;
	return call.fn.service === 'TRNG' ? TRNG_RETURN_CODES : SMCCC_RETURN_CODES;
}

function statusResult(value: bigint, code: ReturnCode | undefined): DecodedResult {
	return {
		value,
		name: code?.name,
		text: code ? `${code.name} (${value})` : value < 0n ? `${value}` : hex(value),
		meaning: code?.meaning ?? 'no result that the specification names',
		isError: value < 0n,
	};
}

function namedResult(values: readonly NamedValue[], value: bigint): DecodedResult {
	const entry = named(values, value);
	const text = entry ? `${entry.name} (${value})` : hex(value);
	return {
		value,
		name: entry?.name,
		text,
		meaning: entry?.meaning ?? 'no value that the specification names',
		isError: false,
	};
}

/** PSCI_FEATURES (DEN0022 F.b 5.16.2, table 11): flags of the function asked about. */
function features(call: DecodedCall, flags: bigint): DecodedResult {
	const asked = call.arguments[0]?.value;
	const id = asked === undefined ? -1 : Number(asked);
	const says: string[] = [];
	if (id === 0x84000001 || id === 0xc4000001) {
		says.push(flags & 2n ? 'extended power_state format' : 'original power_state format');
		if (flags & 1n) says.push('OS-initiated suspend');
	}
	if ((id === 0x84000015 || id === 0xc4000015) && flags & 1n) says.push('HIBERNATE_OFF');
	const note = says.length > 0 ? `implemented: ${says.join(', ')}` : 'implemented';
	return plain(flags, hex(flags), note);
}

function plain(value: bigint, text: string, meaning: string): DecodedResult {
	return { value, name: undefined, text, meaning, isError: false };
}

function hex(value: bigint): string {
	return `0x${value.toString(16)}`;
}
