// The stack of one vCPU at a position: the decision one stands at, if any; the event under the cursor, or
// the last thing the vCPU did; and below, the guest's call that it belongs to.

import type { Decision } from '../kvm/index.ts';
import { describeEvent } from '../session/describe.ts';
import type { Position } from '../session/position.ts';
import { callText, recordedCall } from '../session/recorded-call.ts';
import type { Session } from '../session/session.ts';
import type { VcpuState } from '../session/state.ts';
import type { SpecIndex } from '../spec/index.ts';

export interface Frame {
	readonly name: string;
	/** line of the trace; undefined where the vCPU has no event yet */
	readonly line: number | undefined;
	readonly row: number;
	readonly vcpu: VcpuState;
	/** page of the specification that `line` is of; undefined: the trace */
	readonly page?: string;
	/** the decision that this frame is about, where one steps through a call's decisions */
	readonly decision?: Decision;
}

/** `focused` is the thread that the stop names. Undefined where there is no such thread. */
export function framesOf(
	session: Session,
	{ row, decision }: Position,
	threadId: number,
	focused: number,
	spec: SpecIndex,
): Frame[] | undefined {
	const { events } = session.trace;
	const vcpu = session.stateAt(row).vcpus[threadId - 1];
	if (!vcpu) return undefined;
	const atEnd = row >= session.length;
	const isHere = !atEnd && events.vm(row) === vcpu.vm && events.vcpu(row) === vcpu.id;
	const at = isHere || (threadId === focused && !atEnd) ? row : vcpu.lastRow;
	if (at < 0) return [{ name: 'no event yet', line: undefined, row, vcpu }];

	const what = describeEvent(session, at);
	const name =
		isHere || at === row ? what : atEnd ? `end of the recording, after: ${what}` : `after: ${what}`;
	const frames: Frame[] = [{ name, line: events.line(at), row, vcpu }];
	const index = session.calls.around(vcpu.vm, vcpu.id, at);
	const decided = isHere && decision > 0 ? session.decisionsAt(row)[decision - 1] : undefined;
	if (decided) {
		const place = spec.rule(decided.rule);
		frames.unshift({
			name: `${decided.rule}: ${decided.outcome}`,
			line: place?.line ?? events.line(at),
			...(place ? { page: place.page.name } : {}),
			row,
			vcpu,
			decision: decided,
		});
	}
	const call = recordedCall(session, index);
	if (call && call.rows.site !== at)
		frames.push({ name: callText(call), line: events.line(call.rows.site), row, vcpu });
	return frames;
}
