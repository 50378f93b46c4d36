// What the session panel shows of one stop: plain data, ready to be sent to a web page.

import { ruleOf } from '../kvm/index.ts';
import { clausesOf } from '../psci/clauses.ts';
import { decodeResult } from '../psci/result.ts';
import { modelText } from './decision-values.ts';
import { describeEvent, durationText, timeText } from './describe.ts';
import {
	callOfVcpu,
	callValues,
	mpidrValue,
	type Origin,
	originText,
	type Value,
	vcpuPath,
	vcpuValues,
	vmPath,
	vmValues,
} from './inspect.ts';
import type { Position } from './position.ts';
import { callAnchor, type RecordedCall, resultText } from './recorded-call.ts';
import type { Session } from './session.ts';
import type { VcpuState } from './state.ts';
import { vmName } from './vm-names.ts';

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

export interface RequestView {
	readonly name: string;
	/** row of the event that made it */
	readonly row: number;
	readonly origin: string;
	/** how long it has been pending */
	readonly waited: string;
	readonly why: string;
}

export interface VcpuView {
	/** DAP thread id */
	readonly threadId: number;
	readonly name: string;
	/** the event under the cursor is this vCPU's */
	readonly current: boolean;
	/** affinity bits: what a CPU_ON calls it */
	readonly mpidr: ValueView;
	readonly mpState: ValueView;
	readonly reset: ValueView;
	readonly whereabouts: ValueView;
	readonly requests: readonly RequestView[];
	readonly requestsChanged: boolean;
	/** how long it has been in its mp_state and place; empty: unknown */
	readonly inState: string;
	/** its call in progress, or the last one; undefined: none yet */
	readonly lastCall: LastCallView | undefined;
}

export interface LastCallView {
	readonly text: string;
	readonly result: string;
	readonly isError: boolean;
	readonly inProgress: boolean;
	readonly changed: boolean;
	/** row of its site: to go there */
	readonly row: number;
	readonly line: number;
}

export interface ClauseView {
	readonly title: string;
	/** `DEN0022 F.b 5.6.2`, or that no source confirms a number */
	readonly section: string;
	readonly summary: string;
}

export interface CallView {
	/** of its site */
	readonly row: number;
	readonly vcpu: string;
	readonly name: string;
	/** the cursor is in the call; otherwise it is the vCPU's last one */
	readonly inProgress: boolean;
	readonly arguments: readonly ValueView[];
	readonly result: ValueView;
	readonly meaning: string;
	readonly isError: boolean;
	readonly clauses: readonly ClauseView[];
	/** how the model decides the call; undefined where the recording lacks what it would need */
	readonly model: ModelView | undefined;
}

export interface DecisionView {
	readonly rule: string;
	/** what holds when the rule decides, in a sentence */
	readonly says: string;
	readonly outcome: string;
	/** `mp_state=0 target=0x1` */
	readonly looked: string;
	/** ids of the clauses that the rule rests on */
	readonly clauses: readonly string[];
	/** the debugger stands at this decision */
	readonly current: boolean;
}

export interface ModelView {
	/** name of the kernel's profile */
	readonly kernel: string;
	/** the profile's answers were compared with a real kernel's */
	readonly proven: boolean;
	readonly decisions: readonly DecisionView[];
	/** undefined where the recording has no answer to compare */
	readonly agrees: boolean | undefined;
	/** what the model answers */
	readonly answer: string;
	readonly assumed: readonly string[];
}

export interface ExitView {
	readonly text: string;
	readonly vm: string;
	readonly values: readonly ValueView[];
}

export interface SessionView {
	/** what happened on a machine, or what the model made of a scenario */
	readonly kind: Session['kind'];
	readonly file: string;
	readonly row: number;
	readonly length: number;
	/** 1-based line of the event under the cursor; of the last event at the end */
	readonly line: number;
	readonly time: string;
	readonly event: string;
	readonly atEnd: boolean;
	/** time of the event since the first one, in nanoseconds (or ticks): where the timeline's cursor stands */
	readonly elapsed: number;
	readonly vcpus: readonly VcpuView[];
	readonly vms: readonly { readonly name: string; readonly values: readonly ValueView[] }[];
	readonly exits: readonly ExitView[];
	readonly call: CallView | undefined;
	/** what a reader should know about the trace: lost events, damage, how vCPUs were told apart */
	readonly notes: readonly string[];
}

