// The guest of the recorded vectors: one page of stubs and landing pads at 0x40000000, nothing else
// (the guest code of the program that recorded the vectors). A recording's real guest is never executed; this stands in for it in
// scenarios, so that KVM_RUN has something to enter.

import type { Conduit, Isa } from './operation.ts';
import { inAarch32, type Registers } from './vcpu.ts';

export type Instruction =
	| { readonly kind: 'hvc' | 'smc'; readonly imm: number }
	| { readonly kind: 'wfi' | 'nop' | 'store' }
	/** `movs r0, r0`: what two zero bytes are in T32 */
	| { readonly kind: 'flags_of_r0' }
	/** `movz x9, #0x900, lsl #16` (r8 in AArch32): the address that the store goes to */
	| { readonly kind: 'set_scratch' }
	/** back to the store */
	| { readonly kind: 'loop' }
	/** what the processor takes an exception for itself: undefined, misaligned, an illegal state */
	| { readonly kind: 'fault' }
	/** no memory there, so that KVM makes the exception (kvm_handle_guest_abort) */
	| { readonly kind: 'abort' };

const PAGE = 0x40000000n;
const A64_PADS = { at: PAGE + 0x400n, count: 8 };
const A32_STUBS = PAGE + 0x800n;
const A32_PADS = { at: PAGE + 0xc00n, count: 4 };
const T32_PADS = { at: PAGE + 0xe00n, count: 4 };

/** The stubs in order: what each does first. SMC in A32 takes only four bits of immediate. */
const STUBS: readonly { conduit: Conduit; imm: number; a32Imm?: number }[] = [
	{ conduit: 'hvc', imm: 0 },
	{ conduit: 'hvc', imm: 1 },
	{ conduit: 'hvc', imm: 0xffff },
	{ conduit: 'smc', imm: 0 },
	{ conduit: 'smc', imm: 1 },
	{ conduit: 'smc', imm: 0xffff, a32Imm: 15 },
	{ conduit: 'wfi', imm: 0 },
	{ conduit: 'nop', imm: 0 },
];

export const SCRATCH_ADDRESS = 0x9000000n;

/** Address of the stub for a call; an immediate that no stub has gets the stub of immediate 0. */
export function stubAddress(isa: Isa, conduit: Conduit, imm: number): bigint {
	const of = (wanted: number) =>
		STUBS.findIndex(
			(stub) => stub.conduit === conduit && (isa === 'a32' ? (stub.a32Imm ?? stub.imm) : stub.imm) === wanted,
		);
	const k = of(imm) >= 0 ? of(imm) : of(0);
	return (isa === 'a32' ? A32_STUBS : PAGE) + 0x40n * BigInt(k);
}

const PSTATE_IL = 0x100000n;

/** The instruction that the vCPU would execute next. Its MMU is off, so the pc is an address of memory. */
export function instructionAt(registers: Registers): Instruction {
	const { pc, pstate, sctlr } = registers;
	const aarch32 = inAarch32(registers);
	const thumb = aarch32 && (pstate & 0x20n) !== 0n;
	if (pstate & PSTATE_IL) return { kind: 'fault' };
	if (!aarch32 && pc & 3n) return { kind: 'fault' };
	// A translation table, were the MMU on, would lie outside the page too.
	if (sctlr & 1n || pc < PAGE || pc >= PAGE + 0x1000n) return { kind: 'abort' };
	if (thumb) return slidingOn(padInstruction(pc, T32_PADS), pc, { kind: 'flags_of_r0' });
	const stub = stubInstruction(pc - (aarch32 ? A32_STUBS : PAGE), aarch32);
	const found = stub ?? padInstruction(pc, aarch32 ? A32_PADS : A64_PADS);
	return aarch32 ? slidingOn(found, pc, { kind: 'nop' }) : found;
}

/** Zeros are undefined in A64, but do nothing much in A32 and T32, so that the guest slides on over them. */
function slidingOn(found: Instruction, address: bigint, overZero: Instruction): Instruction {
	return found.kind === 'fault' && isZero(address) ? overZero : found;
}

/** What holds code: the stubs and pads of the instruction sets, each at the start of its 0x40 bytes. */
const CODE: readonly { at: bigint; count: number }[] = [
	{ at: PAGE, count: STUBS.length },
	A64_PADS,
	{ at: A32_STUBS, count: STUBS.length },
	A32_PADS,
	T32_PADS,
];

function isZero(address: bigint): boolean {
	const inCode = CODE.some(({ at, count }) => address >= at && address < at + 0x40n * BigInt(count));
	return !inCode || address % 0x40n >= 0x10n;
}

function stubInstruction(offset: bigint, aarch32: boolean): Instruction | undefined {
	if (offset < 0n) return undefined;
	const stub = STUBS[Number(offset / 0x40n)];
	if (!stub) return undefined;
	const at = offset % 0x40n;
	if (at !== 0n) return tail(at - 4n);
	const { conduit } = stub;
	if (conduit === 'wfi' || conduit === 'nop') return { kind: conduit };
	// A trapped SMC of AArch32 does not tell its immediate (ESR_EL2, exception class 0x13).
	const imm = aarch32 && conduit === 'smc' ? 0 : stub.imm;
	return { kind: conduit, imm };
}

function padInstruction(address: bigint, pads: { at: bigint; count: number }): Instruction {
	const offset = address - pads.at;
	if (offset < 0n || offset >= 0x40n * BigInt(pads.count)) return { kind: 'fault' };
	return tail(offset % 0x40n);
}

/** What follows a stub's first instruction, and all of a pad: scratch, store, loop. */
function tail(at: bigint): Instruction {
	if (at === 0n) return { kind: 'set_scratch' };
	if (at === 4n) return { kind: 'store' };
	if (at === 8n) return { kind: 'loop' };
	return { kind: 'fault' };
}
