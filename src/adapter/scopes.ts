// The scopes of a stack frame: of a vCPU the decision, the call's arguments, the registers, the vCPU; of any its
// virtual machine and, made only when looked at, the whole session.

import { decisionValues } from '../session/decision-values.ts';
import { comparedCall } from '../session/divergence.ts';
import {
	callOfVcpu,
	callValues,
	registerValues,
	type Value,
	vcpuPath,
	vcpuValues,
	vmPath,
	vmValues,
} from '../session/inspect.ts';
import { callText, recordedCall, resultText } from '../session/recorded-call.ts';
import type { Session } from '../session/session.ts';
import type { Frame } from './frames.ts';
import type { Elements, Later, Listing } from './listing.ts';

export interface Scope {
	readonly name: string;
	readonly hint?: 'arguments' | 'registers' | 'locals';
	/** a client looks at it only when asked to */
	readonly expensive?: true;
	readonly listing: Listing;
}

export function scopesOf(session: Session, { row, vm, vcpu, decision }: Frame): Scope[] {
	const state = session.stateAt(row);
	const scopes: Scope[] = [];
	const add = (name: string, named: readonly Value[], hint?: Scope['hint']) =>
		scopes.push({ name, ...(hint ? { hint } : {}), listing: { named } });
	if (decision) add('Decision', decisionValues(decision), 'locals');
	if (vcpu) {
		const path = vcpuPath(state, vcpu);
		const call = callOfVcpu(session, vcpu, row);
		if (call) {
			const named = callValues(call, row, `${path}.call`);
			scopes.push({
				name: 'Arguments',
				hint: 'arguments',
				listing: { named, later: [modelled(session, call.index)] },
			});
		}
		add('vCPU', vcpuValues(session, vcpu, path));
		add('Registers', registerValues(vcpu, path), 'registers');
	}
	const machine = state.vms.find((v) => v.vm === vm);
	if (machine) add('Virtual machine', vmValues(session, machine, vmPath(state, vm)));
	scopes.push({ name: 'All calls', expensive: true, listing: { named: [], indexed: allCalls(session) } });
	return scopes;
}

/** What the model answers: it may try several guesses to explain what was recorded. */
function modelled(session: Session, call: number): Later {
	const value = (): Value => {
		const compared = comparedCall(session, call);
		const name = 'modelled';
		const known = compared?.modelled;
		if (!compared || known === undefined)
			return {
				name,
				path: '',
				text: '?',
				origin: { provenance: 'unknown', why: 'the recording lacks what the model needs' },
			};
		const agrees = compared.agrees === false ? ', which the recording contradicts' : '';
		return {
			name,
			path: '',
			text: `${known}${agrees}`,
			origin: {
				provenance: 'modelled',
				why: [compared.rule, ...compared.assumed].filter(Boolean).join('; '),
			},
		};
	};
	return { name: 'modelled', value };
}

/** Every call of the session by its number. */
function allCalls(session: Session): Elements {
	const at = (index: number): Value => {
		const call = recordedCall(session, index);
		const text = call ? `vCPU ${call.rows.vcpu}: ${callText(call)} => ${resultText(call)}` : '?';
		return {
			name: `[${index}]`,
			path: '',
			text,
			...(call ? { origin: { provenance: call.provenance, row: call.rows.site } } : {}),
		};
	};
	return { count: session.calls.length, at };
}
