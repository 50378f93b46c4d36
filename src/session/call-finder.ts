// Finds the guest calls of a recording, row by row.

import { EventKind } from '../trace/event.ts';
import { exitReason, trapClass } from '../trace/event-code.ts';
import type { EventTable, Trace } from '../trace/trace.ts';
import type { Shown } from './bring-ups.ts';
import {
	CallTable,
	CPU_OFF_IDS,
	CPU_ON_IDS,
	KVM_EXIT_HYPERCALL,
	KVM_EXIT_SYSTEM_EVENT,
	SYSTEM_SUSPEND_IDS,
} from './calls.ts';

/** kvm_exit exception classes of an SMC: SMC32, SMC64 (arch/arm64/include/asm/esr.h). */
const SMC_CLASSES: ReadonlySet<number> = new Set([0x13, 0x17]);

/** Finds the calls of a recording, row by row: a recording may go on growing. */
export class CallFinder {
	readonly calls = new CallTable();
	readonly #events: EventTable;
	/** the call that each thread is in */
	readonly #open = new Map<number, number>();

	constructor(events: EventTable) {
		this.#events = events;
	}

	/** The first site of a call of which what comes may still tell something; undefined where there is none. */
	get firstOpen(): number | undefined {
		const open = [...this.#open.values(), ...this.calls.bringUps.waiting()];
		return open.length === 0 ? undefined : Math.min(...open.map((index) => this.calls.site(index)));
	}

	/** Rows in order. */
	take(row: number): void {
		const events = this.#events;
		const { recorded } = this.calls;
		switch (events.kind(row)) {
			case EventKind.kvm_exit: {
				this.#inGuest(row, 'exit');
				this.#close(row);
				const ec = trapClass(events, row);
				// An HVC has its own event next; an SMC has none, so the exit itself is the call's site.
				if (ec !== undefined && SMC_CLASSES.has(ec)) this.#begin(row);
				break;
			}
			case EventKind.kvm_hvc_arm64: {
				this.#inGuest(row, 'exit');
				const detail = events.detail(row);
				this.#named(this.#begin(row), detail.kind === 'kvm_hvc_arm64' ? detail.r0 : undefined);
				break;
			}
			case EventKind.call: {
				this.#inGuest(row, 'exit');
				const current = this.#current(row);
				const call = current >= 0 && !this.calls.has('entry', current) ? current : this.#begin(row);
				const detail = events.detail(row);
				if (this.calls.functionId(call) < 0)
					this.#named(call, detail.kind === 'call' ? detail.x[0] : undefined);
				this.calls.change(call, { entry: row, end: row });
				this.calls.bringUps.argumentsRecorded(events.vm(row), call);
				break;
			}
			case EventKind.ret: {
				const current = this.#current(row);
				if (current >= 0) this.calls.change(current, { ret: row, end: row });
				break;
			}
			case EventKind.kvm_userspace_exit: {
				recorded.userspaceExits = true;
				const current = this.#current(row);
				const reason = exitReason(events, row);
				if (current >= 0 && (reason === KVM_EXIT_SYSTEM_EVENT || reason === KVM_EXIT_HYPERCALL))
					this.calls.change(current, { end: row });
				if (reason === KVM_EXIT_SYSTEM_EVENT && !SYSTEM_SUSPEND_IDS.has(this.calls.functionId(current)))
					this.calls.bringUps.systemEvent(events.vm(row));
				this.#close(row);
				break;
			}
			case EventKind.kvm_entry:
				recorded.entries = true;
				this.#stillOn(row);
				this.#inGuest(row, 'entry');
				this.#close(row);
				break;
			case EventKind.kvm_wfx_arm64:
				this.#inGuest(row, 'exit');
				this.#close(row);
				break;
			case EventKind.kvm_vcpu_wakeup: {
				recorded.wakeups = true;
				this.#inGuest(row, 'wakeup');
				const current = this.#current(row);
				if (current >= 0 && !this.calls.has('woke', current)) this.calls.change(current, { woke: row });
				this.#within(row);
				break;
			}
			case EventKind.cpu_on:
			case EventKind.cpu_on_ret:
			case EventKind.power_off:
			case EventKind.system_event:
			case EventKind.wfi:
				this.#within(row);
				break;
			case EventKind.lost:
				// What came of a call may be among what is lost; its own rows may still follow.
				for (const call of this.#open.values()) this.#next(call, row);
				this.calls.bringUps.gap();
				break;
			default:
		}
	}

	#begin(row: number): number {
		const events = this.#events;
		const thread = events.thread(row);
		this.#close(row);
		const index = this.calls.add({
			vm: events.vm(row),
			vcpu: events.vcpu(row),
			thread,
			site: row,
			entry: -1,
			ret: -1,
			end: row,
			functionId: -1,
			next: -1,
			woke: -1,
			started: -1,
			startIsSure: 0,
		});
		this.#open.set(thread, index);
		return index;
	}

	/** x0 of the call is known. */
	#named(index: number, x0: bigint | undefined): void {
		const rows = this.calls.at(index);
		if (x0 === undefined || !rows) return;
		const functionId = Number(x0 & 0xffffffffn);
		this.calls.change(index, { functionId });
		if (CPU_ON_IDS.has(functionId)) this.calls.bringUps.cpuOn(rows.vm, index, rows.thread);
		if (CPU_OFF_IDS.has(functionId)) this.calls.bringUps.cpuOff(rows.vm, rows.vcpu);
	}

