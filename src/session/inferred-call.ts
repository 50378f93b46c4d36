// What the trace leaves out of a call, from what came next and from the model. Nothing of this is recorded: every
// value says why it is believed, and is `sure` only where nothing else fits the recording.

import { affinityOf, mpidrOf, newVcpu, PROFILES, resetRegisters, type Trap } from '../kvm/index.ts';
import { type DecodedCall, decodeCall } from '../psci/call.ts';
import { type DecodedResult, decodeResult } from '../psci/result.ts';
import type { Start } from './bring-ups.ts';
import { type CallRows, CPU_OFF_IDS, CPU_ON_IDS } from './calls.ts';
import { fittingAnswers, type PossibleAnswer, possibleAnswers } from './possible-answers.ts';
import type { Session } from './session.ts';
import { machineSettings } from './settings.ts';
import { type Ending, endingOf } from './what-came-next.ts';

export interface InferredArgument {
	/** the register that it came in: 1 for x1 */
	readonly register: number;
	readonly value: bigint;
	readonly sure: boolean;
	readonly why: string;
	/** of the event that it follows from */
	readonly row: number;
}

export interface InferredResult {
	/** `inferred` from what came next, or what the model answers whatever came next */
	readonly provenance: 'inferred' | 'modelled';
	/** KVM_RUN returned to the VMM instead of answering */
	readonly exits: boolean;
	/** the result, or the likeliest; undefined where none is likelier than another, and for an exit */
	readonly likely: DecodedResult | undefined;
	/** nothing else fits the recording */
	readonly sure: boolean;
	/** every result that fits, the likeliest first; without one where an exit is sure */
	readonly candidates: readonly DecodedResult[];
	/** a number is possible, too, that the host or the VMM chose */
	readonly open: boolean;
	readonly why: string;
	/** of the event that it follows from, where one does */
	readonly row?: number;
}

export interface InferredCall {
	readonly ending: Ending;
	/** the call with the arguments that could be inferred, recorded ones among them */
	readonly call: DecodedCall;
	readonly arguments: readonly InferredArgument[];
	/** vcpu_ids that an uncertain CPU_ON may have started */
	readonly targets: readonly number[];
	readonly result: InferredResult | undefined;
}

/** `x`: the recorded registers, x0 among them. Undefined where the function is not known. */
export function inferCall(
	session: Session,
	rows: CallRows,
	conduit: Trap['conduit'],
	x: readonly (bigint | undefined)[],
): InferredCall | undefined {
	if (rows.functionId < 0 || x[0] === undefined) return undefined;
	const ending = endingOf(session.trace, session.calls, rows);
	const args = inferArguments(session, rows);
	const registers = [...x];
	for (const { register, value } of args) registers[register] = value;
	const call = decodeCall(registers);
	return {
		ending,
		call,
		arguments: args,
		targets: rows.startIsSure || !isBareCpuOn(rows) ? [] : targetsOf(session, rows),
		result: rows.ret >= 0 ? undefined : inferResult(session, rows, ending, call, conduit, x),
	};
}

/** A CPU_ON of which no probe recorded the arguments. */
function isBareCpuOn({ entry, functionId }: CallRows): boolean {
	return entry < 0 && CPU_ON_IDS.has(functionId);
}

/** So many starts are named that may as well be the call's. */
const MOST_OTHERS = 4;

/** The vCPUs that the call may have started; the one that it is given to first. */
function targetsOf({ calls }: Session, rows: CallRows): readonly number[] {
	const starts = calls.starts(rows.vm);
	const own = startAt(starts, rows.started);
	const targets = new Set<number>(own ? [own.vcpu] : []);
	let others = 0;
	for (let n = firstAfter(starts, rows.site); n < starts.length && others < MOST_OTHERS; n++) {
		const start = starts[n];
		if (!start || start.sure || start.vcpu === rows.vcpu || start === own) continue;
		targets.add(start.vcpu);
		others++;
	}
	return [...targets];
}

/** Index of the first start behind `row`. */
function firstAfter(starts: readonly Start[], row: number): number {
	let low = 0;
	let high = starts.length;
	while (low < high) {
		const middle = (low + high) >>> 1;
		if ((starts[middle]?.row ?? 0) > row) high = middle;
		else low = middle + 1;
	}
	return low;
}

function startAt(starts: readonly Start[], row: number): Start | undefined {
	const start = starts[firstAfter(starts, row) - 1];
	return start?.row === row ? start : undefined;
}

/** What the start of a vCPU tells of the arguments of the CPU_ON that it is given to. */
export function inferArguments({ calls, trace }: Session, rows: CallRows): InferredArgument[] {
	const start = isBareCpuOn(rows) ? startAt(calls.starts(rows.vm), rows.started) : undefined;
	if (!start) return [];
	const sure = rows.startIsSure === 1;
	const who = `vCPU ${start.vcpu} ${sure ? 'starts after it, and no other CPU_ON can have started it' : 'starts after it; another CPU_ON may have started that'}`;
	const target: InferredArgument = {
		register: 1,
		value: affinity(start.vcpu),
		// Numbered in order of first entry, vCPUs may have each other's numbers.
		sure: sure && trace.events.attribution(start.row) !== 'first-entry',
		why: `${who}; its affinity as KVM sets it`,
		row: start.row,
	};
	const entry = trace.events.detail(start.row);
	if (entry.kind !== 'kvm_entry') return [target];
	return [target, { register: 2, value: entry.pc, sure, why: `${who}: here`, row: start.row }];
}

function affinity(id: number): bigint {
	return affinityOf({ ...newVcpu(0, id), registers: resetRegisters(false, mpidrOf(id)) });
}

