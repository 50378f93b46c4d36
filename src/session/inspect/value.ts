// One value of a session as it is shown: text, what it stands for, and where it comes from.

import type { Operand } from '../expression/operand.ts';
import type { Session } from '../session.ts';
import type { Known, Provenance } from '../state.ts';

export interface Value {
	readonly name: string;
	/** as a person reads it; `?` where nothing has shown it yet */
	readonly text: string;
	/** expression that evaluates to this value */
	readonly path: string;
	/** for conditions: what the text stands for; absent where nothing is known */
	readonly raw?: Operand;
	/** undefined for what is only a heading */
	readonly origin?: Origin;
	readonly children?: readonly Value[];
}

export interface Origin {
	/** `configured` by the launch configuration or `assumed` for want of it: settings of the model */
	readonly provenance: Provenance | 'configured' | 'assumed' | 'unknown';
	/** row of the event that last wrote the value */
	readonly row?: number;
	readonly why?: string;
}

export const UNKNOWN: Origin = { provenance: 'unknown', why: 'no event up to here shows it' };

export const hex = (value: bigint) => `0x${value.toString(16)}`;

export function originOf(known: Known<unknown>): Origin {
	return { provenance: known.provenance, row: known.row, ...(known.why ? { why: known.why } : {}) };
}

export function leaf<T>(
	name: string,
	path: string,
	known: Known<T> | undefined,
	text: (value: T) => string,
): Value {
	if (!known) return { name, path, text: '?', origin: UNKNOWN };
	const shown = text(known.value);
	return { name, path, text: shown, raw: rawOf(known.value, shown), origin: originOf(known) };
}

/** A value for comparing: its number, and the name that it is shown by where that is one. */
function rawOf(value: unknown, shown: string): Operand {
	const name = /^[A-Za-z_]\w*$/.test(shown) ? { name: shown } : {};
	if (typeof value === 'bigint') return { number: value, ...name };
	if (typeof value === 'number') return { number: BigInt(value), ...name };
	return { name: shown };
}

/** `recorded, line 107`: what to show beside a value. */
export function originText(session: Session, origin: Origin | undefined): string {
	if (!origin) return '';
	if (origin.provenance === 'unknown') return origin.why ?? 'unknown';
	const line =
		origin.row !== undefined && origin.row < session.length
			? `, line ${session.trace.events.line(origin.row)}`
			: '';
	return `${origin.provenance}${line}`;
}
