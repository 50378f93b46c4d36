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
	const found = new Kept(session.length);
	const seen = new SeenMachine(session);
	const detectors = DETECTORS.map((make) => make(seen, (finding) => found.add(finding)));
	const { events } = session.trace;
	let call = 0;
	for (let row = 0; row < session.length; row++) {
		if (row % 4096 === 4095) yield row;
		while (call < session.calls.length && session.calls.site(call) === row) {
			tellCall(session, call, seen, detectors);
			call++;
		}
		tellRow(row, events.kind(row), seen, detectors, found);
	}
	found.ended = true;
	for (const detector of detectors) detector.end?.();
	return { roots: rank(found.findings, (vm, row) => seen.lifeAt(vm, row)), dropped: found.dropped };
}

class Kept {
	readonly findings: Finding[] = [];
	readonly dropped = new Map<string, number>();
	/** the pass is over: what is reported now was concluded from all that came */
	ended = false;
	readonly #length: number;
	readonly #counts = new Map<string, number>();
	readonly #lost: number[] = [];

	constructor(length: number) {
		this.#length = length;
	}

	gap(row: number): void {
		if (this.#lost.length < MOST_GAPS) this.#lost.push(row);
	}

	add(told: Finding): void {
		const finding = this.#unsure(told);
		const count = (this.#counts.get(finding.code) ?? 0) + 1;
		this.#counts.set(finding.code, count);
		if (count <= MOST_OF_A_CODE) this.findings.push(finding);
		else this.dropped.set(finding.code, count - MOST_OF_A_CODE);
	}

	/** What is deduced across a gap may be wrong. */
	#unsure(finding: Finding): Finding {
		if (finding.certainty !== 'deduced') return finding;
		const rows = [finding.row, ...finding.evidence.map(({ row }) => row)];
		const from = Math.min(...rows);
		const to = this.ended ? this.#length : Math.max(...rows);
		const gap = this.#lost.find((row) => row > from && row < to);
		if (gap === undefined) return finding;
		const lost = {
			cause: 'the events that were lost meanwhile tell otherwise',
			toldBy: 'a recording without gaps',
		};
		const as = { cause: finding.cause, toldBy: 'the same' };
		return {
			...finding,
			certainty: 'possible',
			evidence: [...finding.evidence, { row: gap, text: 'events were lost here' }].sort(
				(a, b) => a.row - b.row,
			),
			possibilities: [as, lost, ...(finding.possibilities ?? [])],
		};
	}
}

const MOST_GAPS = 10_000;

function tellCall(session: Session, index: number, seen: SeenMachine, detectors: readonly Detector[]): void {
	const functionId = session.calls.functionId(index);
	if (functionId < 0) {
		const row = session.calls.site(index);
		const { events } = session.trace;
		const caller = seen.vcpu(events.vm(row), events.vcpu(row));
		if (caller) for (const detector of detectors) detector.unnamedSmc?.(row, caller);
		return;
	}
	if (AFFINITY_INFO_IDS.has(functionId)) {
		const row = session.calls.site(index);
		const caller = seen.vcpu(session.trace.events.vm(row), session.trace.events.vcpu(row));
		if (caller) for (const detector of detectors) detector.poll?.(index, caller);
	}
	if (!matters(functionId)) return;
	const call: RecordedCall | undefined = recordedCall(session, index);
	const caller = call && seen.vcpu(call.rows.vm, call.rows.vcpu);
	if (!call || !caller) return;
	for (const detector of detectors) detector.call?.(call, caller);
}

const AFFINITY_INFO_IDS: ReadonlySet<number> = new Set([0x8400_0004, 0xc400_0004]);

/**
 * Asked of a column, as decoding a call is what costs: PSCI's numbers, those of its 0.1 in KVM, SMCCC_VERSION. Not CPU_SUSPEND,
 * which an idle guest calls without end, nor AFFINITY_INFO, for which it polls.
 */
function matters(functionId: number): boolean {
	const number = (functionId & 0xbfff_ffff) >>> 0;
	const psci = number >= 0x8400_0000 && number <= 0x8400_001f;
	return (
		(psci && number !== 0x8400_0001 && number !== 0x8400_0004) ||
		functionId === 0x8000_0000 ||
		(functionId >= 0x95c1_ba5f && functionId <= 0x95c1_ba61)
	);
}

function tellRow(
	row: number,
	kind: EventKind,
	seen: SeenMachine,
	detectors: readonly Detector[],
	found: Kept,
): void {
	const { events } = seen.session.trace;
	if (kind === EventKind.lost) {
		found.gap(row);
		for (const detector of detectors) detector.lost?.(row);
		return;
	}
	const vcpu = seen.vcpu(events.vm(row), events.vcpu(row));
	if (!vcpu) return;
	if (kind === EventKind.operation) for (const detector of detectors) detector.operation?.(row, vcpu);
	if (kind === EventKind.kvm_entry || (IN_GUEST.has(kind) && showsEntry(vcpu, seen)))
		enter(row, vcpu, seen, isEntry(kind, seen) ? detectors : []);
	if (DETAILED.has(kind)) tellDetail(row, vcpu, seen, detectors);
	vcpu.lastRow = row;
	if (IN_GUEST.has(kind) || kind === EventKind.kvm_userspace_exit) vcpu.thread = events.thread(row);
	vcpu.inGuest = kind === EventKind.kvm_entry;
}

/** What comes out of the guest shows an entry where none is recorded; elsewhere it only ends one. */
function showsEntry({ firstEntry }: SeenVcpu, { session }: SeenMachine): boolean {
	// A simulated session has no entry before the site of a call: they are one event.
	return firstEntry < 0 || session.kind === 'simulated' || !session.calls.recorded.entries;
}

/** Of a vCPU that comes out of the guest first, where entries are recorded, the entry was before the recording: not now. */
function isEntry(kind: EventKind, { session }: SeenMachine): boolean {
	return kind === EventKind.kvm_entry || session.kind === 'simulated' || !session.calls.recorded.entries;
}

function enter(row: number, vcpu: SeenVcpu, seen: SeenMachine, detectors: readonly Detector[]): void {
	if (detectors.length > 0 && (vcpu.firstEntry < 0 || vcpu.watched)) {
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
	EventKind.kvm_mmio,
	EventKind.kvm_guest_fault,
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
	const isInit = detail.kind === 'reset' && !detail.pending;
	if (detail.kind === 'kvm_userspace_exit' && detail.reasonName === 'restart') vcpu.interrupted = row;
	if (isInit && seen.beginsLife(row, vcpu.vm)) {
		for (const detector of detectors) detector.lifeEnds?.(vcpu.vm, row);
		seen.beginLife(row, vcpu.vm);
	}
	for (const detector of detectors) {
		if (detail.kind === 'reset') detector.reset?.(row, vcpu, detail);
		else if (detail.kind === 'kvm_guest_fault') detector.fault?.(row, vcpu, detail);
		else if (detail.kind === 'set_mp_state') detector.mpState?.(row, vcpu, detail);
		else if (detail.kind === 'kvm_userspace_exit') detector.userspaceExit?.(row, vcpu, detail);
	}
	if (isInit) vcpu.init = row;
}
