// From vcpu_id to MPIDR_EL1 and from an MPIDR to a vCPU (arch/arm64/kvm/sys_regs.c and arm.c, 7.2).

import { AFFINITY_BITS } from '../psci/mpidr.ts';
import type { Vcpu } from './vcpu.ts';
import type { Vm } from './vm.ts';

/** MPIDR_EL1 that a reset gives to a vcpu_id: Aff0 holds 16 vCPUs; bit 31 is always set (reset_mpidr). */
export function mpidrOf(vcpuId: number): bigint {
	const id = BigInt(vcpuId);
	return 0x80000000n | (id & 0xfn) | (((id >> 4n) & 0xffn) << 8n) | (((id >> 12n) & 0xffn) << 16n);
}

/** The vcpu_id that has this affinity after a reset, the inverse of mpidrOf; -1 where none has. */
export function vcpuIdOfMpidr(mpidr: bigint): number {
	const aff0 = mpidr & 0xffn;
	const aff1 = (mpidr >> 8n) & 0xffn;
	const aff2 = (mpidr >> 16n) & 0xffn;
	const others = mpidr & ~0xffffffn;
	if (aff0 > 15n || others !== 0n) return -1;
	return Number(aff0 | (aff1 << 4n) | (aff2 << 12n));
}

export function affinityOf(vcpu: Vcpu): bigint {
	return vcpu.registers.mpidr & AFFINITY_BITS;
}

/**
 * The lookup table that newer kernels make at a vCPU's first run: the affinity bits in which the vCPUs
 * differ (`mask`), and for each combination of them the last vCPU that has it; 0 where none has.
 */
export interface MpidrTable {
	readonly mask: bigint;
	readonly entries: readonly number[];
}

/** The table must fit a page of 4096 bytes: 8 bytes, then 2 per entry. */
const MOST_ENTRIES = (4096 - 8) / 2;

/** Undefined where the kernel makes none: a single vCPU, or affinities too far apart. */
export function mpidrTable(vcpus: readonly Vcpu[]): MpidrTable | undefined {
	if (vcpus.length <= 1) return undefined;
	let set = 0n;
	let clear = AFFINITY_BITS;
	for (const vcpu of vcpus) {
		set |= affinityOf(vcpu);
		clear &= affinityOf(vcpu);
	}
	const mask = set ^ clear;
	const size = 2 ** bitsOf(mask).length;
	if (size > MOST_ENTRIES) return undefined;
	const entries = new Array<number>(size).fill(0);
	for (const vcpu of vcpus) entries[tableIndex(mask, affinityOf(vcpu))] = vcpu.index;
	return { mask, entries };
}

/** The bits of `affinity` under `mask`, packed together; those of Aff3 are left out (fls of 32 bits in kvm_mpidr_index). */
function tableIndex(mask: bigint, affinity: bigint): number {
	return bitsOf(mask & 0xffffffffn).reduce((index, bit, n) => index + (affinity & bit ? 2 ** n : 0), 0);
}

function bitsOf(mask: bigint): bigint[] {
	const bits: bigint[] = [];
	for (let bit = 1n; bit <= mask; bit <<= 1n) if (mask & bit) bits.push(bit);
	return bits;
}

/** The vCPU with this affinity: by the table if it is right, else the first in order (kvm_mpidr_to_vcpu). */
export function vcpuOfMpidr({ vcpus, mpidrTable: table, profile }: Vm, target: bigint): Vcpu | undefined {
	const affinity = target & AFFINITY_BITS;
	if (table) {
		const vcpu = vcpus[table.entries[tableIndex(table.mask, affinity)] ?? 0];
		if (vcpu && affinityOf(vcpu) === affinity) return vcpu;
		if (profile.behaviours.mpidrLookup === 'table alone') return undefined;
	}
	return vcpus.find((vcpu) => affinityOf(vcpu) === affinity);
}