export function vcpuName(session: Session, vcpu: { vm: number; id: number }): string {
	return session.shownVms > 1 ? `VM ${vcpu.vm} vCPU ${vcpu.id}` : `vCPU ${vcpu.id}`;
}

/** The view at `row`; what differs from `previousRow` (the stop before) is marked as changed. */
export function viewAt(
	session: Session,
	{ row, decision }: Position,
	previousRow: number,
	selected: VcpuState | undefined,
): SessionView {
	const { trace } = session;
	const before = session.stateAt(previousRow);
	const state = session.stateAt(row);
	const atEnd = row >= session.length;
	const eventRow = Math.max(0, Math.min(row, session.length - 1));
	const here = { vm: trace.events.vm(eventRow), id: trace.events.vcpu(eventRow) };

	const valueView = (value: Value, old: Value | undefined): ValueView => ({
		name: value.name,
		path: value.path,
		text: value.text,
		...(value.origin ? { provenance: value.origin.provenance } : {}),
		origin: [
			originText(session, value.origin),
			value.origin?.provenance === 'unknown' ? '' : value.origin?.why,
		]
			.filter(Boolean)
			.join(': '),
		changed: old !== undefined && old.text !== value.text,
	});
	const views = (values: readonly Value[], old: readonly Value[]) =>
		values.map((value, i) => valueView(value, old[i]));

	const vcpus = state.vcpus.map((vcpu, i): VcpuView => {
		const path = vcpuPath(state, vcpu);
		const old = before.vcpus[i];
		const [mpState, reset, requests, whereabouts] = views(
			vcpuValues(session, vcpu, path),
			old ? vcpuValues(session, old, path) : [],
		);
		if (!mpState || !reset || !requests || !whereabouts) throw new Error('vcpuValues has these four first');
		return {
			threadId: i + 1,
			name: vcpuName(session, vcpu),
			current: !atEnd && vcpu.vm === here.vm && vcpu.id === here.id,
			mpidr: valueView(mpidrValue(vcpu, path), undefined),
			mpState,
			reset,
			whereabouts,
			requests: vcpu.requests.map((r) => ({
				name: r.name,
				row: r.row,
				waited: durationText(elapsedSince(session, r.row, eventRow), trace.clockUnit),
				origin: originText(session, { provenance: r.provenance, row: r.row }),
				why: r.why,
			})),
			requestsChanged: requests.changed,
			inState: timeInState(session, vcpu, eventRow),
			lastCall: lastCallView(session, vcpu, old, row),
		};
	});

	const vms = state.vms.map((vm, i) => {
		const path = vmPath(state, vm.vm);
		const old = before.vms[i];
		return {
			name: state.vms.length > 1 ? vmName(session.trace, vm.vm) : 'Virtual machine',
			values: views(vmValues(session, vm, path), old ? vmValues(session, old, path) : []),
			exit: vm.lastExit,
		};
	});

	// System events have a list of their own; a run has no kernel object, and nothing of it is lost.
	const elsewhere = new Set(
		session.kind === 'simulated' ? ['system_event', 'kvm', 'lost_events'] : ['system_event'],
	);
	const shown = atEnd
		? selected
		: (state.vcpus.find((v) => v.vm === here.vm && v.id === here.id) ?? selected);
	const call = shown ? callOfVcpu(session, shown, row) : undefined;
	return {
		kind: session.kind,
		file: trace.name,
		row,
		length: session.length,
		line: session.length > 0 ? trace.events.line(eventRow) : 1,
		time: session.length > 0 ? timeText(trace.events.time(eventRow), trace.clockUnit) : '',
		event: atEnd
			? `end of the ${session.kind === 'simulated' ? 'run' : 'recording'}`
			: describeEvent(session, row),
		atEnd,
		elapsed: session.length > 0 ? Number(trace.events.time(eventRow) - trace.events.time(0)) : 0,
		vcpus,
		vms: vms.map(({ name, values }) => ({ name, values: values.filter((v) => !elsewhere.has(v.name)) })),
		exits: state.vms.flatMap((vm) => {
			const values = vmValues(session, vm, vmPath(state, vm.vm)).find((v) => v.name === 'system_event');
			if (!vm.lastExit || !values) return [];
			return [
				{
					vm: state.vms.length > 1 ? `VM ${vm.vm}` : '',
					text: values.text,
					values: views(values.children ?? [], []),
				},
			];
		}),
		call: call && shown ? callView(session, call, shown, { row, decision }, valueView) : undefined,
		notes: notesOf(session),
	};
}

