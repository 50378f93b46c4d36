// Where a line of a scenario stands while it is compiled: in which file, on which vCPU, among which names.

import type { AstNode } from 'langium';
import type { FunctionInfo } from '../../psci/function-info.ts';
import type { Expression } from '../expression.ts';
import type { Place } from '../place.ts';
import { placeIn } from './node-place.ts';

/** What a name stands for. */
export type Bound =
	/** a constant, or a value that a run will know */
	{ readonly kind: 'value'; readonly value: Expression } | { readonly kind: 'vcpu'; readonly index: number };

/** Names of one block; what it does not know the enclosing one may. */
export class Names {
	readonly #names = new Map<string, Bound>();
	readonly #outer: Names | undefined;

	constructor(outer?: Names) {
		this.#outer = outer;
	}

	get(name: string): Bound | undefined {
		return this.#names.get(name) ?? this.#outer?.get(name);
	}

	set(name: string, bound: Bound): void {
		this.#names.set(name, bound);
	}

	all(): string[] {
		return [...this.#names.keys(), ...(this.#outer?.all() ?? [])];
	}
}

/** The guest call whose result the lines after it look at. Blocks share it with what is around them. */
export interface LastCall {
	fn: FunctionInfo | undefined;
}

export interface Frame {
	readonly file: string;
	/** lines with a syntax error: nothing is made of them */
	readonly broken: ReadonlySet<number>;
	readonly names: Names;
	/** the vCPU that lines without one are about */
	readonly self: number | undefined;
	readonly last: LastCall;
	/** of a library program: the line that called it, and what makes its variables its own */
	readonly caller: Place | undefined;
	readonly prefix: string;
	/** the line says itself that its vCPU does not exist */
	readonly absentMeant?: boolean;
	/** definitions that are being put in here, outermost first */
	readonly within: readonly string[];
}

export function place(frame: Frame, node: AstNode, property?: string): Place {
	const found = placeIn(frame.file, node, property);
	return frame.caller ? { ...found, caller: frame.caller } : found;
}
