// What a guest or its VMM sees of a call, in words: its answer, or the exit, and how the vCPU that it starts
// starts. Two kernels behave alike at a call if these words are the same.

import type { CallPiece, Vm } from '../kvm/index.ts';
import { decodeResult } from '../psci/result.ts';
import { hex } from './inspect.ts';
import { systemEventFlags, systemEventName } from './kvm-names.ts';
import type { RecordedCall } from './recorded-call.ts';

/** `x0` undefined: KVM_RUN returns to the VMM instead. */
export function answerText({ call }: RecordedCall, x0: bigint | undefined): string {
	if (x0 === undefined) return 'exits to the VMM';
	return call ? decodeResult(call, x0).text : hex(BigInt.asUintN(64, x0));
}

export function outcomeText(call: RecordedCall, before: Vm, piece: CallPiece): string {
	switch (piece.end) {
		case 'undefined':
			return 'undefined instruction in the guest';
		case 'fails':
			return `KVM_RUN fails with errno ${piece.errno ?? '?'}`;
		case 'exits':
			return exitText(piece.exit);
		default:
			return `${answerText(call, piece.x0)}${startText(before, piece.after)}`;
	}
}

function exitText(exit: CallPiece['exit']): string {
	if (exit?.outcome !== 'system_event') return 'exits to the VMM, which serves it';
	const flags = systemEventFlags(exit.type, exit.data0);
	return `exits to the VMM: ${systemEventName(exit.type)}${flags ? ` (${flags})` : ''}`;
}

/** How a vCPU starts that the call has started. */
function startText(before: Vm, after: Vm): string {
	for (const vcpu of after.vcpus) {
		const was = before.vcpus[vcpu.index];
		if (!was || was.mpState === vcpu.mpState || vcpu.mpState !== 0) continue;
		const { reset, pc, r0 } = vcpu.resetState;
		const [at, x0] = reset ? [pc, r0] : [vcpu.registers.pc, vcpu.registers.x[0] ?? 0n];
		return `; vCPU ${vcpu.id} starts at ${hex(at)} with x0=${hex(x0)}`;
	}
	return '';
}
