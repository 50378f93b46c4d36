// VMs all of whose vCPUs went off or to sleep for good: no later event wakes one. A recording may end too
// early to tell, which the description says.

import { MP_STATE } from '../../kvm/index.ts';
import { EventKind } from '../../trace/event.ts';
import { describeEvent } from '../describe.ts';
import { mpStateName } from '../kvm-names.ts';
import { reached } from '../reached.ts';
import type { Session } from '../session.ts';
import type { MachineState, VcpuState } from '../state.ts';
import { atRow, type Evidence, type FoundException, type Search } from './found.ts';
import { showsGuest } from './runs.ts';

export function* allAsleep(session: Session): Search {
	const { events } = session.trace;
	/** the last row that shows each VM's guest running, or being told to */
	const lastRun = new Map<number, number>();
	for (let row = 0; row < session.length; row++) {
		if (row % 16384 === 16383) yield row;
		const kind = events.kind(row);
		if (showsGuest(kind) || kind === EventKind.kvm_vcpu_wakeup) lastRun.set(events.vm(row), row);
	}
	const found: FoundException[] = [];
	for (const vm of new Set(session.vcpus.map((v) => v.vm))) {
		const from = lastRun.get(vm);
		if (from === undefined || !isAsleep(yield* reached(session, session.length), vm)) continue;
		let since: number | undefined;
		for (let row = from; row < session.length; row++) {
			if (row % 256 === 255) yield row;
			if (events.vm(row) !== vm) continue;
			if (!isAsleep(session.stateAt(row + 1), vm)) since = undefined;
			else since ??= row;
		}
		// A machine that was switched off or suspended sleeps as it should.
		if (since === undefined || ended(session, vm)) continue;
		found.push(exceptionAt(session, vm, since));
	}
	return found;
}

function isAsleep(state: MachineState, vm: number): boolean {
	return state.vcpus.every((v) => v.vm !== vm || sleeps(v));
}

function sleeps({ mpState, whereabouts }: VcpuState): boolean {
	if (mpState?.value === MP_STATE.STOPPED || mpState?.value === MP_STATE.SUSPENDED) return true;
	return whereabouts?.value === 'waiting';
}

/** Whether the state the VM ends in is that of a system event: made last, and no vCPU left it since. */
function ended(session: Session, vm: number): boolean {
	const state = session.stateAt(session.length);
	const exit = state.vms.find((v) => v.vm === vm)?.lastExit;
	if (!exit) return false;
	return !state.vcpus.some((v) => v.vm === vm && v.mpState && v.mpState.row > exit.row && v.id !== exit.vcpu);
}

function exceptionAt(session: Session, vm: number, row: number): FoundException {
	const asleep = session.stateAt(row + 1).vcpus.filter((v) => v.vm === vm);
	const last = session.trace.events.vcpu(row);
	const several = session.shownVms > 1 ? ` of VM ${vm}` : '';
	return {
		filterId: 'all-asleep',
		id: `vm[${vm}]`,
		description: `All vCPUs${several} are off or asleep once vCPU ${last} has done this, and nothing wakes one up to the end of the session`,
		details: asleep.map((v) => evidenceOf(session, v, row)),
		position: atRow(row),
	};
}

/** Since when the vCPU is off or waits, and by what. */
function evidenceOf(session: Session, { id, mpState, whereabouts }: VcpuState, row: number): Evidence {
	const off = mpState !== undefined && mpState.value !== MP_STATE.RUNNABLE;
	const since = (off ? mpState.row : whereabouts?.row) ?? row;
	const what = off ? mpStateName(mpState.value) : 'waits';
	return { row: since, text: `vCPU ${id}: ${what} since ${describeEvent(session, since)}` };
}
