// A guest's HVC or SMC from the trap to its end (arch/arm64/kvm/handle_exit.c, hyp/hyp-entry.S).

import { type CallEnd, functionNumber, GOES_ON } from './call-end.ts';
import { decide, type Path, writeX } from './path.ts';
import { smcccCall } from './smccc-call.ts';

const ALL_ONES = (1n << 64n) - 1n;

/** Numbers that the vector code answers, in the order in which kernels learned them. */
const VECTOR_WORKAROUNDS: readonly number[] = [0x80008000, 0x80007fff, 0x80003fff];

/** The trap of one HVC or SMC; the pc has been moved past it by the caller of this function. */
export function hypercall(path: Path, index: number, conduit: 'hvc' | 'smc', imm: number): CallEnd {
	return conduit === 'hvc' ? hvc(path, index, imm) : smc(path, index, imm);
}

function hvc(path: Path, index: number, imm: number): CallEnd {
	const id = functionNumber(path, index);
	const known = VECTOR_WORKAROUNDS.slice(0, path.vm.profile.behaviours.vectorWorkarounds);
	if (known.includes(id)) {
		decide(path, 'hvc.workaround_in_vectors', index, 'x0 and x1 zero, straight back', { function: id });
		writeX(path, index, [0n, 0n]);
		return GOES_ON;
	}
	decide(path, 'hvc.any_immediate', index, 'served', { function: id, imm });
	const end = smcccCall(path, index, 'hvc');
	// Kernels before 6.4 turn a failing handler into a result; what fails there is PSCI of unknown version.
	if (end.kind === 'fails' && path.vm.profile.behaviours.smc !== 'served') {
		decide(path, 'hvc.handler_failed', index, 'x0 all ones', { errno: end.errno });
		writeX(path, index, [ALL_ONES]);
		return GOES_ON;
	}
	return end;
}

function smc(path: Path, index: number, imm: number): CallEnd {
	const { smc: conduit } = path.vm.profile.behaviours;
	if (conduit === 'undefined instruction') {
		decide(path, 'smc.undefined', index, 'undefined instruction');
		return { kind: 'undefined' };
	}
	if (conduit === 'refused') {
		decide(path, 'smc.not_served', index, 'x0 all ones', { function: functionNumber(path, index) });
		writeX(path, index, [ALL_ONES]);
		return GOES_ON;
	}
	if (imm !== 0) {
		decide(path, 'smc.immediate_not_zero', index, 'x0 all ones', { imm });
		writeX(path, index, [ALL_ONES]);
		return GOES_ON;
	}
	decide(path, 'smc.served', index, 'served like HVC', { function: functionNumber(path, index) });
	return smcccCall(path, index, 'smc');
}
