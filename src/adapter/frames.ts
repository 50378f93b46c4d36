// The stack of one thread at a position. Of a vCPU: the decision one stands at, if any; the event under the
// cursor, or the last thing the vCPU did; and below, the guest's call that it belongs to. Of a VMM: the last
// thing that it did or was told. Every frame has a line to show.

import type { Decision } from '../kvm/index.ts';
import { describeEvent } from '../session/describe.ts';
import type { Position } from '../session/position.ts';
import { callText, recordedCall } from '../session/recorded-call.ts';
import type { Session } from '../session/session.ts';
import type { VcpuState } from '../session/state.ts';
import type { SpecIndex } from '../spec/index.ts';
import { isVmmEvent, lastVmmRow, type Thread } from './threads.ts';

export interface Frame {
	readonly name: string;
	/** line of the trace, or of `page` or `file` */
	readonly line: number;
	/** the position that the frame shows the state at */
	readonly row: number;
	readonly vm: number;
	/** undefined: the frame is a VMM's */
	readonly vcpu?: VcpuState;
	/** page of the specification that `line` is of; undefined: the trace */
	readonly page?: string;
	/** file that `line` is of: a console beside the trace, what a scenario includes, a library */
	readonly file?: string;
	/** the decision that this frame is about, where one steps through a call's decisions */
	readonly decision?: Decision;
	/** row at which the call begins that the frame is in */
	readonly call?: number;
	/** nothing happens here now */
	readonly subtle?: boolean;
}

/** `focused`: the stop is about this thread. */
export function framesOf(
	session: Session,
	position: Position,
	thread: Thread,
	focused: boolean,
	spec: SpecIndex,
): Frame[] {
	if (thread.kind === 'vmm') return vmmFrames(session, position.row, thread.vm);
	const { row } = position;
	const { events } = session.trace;
	const vcpu = session.stateAt(row).vcpus[thread.id - 1] ?? thread.vcpu;
	const { vm } = vcpu;
	const here = row < session.length && events.vm(row) === vm && events.vcpu(row) === vcpu.id;
	const at = here || (focused && row < session.length) ? row : vcpu.lastRow;
	if (at < 0) return [{ name: 'no event yet', line: lineNear(session, row), row, vm, vcpu, subtle: true }];

	const index = session.calls.around(vm, vcpu.id, at);
	const rows = session.calls.at(index);
	const call = rows ? { call: rows.site } : {};
	const frames: Frame[] = [];
	if (here) frames.push(...decisionFrame(session, position, vcpu, call, spec));
	const place = session.trace.elsewhere?.(at) ?? { line: events.line(at) };
	frames.push({ name: nameAt(session, row, at), ...place, row, vm, vcpu, ...call });
	const recorded = rows && rows.site !== at ? recordedCall(session, index) : undefined;
	if (recorded) {
		const { site } = recorded.rows;
		const where = session.trace.elsewhere?.(site) ?? { line: events.line(site) };
		frames.push({ name: callText(recorded), ...where, row, vm, vcpu, ...call });
	}
	frames.push(...callerFrames(session, at, { row, vm, vcpu }));
	return frames;
}

function decisionFrame(
	session: Session,
	{ row, decision }: Position,
	vcpu: VcpuState,
	call: { readonly call?: number },
	spec: SpecIndex,
): Frame[] {
	const decided = decision > 0 ? session.decisionsAt(row)[decision - 1] : undefined;
	if (!decided) return [];
	const place = spec.rule(decided.rule);
	return [
		{
			name: `${decided.rule}: ${decided.outcome}`,
			line: place?.line ?? session.trace.events.line(row),
			...(place ? { page: place.page.name } : {}),
			row,
			vm: vcpu.vm,
			vcpu,
			decision: decided,
			...call,
		},
	];
}

/** Of a line of a program by name: the lines that called it. */
function callerFrames(session: Session, at: number, here: Pick<Frame, 'row' | 'vm' | 'vcpu'>): Frame[] {
	return (session.callersAt?.(at) ?? []).map((caller) => ({ ...caller, ...here }));
}

function vmmFrames(session: Session, row: number, vm: number): Frame[] {
	const { events } = session.trace;
	const here = row < session.length && events.vm(row) === vm && isVmmEvent(events.kind(row));
	const at = here ? row : lastVmmRow(session, vm, row - 1);
	if (at < 0) return [{ name: 'nothing recorded here', line: lineNear(session, row), row, vm, subtle: true }];
	const place = session.trace.elsewhere?.(at) ?? { line: events.line(at) };
	return [{ name: nameAt(session, row, at), ...place, row, vm }, ...callerFrames(session, at, { row, vm })];
}

function nameAt(session: Session, row: number, at: number): string {
	const what = describeEvent(session, at);
	if (at === row) return what;
	const end = session.kind === 'simulated' ? 'end of the run' : 'end of the recording';
	return row >= session.length ? `${end}, after: ${what}` : `after: ${what}`;
}

function lineNear(session: Session, row: number): number {
	return session.length === 0 ? 1 : session.trace.events.line(Math.min(row, session.length - 1));
}
