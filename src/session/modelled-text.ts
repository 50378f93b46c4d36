// An answer of the model in words, as the recorded one is told.

import { decodeResult } from '../psci/result.ts';
import type { RecordedCall } from './recorded-call.ts';

/** `x0` undefined: KVM_RUN returns to the VMM instead. */
export function answerText({ call }: RecordedCall, x0: bigint | undefined): string {
	if (x0 === undefined) return 'exits to the VMM';
	return call ? decodeResult(call, x0).text : `0x${BigInt.asUintN(64, x0).toString(16)}`;
}
