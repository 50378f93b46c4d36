// What a scenario expects. An expectation that stands with a statement looks at its answer; one that stands
// alone looks at the last statement of the same program that had an answer.

import type { Condition, Expression } from './expression.ts';
import type { Place } from './place.ts';

export interface Expectation {
	readonly place: Place;
	/** as it is written, for messages: `=> ALREADY_ON` */
	readonly text: string;
	readonly what: Expected;
	/** looked at only where this holds (`on kernel >= 6.13`); undefined: always */
	readonly where?: Condition;
}

export type Expected =
	/**
	 * `=> ALREADY_ON`: the guest goes on with one of these in x0 (x1..x3 too where given). A status is
	 * negative and is compared in the width that it was returned in.
	 */
	| { readonly kind: 'result'; readonly anyOf: readonly Expression[]; readonly negated?: boolean }
	/** `=> any`: the guest goes on, whatever the result */
	| { readonly kind: 'returns' }
	/** `exit SYSTEM_EVENT/SHUTDOWN flags=…`: some exit of the statement was this */
	| {
			readonly kind: 'system_event';
			/** KVM_SYSTEM_EVENT_* number */
			readonly type: number;
			/** data0, which is `flags`; undefined: any */
			readonly flags?: Expression;
	  }
	/** `exit HYPERCALL nr=…`: forwarded to the VMM */
	| { readonly kind: 'hypercall'; readonly nr?: Expression; readonly flags?: Expression }
	/** KVM_RUN left neither by itself nor did the guest go on: asleep in the kernel, or spinning */
	| { readonly kind: 'blocked' }
	/** `=> error ENOEXEC`: KVM_RUN failed with this errno */
	| { readonly kind: 'error'; readonly errno: number }
	/** an ioctl's answer: 0 or positive, or a negated errno; the text where the vCPU does not exist */
	| { readonly kind: 'returned'; readonly r: number | 'no such vcpu' }
	/** the value of a get_reg, the mp_state of a get_mp_state */
	| { readonly kind: 'value'; readonly value: Expression }
	/** the ids that list_fw_regs listed, in order */
	| { readonly kind: 'ids'; readonly ids: readonly bigint[] }
	/** the machine as it is then: `state vcpu1 STOPPED`, `register vcpu1.pc == 0x…`, `request … pending` */
	| { readonly kind: 'condition'; readonly condition: Condition };