	/** The thread's call is over: `row` is what comes after it. */
	#close(row: number): void {
		const thread = this.#events.thread(row);
		const call = this.#open.get(thread);
		if (call === undefined) return;
		this.#next(call, row);
		this.#open.delete(thread);
	}

	#next(call: number, row: number): void {
		if (this.calls.next(call) < 0) this.calls.change(call, { next: row });
	}

	/** An event within a call. After `ret` it is no longer the call: CPU_OFF's sleep, say, comes later. */
	#within(row: number): void {
		const current = this.#current(row);
		if (current >= 0 && !this.calls.has('ret', current)) this.calls.change(current, { end: row });
	}

	/** A CPU_OFF that goes on in its guest was refused. */
	#stillOn(row: number): void {
		const { calls } = this;
		const current = this.#current(row);
		if (!CPU_OFF_IDS.has(calls.functionId(current))) return;
		const off = calls.at(current);
		if (off && entersAfter(this.#events, off.site, row)) calls.bringUps.stillOn(off.vm, off.vcpu);
	}

	#inGuest(row: number, shown: Shown): void {
		const events = this.#events;
		const { bringUps } = this.calls;
		const start = bringUps.inGuest(events.vm(row), events.vcpu(row), events.thread(row), row, shown);
		if (start && start.call >= 0)
			this.calls.change(start.call, { started: row, startIsSure: start.sure ? 1 : 0 });
	}

	/** The call that the thread of the event is in, or -1. */
	#current(row: number): number {
		return this.#open.get(this.#events.thread(row)) ?? -1;
	}
}

/** Finds the calls of a recording in one pass; yields now and then so that a long pass can be sliced. */
export function* findCalls(trace: Trace): Generator<number, CallTable> {
	const finder = new CallFinder(trace.events);
	for (let row = 0; row < trace.events.length; row++) {
		if (row % 256 === 255) yield row;
		finder.take(row);
	}
	return finder.calls;
}

/** Whether the entry at `row` goes on right after the call at `site`: an HVC's pc is the next instruction, an SMC's its own. */
export function entersAfter(events: EventTable, site: number, row: number): boolean {
	const at = events.detail(site);
	const entry = events.detail(row);
	if (entry.kind !== 'kvm_entry') return false;
	if (at.kind === 'kvm_hvc_arm64') return entry.pc === at.pc;
	return at.kind === 'kvm_exit' && entry.pc === at.pc + 4n;
}
