// What a scenario is to expect of a call, by what was recorded of it, and whether the model agrees.

import { type Answer, isStopped, type Vcpu } from '../kvm/index.ts';
import type { Expected } from '../scenario/expectation.ts';
import type { RecordedCall } from './recorded-call.ts';
import type { Session } from './session.ts';

export interface Came {
	readonly exits: boolean;
	/** x0, signed where it is a small negative number; undefined: not known */
	readonly result: bigint | undefined;
}

/** How the call ended, as far as that was recorded or is sure. */
export function cameOf({ result, goesOn, inferred }: RecordedCall): Came {
	const guess = inferred?.result?.sure ? inferred.result : undefined;
	const exits = goesOn === undefined ? (guess?.exits ?? false) : goesOn === 0;
	const value = result?.value ?? guess?.likely?.value;
	if (exits || value === undefined) return { exits, result: undefined };
	const signed = BigInt.asIntN(64, value);
	return { exits, result: signed < 0n && signed > -64n ? signed : BigInt.asUintN(64, value) };
}

/** `got`: the model's answer, and `caller` the vCPU behind it. */
export function expectedOf(
	session: Session,
	recorded: RecordedCall,
	came: Came,
	got: Answer,
	caller: Vcpu | undefined,
): { readonly agrees: boolean; readonly what: readonly Expected[] } {
	const outcome = 'outcome' in got ? got : undefined;
	if (came.exits) {
		const agrees = outcome?.outcome === 'system_event' || outcome?.outcome === 'hypercall';
		if (outcome?.outcome === 'hypercall') return { agrees, what: [hypercall(outcome.nr, outcome.flags)] };
		const event = session
			.stateAt(recorded.rows.end + 1)
			.vms.find(({ vm }) => vm === recorded.rows.vm)?.lastExit;
		const known = event && event.row >= recorded.rows.site ? event : undefined;
		const type = known?.type?.value ?? (outcome?.outcome === 'system_event' ? outcome.type : undefined);
		if (type === undefined) return { agrees, what: [] };
		const flags = known?.flags?.value;
		const what: Expected = {
			kind: 'system_event',
			type,
			...(flags === undefined ? {} : { flags: { kind: 'number', value: flags } as const }),
		};
		return { agrees: agrees && outcome?.outcome === 'system_event' && outcome.type === type, what: [what] };
	}
	if (came.result === undefined) return { agrees: outcome?.outcome !== 'error', what: [] };
	// CPU_OFF writes SUCCESS for nobody: its caller sleeps.
	if (outcome?.outcome === 'blocked' && caller && isStopped(caller) && came.result === 0n)
		return { agrees: true, what: [{ kind: 'blocked' } as const] };
	const value = caller?.registers.x[0];
	const agrees = outcome?.outcome === 'return' && value === BigInt.asUintN(64, came.result);
	return { agrees, what: [{ kind: 'result', anyOf: [{ kind: 'number', value: came.result }] } as const] };
}

function hypercall(nr: number, flags: number): Expected {
	const number = (value: number) => ({ kind: 'number', value: BigInt(value) }) as const;
	return { kind: 'hypercall', nr: number(nr), flags: number(flags) };
}
