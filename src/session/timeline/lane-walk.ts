// A walk along the lanes: what each is in, and how long it has been in each state since the walk's beginning. A
// step costs what it changes, however many lanes there are; whoever wants the sums settles them first.

import type { VcpuState } from '../state.ts';
import { inVmm, LANE_STATES, STATE_COUNT, stateOf } from './lane-state.ts';

const VMM = LANE_STATES.indexOf('VMM');

export class LaneWalk {
	/** of the last event that was stepped over */
	time: number;
	/** of the next event */
	row: number;
	/** one for each vCPU */
	readonly bytes: Uint8Array;
	/** for each lane and state: vCPUs, then the VMMs of their VMs */
	readonly sums: Float64Array;
	readonly #vmmOf: Int32Array;
	/** up to when each lane's sums are made */
	readonly #since: Float64Array;
	/** for each VMM's lane: how many of its vCPUs' threads are in it */
	readonly #inVmm: Uint32Array;

	constructor(vcpus: readonly VcpuState[], row: number, time: number, bytes: Uint8Array, sums: Float64Array) {
		this.row = row;
		this.time = time;
		this.bytes = bytes;
		this.sums = sums;
		this.#vmmOf = vmmLanes(vcpus);
		this.#since = new Float64Array(sums.length / STATE_COUNT).fill(time);
		this.#inVmm = new Uint32Array(sums.length / STATE_COUNT);
		bytes.forEach((byte, lane) => {
			if (inVmm(byte)) this.#countVmm(lane, 1);
		});
	}

	get(lane: number): number {
		return this.bytes[lane] ?? 0;
	}

	/** At this walk's time, the lane becomes what `byte` says. */
	set(lane: number, byte: number): void {
		const before = this.get(lane);
		if (before === byte) return;
		this.#settle(lane, stateOf(before));
		this.bytes[lane] = byte;
		const change = Number(inVmm(byte)) - Number(inVmm(before));
		if (change === 0) return;
		this.#settleVmm(this.#vmmOf[lane] ?? 0);
		this.#countVmm(lane, change);
	}

	/** Brings all sums up to `time`. */
	settle(time = this.time): void {
		this.time = Math.max(this.time, time);
		for (let lane = 0; lane < this.bytes.length; lane++) this.#settle(lane, stateOf(this.get(lane)));
		for (let lane = this.bytes.length; lane < this.#since.length; lane++) this.#settleVmm(lane);
	}

	/** State of every lane now; of a VMM's lane -1 where it does nothing. */
	states(): number[] {
		const vcpus = Array.from(this.bytes, stateOf);
		const vmms = Array.from(this.#inVmm.subarray(this.bytes.length), (count) => (count > 0 ? VMM : -1));
		return [...vcpus, ...vmms];
	}

	#countVmm(lane: number, change: number): void {
		const vmm = this.#vmmOf[lane] ?? 0;
		this.#inVmm[vmm] = (this.#inVmm[vmm] ?? 0) + change;
	}

	#settleVmm(lane: number): void {
		if ((this.#inVmm[lane] ?? 0) > 0) this.#settle(lane, VMM);
		else this.#since[lane] = this.time;
	}

	#settle(lane: number, state: number): void {
		const cell = lane * STATE_COUNT + state;
		this.sums[cell] = (this.sums[cell] ?? 0) + this.time - (this.#since[lane] ?? 0);
		this.#since[lane] = this.time;
	}
}

/** For each vCPU the lane of its VM's VMM: they come after the vCPUs, in the order of the VMs. */
function vmmLanes(vcpus: readonly VcpuState[]): Int32Array {
	const vms = [...new Set(vcpus.map(({ vm }) => vm))];
	return Int32Array.from(vcpus, ({ vm }) => vcpus.length + vms.indexOf(vm));
}
