// Hit conditions of breakpoints: `5` the fifth time, `>= 3` from the third on, `% 2` every second time.

import { ExpressionError } from './expression/tokens.ts';

/** Whether the nth hit (from 1) counts. */
export type HitCondition = (hits: number) => boolean;

const FORM = /^\s*(==|=|>=|<=|>|<|%)?\s*(\d{1,9})\s*$/;

/** Throws an ExpressionError for a text that is none. */
export function hitCondition(text: string): HitCondition {
	const [, operator = '==', digits] = FORM.exec(text) ?? [];
	if (digits === undefined)
		throw new ExpressionError(`'${text.slice(0, 40)}' is no hit condition (5, >= 3, % 2)`, 0);
	const wanted = Number(digits);
	switch (operator) {
		case '>=':
			return (hits) => hits >= wanted;
		case '<=':
			return (hits) => hits <= wanted;
		case '>':
			return (hits) => hits > wanted;
		case '<':
			return (hits) => hits < wanted;
		case '%':
			if (wanted === 0) throw new ExpressionError('every 0th hit is none', 0);
			return (hits) => hits % wanted === 0;
		default:
			return (hits) => hits === wanted;
	}
}
