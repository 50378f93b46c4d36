// Where a what-if branch and its original part: the first call that is answered otherwise, or no longer made.

import { originOf } from './branch-origin.ts';
import { systemEventName } from './kvm-names.ts';
import { answerText } from './outcome.ts';
import { reached } from './reached.ts';
import { callText, recordedCall, resultText } from './recorded-call.ts';
import type { Session } from './session.ts';
import { sliced } from './sliced.ts';
import { systemEventAt } from './system-event-at.ts';

export interface Difference {
	/** of the original */
	readonly call: number;
	readonly originalRow: number;
	/** site of the call in the branch; undefined where it is not made there */
	readonly branchRow: number | undefined;
	readonly text: string;
	readonly original: string;
	readonly branch: string;
	/** the rule that decides in the branch */
	readonly rule: string | undefined;
}

/** Undefined where all calls behind the fork agree. A RangeError where `branch` is no branch of `original`. */
export async function firstDifference(
	original: Session,
	branch: Session,
	signal?: AbortSignal,
): Promise<Difference | undefined> {
	const pass = differences(original, branch);
	return sliced(first(pass), signal);
}

/** All of them, in the order of the original. */
export function allDifferences(
	original: Session,
	branch: Session,
	signal?: AbortSignal,
): Promise<readonly Difference[]> {
	return sliced(collected(differences(original, branch)), signal);
}

type Found = Difference | number;

function* first(pass: Generator<Found, void>): Generator<number, Difference | undefined> {
	for (const found of pass) {
		if (typeof found !== 'number') return found;
		yield found;
	}
	return undefined;
}

function* collected(pass: Generator<Found, void>): Generator<number, readonly Difference[]> {
	const all: Difference[] = [];
	for (const found of pass) {
		if (typeof found !== 'number') all.push(found);
		else yield found;
	}
	return all;
}

function* differences(original: Session, branch: Session): Generator<Found, void> {
	const origin = originOf(branch);
	if (origin?.original !== original) throw new RangeError('this is no branch of that session');
	const made = callsByLine(branch);
	for (const [call, line] of origin.lines) {
		yield call;
		const there = recordedCall(original, call);
		if (!there) continue;
		yield* reached(original, there.rows.site);
		const index = made.get(line);
		const here = index === undefined ? undefined : recordedCall(branch, index);
		// What the model cannot explain in the original says nothing about the change.
		const changed = call === origin.lines.keys().next().value && origin.changes.registers !== undefined;
		if (!changed && original.kind === 'recorded' && original.modelled(call)?.agrees !== true) continue;
		const [was, is] = [outcomeOf(original, call), outcomeOf(branch, index)];
		if (was === is) continue;
		yield {
			call,
			originalRow: there.rows.site,
			branchRow: here?.rows.site,
			text: `${callText(there)} by vCPU ${there.rows.vcpu}`,
			original: was ?? '?',
			branch: is ?? `not made: vCPU ${there.rows.vcpu} is off`,
			rule: index === undefined ? undefined : branch.modelled(index)?.decisions.at(-1)?.rule,
		};
	}
}

function callsByLine({ calls, trace }: Session): ReadonlyMap<number, number> {
	const byLine = new Map<number, number>();
	for (let index = 0; index < calls.length; index++) {
		const line = trace.events.line(calls.site(index));
		if (!byLine.has(line)) byLine.set(line, index);
	}
	return byLine;
}

/** What the guest or the VMM sees of a call: as recorded, else as the model has it; undefined: it is not made. */
function outcomeOf(session: Session, index: number | undefined): string | undefined {
	const call = recordedCall(session, index ?? -1);
	if (!call) return undefined;
	const { events } = session.trace;
	for (let row = call.rows.site; row <= call.rows.end; row++) {
		if (events.vm(row) !== call.rows.vm || events.vcpu(row) !== call.rows.vcpu) continue;
		const type = systemEventAt(session, row)?.type;
		if (type !== undefined) return `exits to the VMM: ${systemEventName(type)}`;
	}
	if (call.goesOn !== undefined || call.result) return resultText(call);
	const model = session.modelled(index ?? -1);
	return model ? answerText(call, model.x0) : '?';
}
