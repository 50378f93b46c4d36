// A value as the panel shows it.

import { type Origin, originText, type Value } from './inspect.ts';
import type { Session } from './session.ts';

export interface ValueView {
	readonly name: string;
	/** the value as an expression, to ask about it */
	readonly path: string;
	readonly text: string;
	/** recorded, modelled, inferred or unknown; absent for headings */
	readonly provenance?: Origin['provenance'];
	/** `recorded, line 107`, and why an inferred value is believed */
	readonly origin: string;
	/** the value differs from the one at the previous stop */
	readonly changed: boolean;
}

/** `old`: the value at the previous stop. */
export function valueView(session: Session, value: Value, old?: Value): ValueView {
	const { origin } = value;
	const why = origin?.provenance === 'unknown' ? '' : origin?.why;
	return {
		name: value.name,
		path: value.path,
		text: value.text,
		...(origin ? { provenance: origin.provenance } : {}),
		origin: [originText(session, origin), why].filter(Boolean).join(': '),
		changed: old !== undefined && old.text !== value.text,
	};
}

export function vcpuName(session: Session, vcpu: { vm: number; id: number }): string {
	return session.shownVms > 1 ? `VM ${vcpu.vm} vCPU ${vcpu.id}` : `vCPU ${vcpu.id}`;
}
