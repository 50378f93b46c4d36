// What leads from one lane to another: a CPU_ON to the first entry of its target, and what wakes a vCPU to where it
// goes on. Found in one pass over the events in order.

import { MP_STATE } from '../../kvm/index.ts';
import { EventKind } from '../../trace/event.ts';
import { cpuOnTarget } from '../cpu-on-target.ts';
import type { Session } from '../session.ts';
import { type LaneOf, lanesOf } from './lane-steps.ts';

export interface Link {
	readonly kind: 'CPU_ON' | 'wake-up';
	/** rows */
	readonly from: number;
	readonly to: number;
	/** lane of the caller; -1: the VMM of the target's VM */
	readonly fromLane: number;
	readonly toLane: number;
}

/** More arrows than anybody looks at; beyond, a recording is shown by its calls. */
const MOST = 100_000;

interface Start {
	readonly kind: Link['kind'];
	readonly row: number;
	readonly lane: number;
}

export class Links {
	readonly found: Link[] = [];
	readonly #session: Session;
	readonly #laneOf: LaneOf;
	/** by lane: what will have led to its next entry */
	readonly #pending: (Start | undefined)[];
	readonly #waiting: Uint8Array;
	/** row of each lane's latest reset */
	readonly #resets: number[] = [];
	readonly #suspended = new Set<number>();
	#nextCall = 0;

	constructor(session: Session) {
		this.#session = session;
		this.#laneOf = lanesOf(session);
		this.#pending = session.vcpus.map(() => undefined);
		this.#waiting = new Uint8Array(session.vcpus.length);
	}

	see(row: number): void {
		if (this.found.length >= MOST) return;
		const { events } = this.#session.trace;
		this.#seeCalls(row);
		const kind = events.kind(row);
		if (kind === EventKind.kvm_irq_line) this.#seeInterrupt(row);
		const lane = this.#laneOf(events.vm(row), events.vcpu(row));
		if (lane < 0) return;
		switch (kind) {
			case EventKind.wfi:
				this.#waiting[lane] = 1;
				break;
			case EventKind.kvm_vcpu_wakeup:
				if (this.#waiting[lane] === 1) this.#arrive(lane, row);
				this.#waiting[lane] = 0;
				break;
			case EventKind.reset:
				this.#resets[lane] = row;
				break;
			case EventKind.kvm_entry:
				this.#waiting[lane] = 0;
				this.#arrive(lane, row);
				break;
			case EventKind.kvm_hvc_arm64:
			case EventKind.call: {
				// Entries were not recorded: the reset is carried out right before the entry.
				const reset = this.#resets[lane] ?? -1;
				this.#arrive(lane, reset > (this.#pending[lane]?.row ?? row) ? reset : row);
				break;
			}
			case EventKind.set_mp_state: {
				const detail = events.detail(row);
				if (detail.kind !== 'set_mp_state') break;
				const wakes = detail.state === MP_STATE.RUNNABLE && this.#suspended.has(lane);
				this.#pending[lane] = wakes ? { kind: 'wake-up', row, lane: -1 } : undefined;
				if (detail.state === MP_STATE.SUSPENDED) this.#suspended.add(lane);
				else this.#suspended.delete(lane);
				break;
			}
			default:
		}
	}

	/** A CPU_ON that succeeds begins here: its target's next entry is its doing. */
	#seeCalls(row: number): void {
		const { calls, trace } = this.#session;
		for (; this.#nextCall < calls.length && calls.site(this.#nextCall) <= row; this.#nextCall++) {
			const asked = cpuOnTarget(this.#session, this.#nextCall);
			if (asked?.call.result?.value !== 0n) continue;
			const { vm, vcpu, site } = asked.call.rows;
			const target = this.#laneOf(vm, asked.vcpu);
			if (target >= 0 && trace.events.length > site)
				this.#pending[target] = { kind: 'CPU_ON', row: site, lane: this.#laneOf(vm, vcpu) };
		}
	}

	/** The VMM drives a line that one vCPU waits for: a private one, as a shared interrupt names no vCPU. */
	#seeInterrupt(row: number): void {
		const { events } = this.#session.trace;
		const detail = events.detail(row);
		if (detail.kind !== 'kvm_irq_line' || detail.level === 0 || detail.type.includes('SPI')) return;
		const target = this.#laneOf(events.vm(row), detail.vcpuIndex);
		if (target >= 0 && this.#waiting[target] === 1)
			this.#pending[target] = { kind: 'wake-up', row, lane: -1 };
	}

	#arrive(lane: number, row: number): void {
		const start = this.#pending[lane];
		if (!start) return;
		this.#pending[lane] = undefined;
		this.found.push({ kind: start.kind, from: start.row, to: row, fromLane: start.lane, toLane: lane });
	}
}
