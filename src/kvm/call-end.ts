// How the handling of one guest call ends, and the small things every handler does.

import type { HypercallExit, SystemEvent } from './answer.ts';
import { type Path, vcpuAt, writeX } from './path.ts';

export type CallEnd =
	/** the result is in x0..x3 and the guest goes on */
	| { readonly kind: 'goes on' }
	/** as `goes on`, but the vCPU waits in the kernel until something wakes it */
	| { readonly kind: 'waits' }
	/** the guest takes an undefined-instruction exception */
	| { readonly kind: 'undefined' }
	/** KVM_RUN returns to userspace */
	| { readonly kind: 'exits'; readonly exit: SystemEvent | HypercallExit }
	/** KVM_RUN fails */
	| { readonly kind: 'fails'; readonly errno: number };

export const GOES_ON: CallEnd = { kind: 'goes on' };

/** Writes x0..x3 (smccc_set_retval; up to 4.15 x0 alone) and goes on. `x0` may be negative. */
export function returns(path: Path, index: number, x0: bigint, x1 = 0n, x2 = 0n, x3 = 0n): CallEnd {
	const { resultRegisters } = path.vm.profile.behaviours;
	writeX(path, index, resultRegisters === 'x0' ? [x0] : [x0, x1, x2, x3]);
	return GOES_ON;
}

/** The function number: the low 32 bits of x0 (smccc_get_function). */
export function functionNumber(path: Path, index: number): number {
	return Number(BigInt.asUintN(32, argument(path, index, 0)));
}

/** x0..x3 of the caller, all 64 bits. */
export function argument(path: Path, index: number, n: number): bigint {
	return vcpuAt(path, index).registers.x[n] ?? 0n;
}

/** x1 to x3 cut to 32 bits in place, as the SMC32 forms do (kvm_psci_narrow_to_32bit). */
export function narrowArguments(path: Path, index: number): void {
	const x = vcpuAt(path, index).registers.x;
	writeX(path, index, [undefined, ...[1, 2, 3].map((n) => BigInt.asUintN(32, x[n] ?? 0n))]);
}
