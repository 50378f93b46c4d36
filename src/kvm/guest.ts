// The guest side of KVM_RUN: executes the stand-in guest code until it traps, stores or spins.

import { AA32_MODE, MODE_MASK, prefetchAbort } from './aarch32.ts';
import type { CallEnd } from './call-end.ts';
import { type Instruction, instructionAt, SCRATCH_ADDRESS } from './guest-code.ts';
import { hypercall } from './hypercall.ts';
import { changeRegisters, decide, type Path, vcpuAt } from './path.ts';
import { FEATURE, inAarch32, LINE, type Registers } from './vcpu.ts';
import { hasFeature } from './vm.ts';
import { waitForInterrupt } from './wait.ts';

export type GuestEnd =
	| Exclude<CallEnd, { readonly kind: 'undefined' }>
	| { readonly kind: 'store' }
	| { readonly kind: 'spins' };

/** From entry to the next thing that KVM or userspace has to see. */
export function runGuest(path: Path, index: number): GuestEnd {
	decide(path, 'run.enters_guest', index, 'enters the guest', {
		pc: vcpuAt(path, index).registers.pc,
	});
	enterAarch32(path, index);
	for (;;) {
		const { registers, lines } = vcpuAt(path, index);
		const interrupt = takenInterrupt(registers, lines);
		if (interrupt !== undefined) {
			// Of the two only FIQ masks FIQ, and the aborts that follow leave that as it is.
			if (interrupt === 'fiq') changeRegisters(path, index, { pstate: registers.pstate | PSTATE_F });
			return spin(path, index);
		}
		const instruction = instructionAt(registers);
		switch (instruction.kind) {
			case 'set_scratch': {
				const x = registers.x.slice();
				x[scratchRegister(registers)] = SCRATCH_ADDRESS;
				changeRegisters(path, index, { pc: registers.pc + 4n, x });
				break;
			}
			case 'nop':
				changeRegisters(path, index, { pc: registers.pc + 4n });
				break;
			case 'flags_of_r0':
				changeRegisters(path, index, { pc: registers.pc + 2n, pstate: withFlagsOf(registers) });
				break;
			case 'loop':
				changeRegisters(path, index, { pc: registers.pc - 4n });
				break;
			case 'store':
				changeRegisters(path, index, { pc: registers.pc + 4n });
				return { kind: 'store' };
			case 'fault':
			case 'abort':
				return spin(path, index, instruction.kind);
			default:
				return trap(path, index, instruction);
		}
	}
}

/** x9 in A64, r8 in A32 and T32, of which FIQ mode has one of its own. */
function scratchRegister(registers: Registers): number {
	if (!inAarch32(registers)) return 9;
	return (registers.pstate & MODE_MASK) === AA32_MODE.FIQ ? 24 : 8;
}

function trap(path: Path, index: number, instruction: Instruction): GuestEnd {
	const { pc, pstate } = vcpuAt(path, index).registers;
	// HVC and SMC are undefined at EL0 (AArch32 USR).
	if (instruction.kind !== 'wfi' && (pstate & 0xfn) === 0n) return spin(path, index);
	changeRegisters(path, index, { pc: pc + 4n });
	if (instruction.kind === 'hvc' || instruction.kind === 'smc') {
		const end = hypercall(path, index, instruction.kind, instruction.imm);
		return end.kind === 'undefined' ? spin(path, index) : end;
	}
	return waitForInterrupt(path, index) ? { kind: 'goes on' } : { kind: 'waits' };
}

/**
 * The registers of a 32-bit guest have 32 bits: what KVM left above them is gone once it runs. The entry
 * aligns the pc to what the instruction set asks for, where AArch64 would fault.
 */
function enterAarch32(path: Path, index: number): void {
	const { registers } = vcpuAt(path, index);
	if (!inAarch32(registers)) return;
	const pc = registers.pc & (registers.pstate & PSTATE_T ? 0xfffffffen : 0xfffffffcn);
	if (pc !== registers.pc) changeRegisters(path, index, { pc });
	if (registers.x.some((value) => value > 0xffffffffn))
		changeRegisters(path, index, { x: registers.x.map((value) => BigInt.asUintN(32, value)) });
}

const PSTATE_I = 0x80n;
const PSTATE_F = 0x40n;
const PSTATE_T = 0x20n;

/** An asserted line that PSTATE does not mask. After a reset both are masked. */
function takenInterrupt({ pstate }: Registers, lines: number): keyof typeof LINE | undefined {
	if ((lines & LINE.fiq) !== 0 && !(pstate & PSTATE_F)) return 'fiq';
	return (lines & LINE.irq) !== 0 && !(pstate & PSTATE_I) ? 'irq' : undefined;
}

const PSTATE_NZ = 0xc0000000n;

/** `movs r0, r0` of T32: N and Z of r0, the other flags as they are. */
function withFlagsOf({ pstate, x }: Registers): bigint {
	const r0 = BigInt.asUintN(32, x[0] ?? 0n);
	const zero = r0 === 0n ? 0x40000000n : 0n;
	return (pstate & ~PSTATE_NZ) | (r0 & 0x80000000n) | zero;
}

const VECTOR_A64 = 0x200n;
const PSTATE_EL1H_MASKED = 0x3c5n;
const PSTATE_NZCV_DIT = 0xf1000000n;
const PSTATE_PAN = 0x400000n;
const PSTATE_SSBS = 0x1000n;
const SCTLR_SPAN = 0x800000n;
const SCTLR_DSSBS = 1n << 44n;

/** An exception whose vector cannot be fetched either, again and again: vectors are at 0, without memory. */
function spin(path: Path, index: number, by: 'fault' | 'abort' = 'fault'): GuestEnd {
	const vcpu = vcpuAt(path, index);
	const { pstate, sctlr } = vcpu.registers;
	// What takes the exception is EL1, which may be 64-bit above a 32-bit EL0.
	if (hasFeature(path.vm, vcpu, FEATURE.EL1_32BIT)) {
		changeRegisters(path, index, prefetchAbort(vcpu.registers));
	} else {
		// KVM keeps the flags and DIT of the code that it interrupts; the recorded processor clears them.
		const kept = by === 'abort' ? pstate & PSTATE_NZCV_DIT : 0n;
		const pan = sctlr & SCTLR_SPAN ? pstate & PSTATE_PAN : PSTATE_PAN;
		const ssbs = sctlr & SCTLR_DSSBS ? PSTATE_SSBS : 0n;
		changeRegisters(path, index, { pc: VECTOR_A64, pstate: PSTATE_EL1H_MASKED | kept | pan | ssbs });
	}
	return { kind: 'spins' };
}
