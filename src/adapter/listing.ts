// What a variablesReference stands for: named values, values that are found out when asked for, and elements by
// number that are made when looked at.

import type { Value } from '../session/inspect.ts';

export interface Listing {
	readonly named: readonly Value[];
	/** what takes a while: a client gets a name, and the value when the person asks for it */
	readonly later?: readonly Later[];
	readonly indexed?: Elements;
}

export interface Later {
	readonly name: string;
	value(): Value;
}

export interface Elements {
	readonly count: number;
	at(index: number): Value;
}

/** A page of elements. */
export function pageOf({ count, at }: Elements, start: number, most: number): Value[] {
	const length = Math.max(0, Math.min(most, count - start));
	return Array.from({ length }, (_, i) => at(start + i));
}

/** What a client gets that asks for the value. */
export function asked(later: Later): Listing {
	return {
		get named() {
			return [later.value()];
		},
	};
}
