// The statements of a scenario. One that acts is one step of the run, and one line of the text.

import type { Operation } from '../kvm/index.ts';
import type { Expectation } from './expectation.ts';
import type { Condition, Expression } from './expression.ts';
import type { Place } from './place.ts';

/** An operation whose 64-bit values may depend on earlier results. Positions, ids and names are constants. */
type WithExpressions<O> = {
	readonly [K in keyof O]: O[K] extends bigint
		? Expression
		: O[K] extends readonly bigint[]
			? readonly Expression[]
			: O[K];
};
type OfEach<O> = O extends Operation ? WithExpressions<O> : never;
export type OperationTemplate = OfEach<Operation>;

interface Placed {
	readonly place: Place;
	readonly label?: string;
}

/** Something is done to the VM: a guest call (`op: 'call'`), an interrupt, any ioctl. */
export interface OperationStatement extends Placed {
	readonly kind: 'operation';
	readonly operation: OperationTemplate;
	/** as it is written, for lists and messages: `vcpu0: CPU_ON target=1 entry=0x40000400` */
	readonly text: string;
	/** x0 of a call or run, the value of a get_reg, the return of any other ioctl is kept under this name */
	readonly into?: string;
	readonly expect: readonly Expectation[];
}

/** The VMM acts by itself: switches an off or hibernated machine on again, or wakes a suspended vCPU. */
export interface VmmStatement extends Placed {
	readonly kind: 'vmm';
	readonly action: { readonly do: 'power on' } | { readonly do: 'wake'; readonly vcpu: number };
	readonly text: string;
	readonly expect: readonly Expectation[];
}

export interface ExpectStatement extends Placed {
	readonly kind: 'expect';
	readonly expect: readonly Expectation[];
}

export interface AssignStatement extends Placed {
	readonly kind: 'assign';
	readonly name: string;
	readonly value: Expression;
}

export interface IfStatement extends Placed {
	readonly kind: 'if';
	readonly condition: Condition;
	readonly body: readonly Statement[];
	readonly otherwise: readonly Statement[];
}

/** A loop of any kind. It ends after `limit` rounds; `until` looked at says whether that is a failure. */
export interface LoopStatement extends Placed {
	readonly kind: 'loop';
	/** repeat N: no condition. while: `check` before each round. until: after each */
	readonly condition?: { readonly check: 'before' | 'after'; readonly ends: Condition };
	/** most rounds, at least 1; a conditional loop that needs more has failed */
	readonly limit: number;
	readonly body: readonly Statement[];
}

/** A program by name begins: what it does stands behind this, each statement with the place that called it. */
export interface UseStatement extends Placed {
	readonly kind: 'use';
	/** `linux.cpu_on`, or the name of a definition */
	readonly name: string;
	readonly text: string;
	/** whose program it is; undefined: the VMM's */
	readonly vcpu?: number;
}

/** The program sleeps until others have made the condition true. */
export interface WaitStatement extends Placed {
	readonly kind: 'wait';
	readonly until: Condition;
	readonly text: string;
}

/**
 * Programs that run side by side, each in its own order. Stands only among the top statements of a program.
 * Variables that exist before it can be read in the tasks; what a task assigns stays its own.
 */
export interface TogetherStatement extends Placed {
	readonly kind: 'together';
	readonly tasks: readonly Task[];
	/** undefined: the program's */
	readonly schedule?: Schedule;
}

export interface Task {
	readonly place: Place;
	readonly name: string;
	/**
	 * The vCPU that runs it: its calls and runs wait while that vCPU is stopped, suspended, asleep or not
	 * initialised yet. Undefined: a program of the VMM, whose statements never wait.
	 */
	readonly vcpu?: number;
	readonly body: readonly Statement[];
}

export type Statement =
	| OperationStatement
	| VmmStatement
	| ExpectStatement
	| AssignStatement
	| IfStatement
	| LoopStatement
	| WaitStatement
	| UseStatement
	| TogetherStatement;

/** Whose turn it is among tasks that can go on. */
export type Schedule =
	/** the first task in the text until it sleeps or ends, then the next */
	| { readonly kind: 'text order' }
	| { readonly kind: 'round robin' }
	| { readonly kind: 'random'; readonly seed: number }
	/** exactly this: the task of each turn, as an index; what explore found. Then as in text order */
	| { readonly kind: 'given'; readonly turns: readonly number[] };
