// What a variablesReference stands for: named values, and elements by number that are made when looked at.

import type { Value } from '../session/inspect.ts';

export interface Listing {
	readonly named: readonly Value[];
	readonly indexed?: Elements;
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
