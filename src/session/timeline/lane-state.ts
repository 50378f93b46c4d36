// What a lane of the timeline can be at a moment. A lane is a vCPU, or a VM's VMM; one byte holds what must be
// known of a vCPU to carry on from any row, and the state to draw follows from it.

import { MP_STATE } from '../../kvm/index.ts';
import type { VcpuState, Whereabouts } from '../state.ts';

/** In the order of the columns; texts for legends and tables are the pages' own. */
export const LANE_STATES = [
	'unknown',
	'guest',
	'host',
	'VMM',
	'waiting',
	'STOPPED',
	'SUSPENDED',
	'lost',
] as const;

export type LaneState = (typeof LANE_STATES)[number];

export const STATE_COUNT = LANE_STATES.length;

/** Bits 2:0: where its thread is, as an index into LANE_STATES; bits 4:3: its mp_state; bit 5: events were lost since. */
export const WHERE = { unknown: 0, guest: 1, KVM: 2, VMM: 3, waiting: 4 } as const satisfies Record<
	Whereabouts | 'unknown',
	number
>;
const WHERE_MASK = 0b111;
const MP_MASK = 0b11000;
const STOPPED = 0b01000;
const SUSPENDED = 0b10000;
const LOST = 0b100000;

/** The state to draw: an mp_state that keeps the vCPU from running says more than where its thread is. */
export function stateOf(lane: number): number {
	if (lane & LOST) return 7;
	if ((lane & MP_MASK) === STOPPED) return 5;
	if ((lane & MP_MASK) === SUSPENDED) return 6;
	return lane & WHERE_MASK;
}

export function inVmm(lane: number): boolean {
	return (lane & WHERE_MASK) === WHERE.VMM;
}

export function isStopped(lane: number): boolean {
	return (lane & MP_MASK) === STOPPED;
}

export function withWhere(lane: number, where: number): number {
	return (lane & ~WHERE_MASK) | where;
}

/** `mpState` as KVM numbers it; any but STOPPED and SUSPENDED lets the vCPU run. */
export function withMpState(lane: number, mpState: number): number {
	const bits = mpState === MP_STATE.STOPPED ? STOPPED : mpState === MP_STATE.SUSPENDED ? SUSPENDED : 0;
	return (lane & ~MP_MASK) | bits;
}

export function withLost(lane: number, lost: boolean): number {
	return lost ? lane | LOST : lane & ~LOST;
}

/** The byte of a vCPU's full state. */
export function laneOf(vcpu: VcpuState): number {
	return withMpState(WHERE[vcpu.whereabouts?.value ?? 'unknown'], vcpu.mpState?.value ?? MP_STATE.RUNNABLE);
}