/** Since its mp_state or its whereabouts last changed, whichever was later. */
function timeInState(session: Session, { mpState, whereabouts }: VcpuState, row: number): string {
	const since = Math.max(mpState?.row ?? -1, whereabouts?.row ?? -1);
	return since < 0 ? '' : durationText(elapsedSince(session, since, row), session.trace.clockUnit);
}

function elapsedSince({ trace: { events } }: Session, since: number, row: number): bigint {
	return events.time(row) - events.time(since);
}

function lastCallView(
	session: Session,
	vcpu: VcpuState,
	old: VcpuState | undefined,
	row: number,
): LastCallView | undefined {
	const call = callOfVcpu(session, vcpu, row);
	if (!call) return undefined;
	return {
		text: call.call?.name ?? `${call.conduit} call`,
		result: resultText(call),
		isError: call.goesOn !== 0 && (call.result?.isError ?? false),
		inProgress: row >= call.rows.site && row <= call.rows.end,
		changed: old !== undefined && old.call !== vcpu.call,
		row: call.rows.site,
		line: session.trace.events.line(call.rows.site),
	};
}

function callView(
	session: Session,
	call: RecordedCall,
	vcpu: VcpuState,
	{ row, decision }: Position,
	valueView: (value: Value, old: Value | undefined) => ValueView,
): CallView {
	const values = callValues(call, row, 'call').map((value) => valueView(value, undefined));
	const result = values.find((v) => v.name === 'result') ?? {
		name: 'result',
		path: 'call.result',
		text: resultText(call),
		origin: '',
		changed: false,
	};
	const inferred = call.inferred?.result;
	const shown = call.result ?? (inferred?.sure ? inferred.likely : undefined);
	return {
		row: call.rows.site,
		vcpu: vcpuName(session, vcpu),
		name: call.call?.name ?? `${call.conduit} call`,
		inProgress: row >= call.rows.site && row <= call.rows.end,
		arguments: values.filter((v) => v.name !== 'result'),
		result,
		meaning: call.goesOn === 0 ? '' : (shown?.meaning ?? ''),
		isError: call.goesOn !== 0 && (shown?.isError ?? false),
		clauses: clausesOf(call.call?.name ?? '').map((clause) => ({
			title: clause.title,
			section: clause.sections['F.b']
				? `${clause.document} F.b, ${clause.sections['F.b']}`
				: `${clause.document}, section number not confirmed by a source`,
			summary: clause.summary,
		})),
		model: modelView(session, call, row === callAnchor(call.rows) ? decision : 0),
	};
}

function modelView(session: Session, call: RecordedCall, current: number): ModelView | undefined {
	const modelled = session.modelled(call.index);
	if (!modelled || !call.call) return undefined;
	return {
		kernel: session.kernel.profile.name,
		proven: session.kernel.profile.proof === 'proven',
		decisions: modelled.decisions.map((decided, i) => ({
			rule: decided.rule,
			says: ruleOf(decided.rule).says,
			outcome: decided.outcome,
			looked: decided.looked.map(({ name, value }) => `${name}=${modelText(value, name)}`).join(' '),
			clauses: ruleOf(decided.rule).clauses,
			current: i + 1 === current,
		})),
		agrees: modelled.agrees,
		answer: modelled.x0 === undefined ? 'exits to the VMM' : decodeResult(call.call, modelled.x0).text,
		assumed: modelled.assumed,
	};
}

function notesOf(session: Session): string[] {
	const notes: string[] = [...(session.trace.notes ?? [])];
	const unshown = session.trace.vms.filter(({ vcpus }) => vcpus.length > 0).length - session.shownVms;
	if (unshown > 0)
		notes.push(
			`${unshown} more VM${unshown > 1 ? 's were' : ' was'} created in this recording but never ran.`,
		);
	const { problems } = session.trace;
	const first = problems[0];
	if (!first) return notes;
	const where = first.line === undefined ? `byte ${first.offset}` : `line ${first.line}`;
	const more = problems.length > 1 ? ` (and ${problems.length - 1} more places)` : '';
	notes.push(`The trace is damaged at ${where}${more}: found ${first.found}, expected ${first.expected}.`);
	return notes;
}
