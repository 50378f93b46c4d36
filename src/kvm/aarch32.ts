// What KVM knows of AArch32: its modes, where their registers live among x0 to x30, and the exception that
// it makes for a guest that cannot be fetched (arch/arm64/kvm/guest.c and hyp/exception.c, 7.2; regmap.c and
// aarch32.c, 5.10).

import type { KernelProfile } from './profile.ts';
import { inAarch32, type Registers } from './vcpu.ts';

/** PSTATE.M with M[4] */
export const MODE_MASK = 0x1fn;

export const AA32_MODE = {
	USR: 0x10n,
	FIQ: 0x11n,
	IRQ: 0x12n,
	SVC: 0x13n,
	ABT: 0x17n,
	UND: 0x1bn,
	SYS: 0x1fn,
} as const;

export const AA32_MODES: readonly bigint[] = Object.values(AA32_MODE);

/** Where r13 and r14 of a mode live (compat_sp_svc and its like); the other modes use x13 and x14. */
const BANKED: readonly (readonly [mode: bigint, r13: number, r14: number])[] = [
	[AA32_MODE.IRQ, 17, 16],
	[AA32_MODE.SVC, 19, 18],
	[AA32_MODE.ABT, 21, 20],
	[AA32_MODE.UND, 23, 22],
];

/** Whether x<n> is one of r0 to r14 as the mode sees them. */
function isOfMode(mode: bigint, n: number): boolean {
	if (mode === AA32_MODE.FIQ) return n < 8 || n >= 24;
	const banked = BANKED.find(([of]) => of === mode);
	return banked ? n < 13 || n === banked[1] || n === banked[2] : n < 15;
}

/** r0 to r14 of a user, or everything: a privileged mode can reach the registers of the others. */
function isOfAnyMode(mode: bigint, n: number): boolean {
	return n < 15 || (mode !== AA32_MODE.USR && mode !== AA32_MODE.SYS);
}

/** A write to a core register of a vCPU in AArch32 cuts them to 32 bits (set_core_reg). */
export function narrowed(
	profile: KernelProfile,
	before: Registers,
	patch: Partial<Registers>,
): Partial<Registers> {
	const after = { ...before, ...patch };
	if (patch.mpidr !== undefined || patch.sctlr !== undefined || !inAarch32(after)) return patch;
	const mode = after.pstate & MODE_MASK;
	const cut = profile.behaviours.aarch32Narrowing === 'registers of the mode' ? isOfMode : isOfAnyMode;
	return {
		...patch,
		x: after.x.map((value, n) => (cut(mode, n) ? BigInt.asUintN(32, value) : value)),
		pc: BigInt.asUintN(32, after.pc),
	};
}

const PSTATE_E = 0x200n;
const PSTATE_A = 0x100n;
const PSTATE_I = 0x80n;
const PSTATE_T = 0x20n;
const PSTATE_PAN = 0x400000n;
const PSTATE_SSBS = 0x800000n;
/** N, Z, C, V, Q, DIT, PAN, GE and F outlive an exception to ABT; IL and IT are cleared. */
const KEPT = 0xf94f0040n;
const SCTLR_V = 0x2000n;
const SCTLR_SPAN = 0x800000n;
const SCTLR_EE = 0x2000000n;
const SCTLR_TE = 0x40000000n;
const SCTLR_DSSBS = 0x80000000n;
const HIGH_VECTORS = 0xffff0000n;
const PREFETCH_ABORT = 0xcn;

/** r14 of ABT mode (compat_lr_abt) */
const LR_ABT = 20;

/** Registers in the handler of a prefetch abort that is one itself; VBAR is 0 (enter_exception32, inject_abt32). */
export function prefetchAbort({ x, pstate, sctlr }: Registers): Pick<Registers, 'x' | 'pc' | 'pstate'> {
	let after = (pstate & KEPT) | AA32_MODE.ABT | PSTATE_A | PSTATE_I;
	if (sctlr & SCTLR_EE) after |= PSTATE_E;
	if (sctlr & SCTLR_TE) after |= PSTATE_T;
	if (sctlr & SCTLR_DSSBS) after |= PSTATE_SSBS;
	if (!(sctlr & SCTLR_SPAN)) after |= PSTATE_PAN;
	const pc = (sctlr & SCTLR_V ? HIGH_VECTORS : 0n) + PREFETCH_ABORT;
	return { x: x.with(LR_ABT, pc + 4n), pc, pstate: after };
}
