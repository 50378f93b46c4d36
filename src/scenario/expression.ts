// Values and conditions of a scenario that only a run can tell. All numbers are 64 bits wide, unsigned;
// comparisons with a negative number compare as signed.

import type { RequestName } from '../kvm/index.ts';

export type BinaryOperator = '+' | '-' | '*' | '/' | '%' | '&' | '|' | '^' | '<<' | '>>';

export type Expression =
	/** constants and literals; negative where a status is meant */
	| { readonly kind: 'number'; readonly value: bigint }
	/** what an earlier statement of the same program put `into` a variable */
	| { readonly kind: 'variable'; readonly name: string }
	/** x0..x3 of the last guest call or run of the same program that returned; 0 before the first */
	| { readonly kind: 'result'; readonly x: 0 | 1 | 2 | 3 }
	/** a register by FORMAT's name (X0, PC, PSCI_VERSION is none), as it stands: nothing is carried out by looking */
	| { readonly kind: 'register'; readonly vcpu: number; readonly register: string }
	| {
			readonly kind: 'binary';
			readonly operator: BinaryOperator;
			readonly left: Expression;
			readonly right: Expression;
	  }
	| { readonly kind: 'unary'; readonly operator: '-' | '~'; readonly operand: Expression };

export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=';

/** Which kernels: mainline profiles in their order, a posted series where it is named. */
export type KernelCondition =
	/** the mainline profile of a run compared with a profile's name; `==` also takes a posted series */
	| { readonly kind: 'kernel'; readonly operator: Comparison; readonly name: string }
	| { readonly kind: 'not'; readonly condition: KernelCondition }
	| { readonly kind: 'all' | 'any'; readonly conditions: readonly KernelCondition[] };

/** What is true or not at one moment of a run; looking changes nothing. */
export type Condition =
	| {
			readonly kind: 'compare';
			readonly operator: Comparison;
			readonly left: Expression;
			readonly right: Expression;
	  }
	/** KVM_MP_STATE_* number of the vCPU */
	| { readonly kind: 'state'; readonly vcpu: number; readonly state: number }
	/** a request is pending for the vCPU */
	| { readonly kind: 'request'; readonly vcpu: number; readonly request: RequestName }
	/** the vCPU cannot run guest code: it is stopped, or suspended and nothing is pending that wakes it */
	| { readonly kind: 'asleep'; readonly vcpu: number }
	/** the VMM's view of the machine */
	| { readonly kind: 'machine'; readonly state: 'running' | 'off' | 'hibernated' }
	| { readonly kind: 'kernel'; readonly operator: Comparison; readonly name: string }
	/** the statement with this label was begun, by whichever program */
	| { readonly kind: 'reached'; readonly label: string }
	| { readonly kind: 'not'; readonly condition: Condition }
	| { readonly kind: 'all' | 'any'; readonly conditions: readonly Condition[] };
