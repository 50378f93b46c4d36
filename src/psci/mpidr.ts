// Core affinity as PSCI passes it: the affinity fields of MPIDR_EL1 and nothing else
// (DEN0022 F.b 5.1.4: Aff3 in bits 39:32, Aff2..Aff0 in bits 23:0, all others zero).

/** Every bit of an AArch64 target_cpu that may be set. */
export const AFFINITY_BITS = 0xff00ffffffn;

/** Aff3.Aff2.Aff1.Aff0 in decimal, as people write it: `0.0.1.2`. */
export function affinityText(mpidr: bigint): string {
	const field = (shift: bigint) => ((mpidr >> shift) & 0xffn).toString();
	return `${field(32n)}.${field(16n)}.${field(8n)}.${field(0n)}`;
}

/** The bits of a target_cpu that are no affinity; 0 for a well-formed one. */
export function strayAffinityBits(target: bigint): bigint {
	return BigInt.asUintN(64, target) & ~AFFINITY_BITS;
}
