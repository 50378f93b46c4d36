// The one pass over a session that all detectors share. Bounded state; yields now and then, so that it runs in slices
// while a person works.

import { EventKind } from '../../trace/event.ts';
import { type RecordedCall, recordedCall } from '../recorded-call.ts';
import type { Session } from '../session.ts';
import { sliced } from '../sliced.ts';
import type { Detector } from './detector.ts';
import { DETECTORS } from './detectors.ts';
import type { Finding, FindingTree } from './finding.ts';
import { rank } from './rank.ts';
import { SeenMachine, type SeenVcpu } from './seen.ts';

/** So many of one code are kept; the rest is counted: a guest that asks in a loop says nothing new. */
export const MOST_OF_A_CODE = 200;

export interface Findings {
	/** root causes in order of severity, then row; what each caused stands under it */
	readonly roots: readonly FindingTree[];
	/** how many were found of a code and not kept, where any were */
	readonly dropped: ReadonlyMap<string, number>;
}

export function findFindings(session: Session, signal?: AbortSignal): Promise<Findings> {
	return sliced(findingsPass(session), signal);
}

/** The pass itself: yields now and then, so that it can be sliced. */
export function* findingsPass(session: Session): Generator<number, Findings> {
	const found = new Kept();
	const seen = new SeenMachine(session);
	const detectors = DETECTORS.map((make) => make(seen, (finding) => found.add(finding)));
	const { events } = session.trace;
	let call = 0;
	for (let row = 0; row < session.length; row++) {
		if (row % 65536 === 65535) yield row;
		while (call < session.calls.length && session.calls.site(call) === row) {
			tellCall(session, call, seen, detectors);
			call++;
		}
		tellRow(row, events.kind(row), seen, detectors);
	}
	for (const detector of detectors) detector.end?.();
	return { roots: rank(found.findings), dropped: found.dropped };
}

class Kept {
	readonly findings: Finding[] = [];
	readonly dropped = new Map<string, number>();
	readonly #counts = new Map<string, number>();

	add(finding: Finding): void {
		const count = (this.#counts.get(finding.code) ?? 0) + 1;
		this.#counts.set(finding.code, count);
		if (count <= MOST_OF_A_CODE) this.findings.push(finding);
		else this.dropped.set(finding.code, count - MOST_OF_A_CODE);
	}
}

function tellCall(session: Session, index: number, seen: SeenMachine, detectors: readonly Detector[]): void {
	const call: RecordedCall | undefined = recordedCall(session, index);
	const caller = call && seen.vcpu(call.rows.vm, call.rows.vcpu);
	if (!call || !caller || call.call?.fn?.service === 'TRNG') return;
	for (const detector of detectors) detector.call?.(call, caller);
}

function tellRow(row: number, kind: EventKind, seen: SeenMachine, detectors: readonly Detector[]): void {
	const { events } = seen.session.trace;
	if (kind === EventKind.lost) {
		for (const detector of detectors) detector.lost?.(row);
		return;
	}
	const vcpu = seen.vcpu(events.vm(row), events.vcpu(row));
	if (!vcpu) return;
	if (IN_GUEST.has(kind)) enter(row, vcpu, seen, detectors);
	if (DETAILED.has(kind)) tellDetail(row, vcpu, seen, detectors);
	vcpu.lastRow = row;
}

function enter(row: number, vcpu: SeenVcpu, seen: SeenMachine, detectors: readonly Detector[]): void {
	if (vcpu.firstEntry < 0 || vcpu.watched) {
		// A detector that still wants to know says so again.
		vcpu.watched = false;
		for (const detector of detectors) detector.entry?.(row, vcpu);
	}
	if (vcpu.firstEntry < 0) vcpu.firstEntry = row;
	vcpu.lastEntry = row;
	if (!seen.first.has(vcpu.vm)) seen.first.set(vcpu.vm, vcpu);
}

/** Only a vCPU that was in the guest makes these: a recording may have been made without kvm_entry. */
const IN_GUEST: ReadonlySet<EventKind> = new Set([
	EventKind.kvm_entry,
	EventKind.kvm_exit,
	EventKind.kvm_hvc_arm64,
	EventKind.kvm_wfx_arm64,
	EventKind.call,
]);

const DETAILED: ReadonlySet<EventKind> = new Set([
	EventKind.reset,
	EventKind.kvm_guest_fault,
	EventKind.set_mp_state,
	EventKind.kvm_userspace_exit,
]);

function tellDetail(row: number, vcpu: SeenVcpu, seen: SeenMachine, detectors: readonly Detector[]): void {
	const detail = seen.session.trace.events.detail(row);
	for (const detector of detectors) {
		if (detail.kind === 'reset') detector.reset?.(row, vcpu, detail);
		else if (detail.kind === 'kvm_guest_fault') detector.fault?.(row, vcpu, detail);
		else if (detail.kind === 'set_mp_state') detector.mpState?.(row, vcpu, detail);
		else if (detail.kind === 'kvm_userspace_exit') detector.userspaceExit?.(row, vcpu, detail);
	}
	if (detail.kind === 'reset' && !detail.pending) vcpu.init = row;
}