function inferResult(
	session: Session,
	rows: CallRows,
	ending: Ending,
	call: DecodedCall,
	conduit: Trap['conduit'],
	x: Trap['x'],
): InferredResult | undefined {
	const row = rows.next;
	const event = row < 0 ? {} : { row };
	if (ending === 'system event' || ending === 'forwarded') {
		const why = ending === 'forwarded' ? 'the call was forwarded' : 'a system event';
		return {
			provenance: 'inferred',
			exits: true,
			...NOTHING,
			sure: true,
			why: `KVM_RUN returned: ${why}`,
			...event,
		};
	}
	const success = decodeResult(call, 0n);
	if (rows.started >= 0 && rows.startIsSure) {
		const why = 'the vCPU that starts afterwards: only a CPU_ON that succeeds starts one';
		const known = { likely: success, sure: true, candidates: [success], open: false };
		return { provenance: 'inferred', exits: false, ...known, why, row: rows.started };
	}
	if (ending === 'does not return' && CPU_OFF_IDS.has(rows.functionId)) {
		const why = 'the vCPU does not go on after it, as only after a CPU_OFF that succeeds';
		const known = { likely: success, sure: true, candidates: [success], open: false };
		return { provenance: 'inferred', exits: false, ...known, why, ...event };
	}
	if (rows.entry >= 0 || rows.started >= 0) {
		const result = ofModel(session, rows, ending, call, conduit, x);
		return result && { ...result, ...event };
	}
	// Of calls that have nothing but their function, all that end alike are alike.
	const alike = bySession(results, session);
	const key = `${keyOf(session, rows, conduit)} ${ending} ${session.calls.recorded.wakeups}`;
	const known = alike.get(key) ?? { result: ofModel(session, rows, ending, call, conduit, x) };
	alike.set(key, known);
	return known.result && { ...known.result, ...event };
}

/** What the model leaves possible. */
function ofModel(
	session: Session,
	rows: CallRows,
	ending: Ending,
	call: DecodedCall,
	conduit: Trap['conduit'],
	x: Trap['x'],
): InferredResult | undefined {
	const answers = fittingAnswers(
		answersOf(session, rows, conduit, x),
		ending,
		session.calls.recorded.wakeups,
	);
	const started = rows.started >= 0;
	const results = started ? [0n, ...answers.results.filter((result) => result !== 0n)] : answers.results;
	const candidates = results.map((result) => decodeResult(call, result));
	if (candidates.length === 0 && !answers.open) return undefined;
	const sure = candidates.length === 1 && !answers.open && ending !== 'unknown';
	const likelyX0 = started ? 0n : sure ? results[0] : answers.usual;
	return {
		provenance: answers.narrowed ? 'inferred' : 'modelled',
		exits: false,
		likely: likelyX0 === undefined ? undefined : decodeResult(call, likelyX0),
		sure,
		candidates,
		open: answers.open,
		why: reason(session, ending, sure, answers.narrowed, candidates, answers.open),
	};
}

const NOTHING = { likely: undefined, candidates: [], open: false } as const;

function reason(
	session: Session,
	ending: Ending,
	sure: boolean,
	narrowed: boolean,
	candidates: readonly DecodedResult[],
	open: boolean,
): string {
	const kernel = `KVM of Linux ${session.kernel.profile.name}`;
	const after = narrowed ? ` where the vCPU ${ENDS[ending]}` : '';
	if (sure) return `${kernel} answers nothing else${after}, whatever the arguments`;
	const texts = candidates.slice(0, 6).map(({ text }) => text);
	if (candidates.length > 6 || open) texts.push('…');
	return `${kernel} may answer${after}: ${texts.join(', ')}`;
}

const ENDS: Readonly<Record<Ending, string>> = {
	returns: 'goes on at once',
	'sleeps and returns': 'sleeps first and then goes on',
	'goes on later': 'goes on',
	'system event': 'exits to the VMM',
	forwarded: 'exits to the VMM',
	'does not return': 'does not go on',
	interrupted: 'was interrupted',
	unknown: 'does something that is not recorded',
};

const asked = new WeakMap<Session, Map<string, readonly PossibleAnswer[]>>();
const results = new WeakMap<Session, Map<string, { readonly result: InferredResult | undefined }>>();

function bySession<T>(all: WeakMap<Session, Map<string, T>>, session: Session): Map<string, T> {
	const known = all.get(session) ?? new Map<string, T>();
	all.set(session, known);
	return known;
}

/** A function under what is known of its machine, which may become more while a recording grows. */
function keyOf(session: Session, { vm, functionId }: CallRows, conduit: Trap['conduit']): string {
	const { psciVersion, capabilities } = machineSettings(session, vm);
	const known = [psciVersion.origin, psciVersion.value, capabilities.origin, ...capabilities.value];
	return [conduit, functionId, ...known].join(' ');
}

/** Asked once for each function, as nothing of the state is known. */
function answersOf(
	session: Session,
	rows: CallRows,
	conduit: Trap['conduit'],
	x: Trap['x'],
): readonly PossibleAnswer[] {
	const { profile, origin } = session.kernel;
	const proven = PROFILES.filter((other) => other.proof === 'proven' && other !== profile);
	const { psciVersion, capabilities } = machineSettings(session, rows.vm);
	const machine = {
		profiles: origin === 'default' ? [profile, ...proven.toReversed()] : [profile],
		psciVersion: psciVersion.origin === 'default' ? undefined : BigInt(psciVersion.value),
		capabilities: capabilities.origin === 'default' ? undefined : capabilities.value,
	};
	if (rows.entry >= 0) return possibleAnswers(machine, rows.functionId, conduit, x);
	const known = bySession(asked, session);
	const key = keyOf(session, rows, conduit);
	const answers = known.get(key) ?? possibleAnswers(machine, rows.functionId, conduit);
	known.set(key, answers);
	return answers;
}
