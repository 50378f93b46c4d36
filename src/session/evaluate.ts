// Expressions over a session's values: paths of the inspected tree (`vcpu[1].mp_state`, `vm.psci_version`),
// names relative to the selected vCPU (`x0`, `target_cpu`), and the numbers and names of the field, which
// explain themselves (`0xc4000003`, `CPU_ON`, `ALREADY_ON`). Total: what cannot be read is undefined.

import { decodeCall } from '../psci/call.ts';
import { functionById, functionByName } from '../psci/functions.ts';
import { RETURN_CODES } from '../psci/return-codes.ts';
import { EVENT_MEANINGS } from './event-names.ts';
import { isRegister, registerAtHand } from './expression/register-at-hand.ts';
import {
	callOfVcpu,
	callValues,
	hex,
	registerValues,
	type Value,
	vcpuPath,
	vcpuValues,
	vmPath,
	vmValues,
} from './inspect.ts';
import { kvmMeaning } from './kvm-meanings.ts';
import type { Session } from './session.ts';
import type { VcpuState } from './state.ts';

/** Longest expression that is looked at: a hover on a megabyte line is not one. */
const MAX_LENGTH = 200;

/** The value that `expression` names, seen from `vcpu` at `row`. */
export function evaluate(
	session: Session,
	row: number,
	vcpu: VcpuState | undefined,
	expression: string,
): Value | undefined {
	const text = expression.trim();
	if (text === '' || text.length > MAX_LENGTH) return undefined;
	return atHand(session, row, vcpu, text) ?? inTree(session, row, vcpu, text) ?? explained(text);
}

/** A bare register is what the event at hand passes in it, as in a condition: `x1` of a call is its first argument. */
function atHand(session: Session, row: number, vcpu: VcpuState | undefined, text: string): Value | undefined {
	const { events } = session.trace;
	const isOther =
		vcpu && row < session.length && (events.vm(row) !== vcpu.vm || events.vcpu(row) !== vcpu.id);
	if (isOther || !isRegister(text)) return undefined;
	const shown = registerAtHand(session, row, text);
	if (!shown) return undefined;
	const provenance = session.kind === 'simulated' ? 'modelled' : 'recorded';
	return {
		name: text,
		path: text,
		text: hex(shown.value),
		raw: { number: shown.value },
		origin: { provenance, row: shown.row },
	};
}

function inTree(
	session: Session,
	row: number,
	selected: VcpuState | undefined,
	text: string,
): Value | undefined {
	const state = session.stateAt(row);
	const candidates = function* (): Generator<Value> {
		for (const vcpu of state.vcpus) {
			const path = vcpuPath(state, vcpu);
			yield { name: path, path, text: '', children: ofVcpu(session, row, vcpu, path) };
		}
		for (const vm of state.vms) {
			const path = vmPath(state, vm.vm);
			yield { name: path, path, text: '', children: vmValues(session, vm, path) };
		}
	};
	const wanted = text.replaceAll(' ', '');
	for (const candidate of candidates()) {
		const found = find(candidate, wanted);
		if (found) return found.text === '' ? { ...found, text: summary(found) } : found;
	}
	if (!selected) return undefined;
	const own = vcpuPath(state, selected);
	for (const relative of [`${own}.${wanted}`, `${own}.call.${wanted}`]) {
		const root = { name: own, path: own, text: '', children: ofVcpu(session, row, selected, own) };
		const found = find(root, relative);
		if (found) return found;
	}
	return undefined;
}

function ofVcpu(session: Session, row: number, vcpu: VcpuState, path: string): Value[] {
	const call = callOfVcpu(session, vcpu, row);
	return [
		...vcpuValues(session, vcpu, path),
		...registerValues(vcpu, path),
		...(call
			? [
					{
						name: 'call',
						path: `${path}.call`,
						text: call.call?.text ?? '?',
						children: callValues(call, row, `${path}.call`),
					},
				]
			: []),
	];
}

function find(value: Value, path: string): Value | undefined {
	if (value.path === path) return value;
	if (!path.startsWith(value.path)) return undefined;
	for (const child of value.children ?? []) {
		const found = find(child, path);
		if (found) return found;
	}
	return undefined;
}

function summary(value: Value): string {
	const children = value.children ?? [];
	return children
		.slice(0, 3)
		.map((c) => `${c.name}=${c.text}`)
		.join(' ');
}

/** A number or name of the field, in words, which needs no session. */
export function explained(text: string): Value | undefined {
	const number = /^(-?)(0x[0-9a-f]{1,16}|\d{1,20})$/i.exec(text);
	if (number?.[2]) {
		const value = BigInt(number[2]) * (number[1] ? -1n : 1n);
		const known = functionById(Number(BigInt.asUintN(32, value)));
		if (known && value >= 0n && value <= 0xffffffffn)
			return { name: text, path: text, text: `${decodeCall([value]).name} (${known.convention})` };
		const code = RETURN_CODES.find((c) => BigInt(c.value) === BigInt.asIntN(64, value));
		if (code && value !== 0n) return { name: text, path: text, text: `${code.name} (${code.value})` };
		return undefined;
	}
	const event = Object.entries(EVENT_MEANINGS).find(([name]) => name === text);
	if (event) return { name: text, path: text, text: event[1] };
	const kvm = kvmMeaning(text);
	if (kvm) return { name: text, path: text, text: kvm };
	const fn = functionByName(text);
	if (fn) return { name: text, path: text, text: fn.summary };
	const code = RETURN_CODES.find((c) => c.name === text);
	return code ? { name: text, path: text, text: `${code.value}: ${code.meaning}` } : undefined;
}
