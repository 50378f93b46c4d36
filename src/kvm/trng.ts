// The random number service that KVM serves to its guests (arch/arm64/kvm/trng.c, from 5.12).

import { argument, type CallEnd, functionNumber, returns } from './call-end.ts';
import { decide, type Path } from './path.ts';

const FUNCTIONS: readonly bigint[] = [0x84000050n, 0x84000051n, 0x84000052n, 0x84000053n, 0xc4000053n];
/** KVM's identity as an implementation of the service, in four little-endian words. */
const UUID = [0x00e0210dn, 0xeb118443n, 0x44527080n, 0x4c5a4e55n] as const;
const NOT_SUPPORTED = -1n;
const INVALID_PARAMETERS = -2n;

export function isTrng(id: number): boolean {
	return FUNCTIONS.includes(BigInt(id));
}

export function trngCall(path: Path, index: number): CallEnd {
	const id = functionNumber(path, index);
	switch (id) {
		case 0x84000050:
			decide(path, 'trng.version', index, '1.0');
			return returns(path, index, 0x10000n);
		case 0x84000051: {
			const asked = argument(path, index, 1);
			const known = FUNCTIONS.includes(asked);
			decide(path, 'trng.features', index, known ? 'SUCCESS' : 'NOT_SUPPORTED', { asked });
			return returns(path, index, known ? 0n : NOT_SUPPORTED);
		}
		case 0x84000052:
			decide(path, 'trng.uuid', index, "KVM's UUID");
			return returns(path, index, ...UUID);
		default:
			return random(path, index, id === 0x84000053 ? 32n : 64n);
	}
}

/**
 * TRNG_RND: up to three registers of random bits. The model has no randomness: it answers zeros, and the
 * decision says so.
 */
function random(path: Path, index: number, size: bigint): CallEnd {
	const bits = BigInt.asUintN(32, argument(path, index, 1));
	if (bits > 3n * size) {
		decide(path, 'trng.too_many_bits', index, 'INVALID_PARAMETERS', { bits });
		return returns(path, index, INVALID_PARAMETERS);
	}
	decide(path, 'trng.random', index, 'SUCCESS, bits modelled as zeros', { bits });
	return returns(path, index, 0n);
}
