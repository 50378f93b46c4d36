// What may stand at a place of an expression that is being written.

import type { Position } from '../position.ts';
import { recordedCall } from '../recorded-call.ts';
import type { Session } from '../session.ts';
import type { VcpuState } from '../state.ts';
import { CONSTANTS, EVENT_FIELDS, VCPU_FIELDS, VM_FIELDS } from './names.ts';

export interface Completion {
	/** what is inserted in place of `start` to `start + length` */
	readonly label: string;
	readonly detail: string;
	readonly kind: 'field' | 'constant' | 'function';
	readonly start: number;
	readonly length: number;
}

/** For the word that ends at 0-based `column` of `text`, in order of usefulness. */
export function completionsAt(
	session: Session,
	position: Position,
	vcpu: VcpuState | undefined,
	text: string,
	column: number,
): Completion[] {
	const before = text.slice(0, column);
	const word = /[A-Za-z_][\w.[\]]*$/.exec(before)?.[0] ?? '';
	const start = column - word.length;
	const fits = (label: string) => label.toLowerCase().startsWith(word.toLowerCase());
	const completions: Completion[] = [];
	for (const [label, detail] of fieldsFor(session, position, vcpu, word))
		if (fits(label)) completions.push({ label, detail, kind: 'field', start, length: word.length });
	for (const [label, { number }] of CONSTANTS) {
		if (word === '' || !fits(label)) continue;
		completions.push({
			label,
			detail: number === undefined ? '' : `${number}`,
			kind: number === undefined ? 'function' : 'constant',
			start,
			length: word.length,
		});
	}
	return completions;
}

function* fieldsFor(
	session: Session,
	{ row, decision }: Position,
	vcpu: VcpuState | undefined,
	word: string,
): Generator<[string, string]> {
	const of = /^((?:vm\[\d+\]\.)?vcpu\[\d+\]|vm(?:\[\d+\])?)\./.exec(word)?.[1];
	if (of !== undefined) {
		const fields = of.includes('vcpu') ? VCPU_FIELDS : VM_FIELDS;
		for (const [name, detail] of Object.entries(fields)) yield [`${of}.${name}`, detail];
		return;
	}
	if (decision > 0)
		for (const { name } of session.decisionsAt(row)[decision - 1]?.looked ?? [])
			yield [`decision.${name}`, 'what the rule looked at'];
	const { events } = session.trace;
	const [vm, id] =
		vcpu !== undefined
			? [vcpu.vm, vcpu.id]
			: row < session.length
				? [events.vm(row), events.vcpu(row)]
				: [-1, -1];
	const call = recordedCall(session, row < session.length ? session.calls.around(vm, id, row) : -1);
	for (const { name, text } of call?.call?.arguments ?? []) yield [name, text];
	yield* Object.entries(EVENT_FIELDS);
	yield* Object.entries(VCPU_FIELDS).filter(([name]) => !Object.hasOwn(EVENT_FIELDS, name));
	const several = session.vcpus.some((v) => v.vm !== session.vcpus[0]?.vm);
	for (const v of session.vcpus)
		yield [several ? `vm[${v.vm}].vcpu[${v.id}]` : `vcpu[${v.id}]`, 'what is known of this vCPU'];
	yield ['vm', 'what is known of the VM'];
}
