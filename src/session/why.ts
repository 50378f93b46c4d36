// Why a value is what it is: the events that wrote it, newest first, each with what caused it (the call it
// belongs to, the event on another vCPU) and the rule of the model that does so.

import { type Decision, type RuleId, ruleOf } from '../kvm/index.ts';
import { cpuOnTarget } from './cpu-on-target.ts';
import { describeEvent } from './describe.ts';
import { evaluate } from './evaluate.ts';
import type { Origin, Value } from './inspect.ts';
import type { Position } from './position.ts';
import { callAnchor, callText, type RecordedCall, recordedCall } from './recorded-call.ts';
import type { Session } from './session.ts';
import type { Provenance } from './state.ts';

export interface WhyLink {
	/** what the value became by this event */
	readonly value: string;
	readonly row: number;
	readonly line: number;
	/** the event in words, `vCPU 1: CPU_OFF` */
	readonly event: string;
	readonly provenance: Provenance | 'unknown';
	/** why an inferred value is believed */
	readonly why: string | undefined;
	/** the guest's call in which it happened; of a reset that a CPU_ON left: that CPU_ON */
	readonly call: { readonly row: number; readonly line: number; readonly text: string } | undefined;
	/** the rule that does this, where the model decided the call */
	readonly rule: RuleId | undefined;
	/** what that rule says */
	readonly says: string | undefined;
}

export interface WhyChain {
	readonly path: string;
	readonly value: string;
	/** newest first; empty where nothing up to here shows the value */
	readonly links: readonly WhyLink[];
	/** the chain in one line: `STOPPED since event 812 (line 815): CPU_OFF by vCPU 1` */
	readonly text: string;
}

/** Older writes than this many are left out. */
const MOST_LINKS = 12;

/** Undefined where `path` is no value of the session. */
export function why(session: Session, { row }: Position, path: string): WhyChain | undefined {
	const value = valueAt(session, row, path);
	if (!value) return undefined;
	const links: WhyLink[] = [];
	let at = row;
	for (let now = value; links.length < MOST_LINKS; ) {
		const origin = originOf(now);
		const written = origin?.row;
		if (written === undefined || written >= at) break;
		links.push(linkAt(session, path, now.text, written, origin));
		at = written;
		const before = valueAt(session, at, path);
		if (!before) break;
		now = before;
	}
	return { path: value.path, value: value.text, links, text: chainText(value.text, links) };
}

/** Of a heading: what was written last below it. */
function originOf(value: Value): Origin | undefined {
	if (value.origin) return value.origin;
	const below = (value.children ?? []).flatMap(({ origin }) => (origin?.row === undefined ? [] : [origin]));
	return below.toSorted((a, b) => (a.row ?? 0) - (b.row ?? 0)).at(-1);
}

function valueAt(session: Session, row: number, path: string) {
	const { events } = session.trace;
	const state = session.stateAt(row);
	const here = row < session.length ? row : session.length - 1;
	const vcpu = state.vcpus.find((v) => here >= 0 && v.vm === events.vm(here) && v.id === events.vcpu(here));
	return evaluate(session, row, vcpu, path);
}

export function linkAt(
	session: Session,
	path: string,
	value: string,
	row: number,
	origin: { provenance: string; why?: string } | undefined,
): WhyLink {
	const { events } = session.trace;
	const vcpu = events.vcpu(row);
	const around = recordedCall(session, session.calls.around(events.vm(row), vcpu, row));
	const call = around ?? startBehind(session, row);
	// What x0 is as the guest calls is the guest's doing.
	const byGuest = row === call?.rows.site && /\.x\d+$|^x\d+$/.test(path);
	const rule = call && !byGuest ? ruleBehind(session, call, path) : undefined;
	return {
		value,
		row,
		line: events.line(row),
		event: `${vcpu < 0 ? '' : `vCPU ${vcpu}: `}${describeEvent(session, row)}`,
		provenance: provenanceOf(origin?.provenance),
		why: origin?.why,
		call: call && {
			row: call.rows.site,
			line: events.line(call.rows.site),
			text: `${callText(call)} by vCPU ${call.rows.vcpu}`,
		},
		rule,
		says: rule && ruleOf(rule).says,
	};
}

/** Calls that are looked at for the CPU_ON behind a reset. */
const MOST_CALLS_BACK = 4096;

/** The CPU_ON whose reset the vCPU carries out at `row`. */
function startBehind(session: Session, row: number): RecordedCall | undefined {
	const { events } = session.trace;
	const detail = events.detail(row);
	if (detail.kind !== 'reset' || !detail.pending) return undefined;
	let low = 0;
	let high = session.calls.length;
	while (low < high) {
		const middle = (low + high) >>> 1;
		if (session.calls.site(middle) < row) low = middle + 1;
		else high = middle;
	}
	for (let index = low - 1; index >= Math.max(0, low - MOST_CALLS_BACK); index--) {
		const start = cpuOnTarget(session, index);
		if (start?.call.rows.vm === events.vm(row) && start.vcpu === events.vcpu(row)) return start.call;
	}
	return undefined;
}

function provenanceOf(text: string | undefined): WhyLink['provenance'] {
	return text === 'recorded' || text === 'inferred' || text === 'modelled' ? text : 'unknown';
}

/** The last decision that changes the value; where none says so, the one that decides the call. None where the model would answer otherwise. */
export function ruleBehind(session: Session, call: RecordedCall, path: string): RuleId | undefined {
	if (session.modelled(call.index)?.agrees === false) return undefined;
	const decisions: readonly Decision[] = session.decisionsAt(callAnchor(call.rows));
	const field = path.split('.').slice(-2).join('.');
	const last = path.split('.').at(-1);
	const changes = decisions.findLast(({ effects }) =>
		effects.some((e) => e.field === last || e.field === field || e.field.startsWith(`${last}.`)),
	);
	return (changes ?? decisions.at(-1))?.rule;
}

function chainText(value: string, links: readonly WhyLink[]): string {
	const [first] = links;
	if (!first) return `${value}: no event up to here wrote it`;
	const by = first.call?.text ?? first.event;
	return `${value} since event ${first.row} (line ${first.line}): ${by}`;
}
