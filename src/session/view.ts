// What the session panel shows of one stop: plain data, ready to be sent to a web page.

import { type CallView, callView, type LastCallView, lastCallView } from './call-view.ts';
import { describeEvent, durationText, timeText } from './describe.ts';
import {
	callOfVcpu,
	mpidrValue,
	originText,
	type Value,
	vcpuPath,
	vcpuValues,
	vmPath,
	vmValues,
} from './inspect.ts';
import type { Position } from './position.ts';
import type { Session } from './session.ts';
import type { VcpuState } from './state.ts';
import { type ValueView, valueView, vcpuName } from './value-view.ts';
import { vmName } from './vm-names.ts';

export type { CallView, LastCallView, ModelView } from './call-view.ts';
export { type ValueView, vcpuName } from './value-view.ts';

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

	const views = (values: readonly Value[], old: readonly Value[]) =>
		values.map((value, i) => valueView(session, value, old[i]));

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
			mpidr: valueView(session, mpidrValue(vcpu, path)),
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
		call: call && shown ? callView(session, call, shown, { row, decision }) : undefined,
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
