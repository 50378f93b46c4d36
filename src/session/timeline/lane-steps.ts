// How each event changes the lanes. For a recording of millions of events this looks at little more than the kind
// of an event; it must come to what the full state says (fold.ts), which a test compares row by row. A simulated
// session is small, and its full state is asked.

import { MP_STATE } from '../../kvm/index.ts';
import { EventKind } from '../../trace/event.ts';
import { exitReason } from '../../trace/event-code.ts';
import { type CallRows, CPU_OFF_IDS, KVM_EXIT_SYSTEM_EVENT } from '../calls.ts';
import { cpuOnTarget } from '../cpu-on-target.ts';
import { EVENT_OF } from '../fold/leaving.ts';
import { SYSTEM_EVENT } from '../kvm-names.ts';
import type { Session } from '../session.ts';
import { endingOf } from '../what-came-next.ts';
import { isStopped, laneOf, WHERE, withLost, withMpState, withWhere } from './lane-state.ts';

/** The bytes of the vCPUs' lanes. */
export interface Lanes {
	get(lane: number): number;
	set(lane: number, byte: number): void;
}

/** Changes the lanes by the event at `row`. */
export type LaneStep = (row: number, lanes: Lanes) => void;

/** Lane of each vCPU: its index in the session's list; -1 for one that is not shown. */
export type LaneOf = (vm: number, vcpu: number) => number;

export function lanesOf(session: Session): LaneOf {
	const byVm: number[][] = [];
	session.vcpus.forEach(({ vm, id }, lane) => {
		const ids = byVm[vm] ?? [];
		ids[id] = lane;
		byVm[vm] = ids;
	});
	return (vm, vcpu) => byVm[vm]?.[vcpu] ?? -1;
}

export function laneStep(session: Session): LaneStep {
	return session.kind === 'simulated' ? askedStep(session) : recordedStep(session);
}

function askedStep(session: Session): LaneStep {
	return (row, lanes) => {
		session.stateAt(row + 1).vcpus.forEach((vcpu, lane) => {
			lanes.set(lane, laneOf(vcpu));
		});
	};
}

function recordedStep(session: Session): LaneStep {
	const { events } = session.trace;
	const laneAt = lanesOf(session);
	const vmOfLane = session.vcpus.map(({ vm }) => vm);
	const stopAll = (vm: number, lanes: Lanes) => {
		vmOfLane.forEach((of, each) => {
			if (of === vm) lanes.set(each, withMpState(lanes.get(each), MP_STATE.STOPPED));
		});
	};
	return (row, lanes) => {
		const kind = events.kind(row);
		const vm = events.vm(row);
		if (kind === EventKind.lost) {
			// What happened in the gap is not known: until its next event a vCPU may be anywhere.
			vmOfLane.forEach((each, lane) => {
				if (vm < 0 || each === vm) lanes.set(lane, withLost(lanes.get(lane), true));
			});
			return;
		}
		const lane = laneAt(vm, events.vcpu(row));
		if (lane < 0) return;
		const before = withLost(lanes.get(lane), false);
		const runs = () => withMpState(before, MP_STATE.RUNNABLE);
		switch (kind) {
			case EventKind.kvm_entry:
				lanes.set(lane, withWhere(runs(), WHERE.guest));
				break;
			case EventKind.kvm_exit:
			case EventKind.kvm_vcpu_wakeup:
				lanes.set(lane, withWhere(before, WHERE.KVM));
				break;
			case EventKind.kvm_hvc_arm64: {
				const call = unprobedCall(session, row, vm);
				lanes.set(lane, call && isOffAfter(session, call) ? OFF : runs());
				const target = call?.startIsSure ? laneAt(vm, events.vcpu(call.started)) : -1;
				if (target >= 0) lanes.set(target, withMpState(lanes.get(target), MP_STATE.RUNNABLE));
				break;
			}
			case EventKind.call:
				lanes.set(lane, withWhere(runs(), WHERE.KVM));
				break;
			case EventKind.wfi:
				lanes.set(lane, withWhere(before, WHERE.waiting));
				break;
			case EventKind.kvm_userspace_exit:
				lanes.set(lane, withWhere(before, WHERE.VMM));
				if (endsUnprobed(session, row, vm)) stopAll(vm, lanes);
				break;
			case EventKind.power_off:
				lanes.set(lane, withMpState(before, MP_STATE.STOPPED));
				break;
			case EventKind.ret: {
				const detail = events.detail(row);
				const goesOn = detail.kind === 'ret' && detail.ret === 1;
				const where = isStopped(before) ? WHERE.waiting : WHERE.guest;
				lanes.set(lane, goesOn ? withWhere(before, where) : before);
				break;
			}
			case EventKind.set_mp_state: {
				const detail = events.detail(row);
				lanes.set(lane, detail.kind === 'set_mp_state' ? withMpState(before, detail.state) : before);
				break;
			}
			case EventKind.reset: {
				const detail = events.detail(row);
				const owed = detail.kind === 'reset' && detail.pending;
				// After KVM_ARM_VCPU_INIT the mp_state is not known; the reset of a CPU_ON finds the vCPU RUNNABLE.
				lanes.set(lane, !owed || isStopped(before) ? runs() : before);
				break;
			}
			case EventKind.cpu_on_ret: {
				lanes.set(lane, before);
				const detail = events.detail(row);
				const succeeded = detail.kind === 'cpu_on_ret' && detail.ret === 0n;
				const call = succeeded ? session.calls.around(vm, events.vcpu(row), row) : -1;
				const target = laneAt(vm, cpuOnTarget(session, call)?.vcpu ?? -1);
				if (target >= 0) lanes.set(target, withMpState(lanes.get(target), MP_STATE.RUNNABLE));
				break;
			}
			case EventKind.system_event:
				lanes.set(lane, before);
				stopAll(vm, lanes);
				break;
			default:
				lanes.set(lane, before);
		}
	};
}

const OFF = withMpState(withWhere(0, WHERE.waiting), MP_STATE.STOPPED);

/** The call of which no probe told that begins, or ends, at the row. */
function unprobedCall({ calls, trace }: Session, row: number, vm: number): CallRows | undefined {
	const call = calls.around(vm, trace.events.vcpu(row), row);
	return call < 0 || calls.has('entry', call) ? undefined : calls.at(call);
}

/** A CPU_OFF after which the vCPU does not go on. */
function isOffAfter({ calls, trace }: Session, call: CallRows): boolean {
	return CPU_OFF_IDS.has(call.functionId) && endingOf(trace, calls, call) === 'does not return';
}

/** An exit with a system event that stops the machine, and of which no probe told. */
function endsUnprobed(session: Session, row: number, vm: number): boolean {
	if (exitReason(session.trace.events, row) !== KVM_EXIT_SYSTEM_EVENT) return false;
	const type = EVENT_OF.get(unprobedCall(session, row, vm)?.functionId ?? -1);
	return type === SYSTEM_EVENT.SHUTDOWN || type === SYSTEM_EVENT.RESET;
}
