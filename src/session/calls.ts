// The guest calls of a recording. One call is several events of one thread (RECORDING.md's order:
// kvm_exit, kvm_hvc_arm64, call, what the call did, ret, then kvm_entry or kvm_userspace_exit); this
// table says which rows belong to which call, and which came next, as columns.

import { EventKind } from '../trace/event.ts';
import { exitReason, trapClass } from '../trace/event-code.ts';
import type { EventTable, Trace } from '../trace/trace.ts';
import { BringUps, type Shown, type Start } from './bring-ups.ts';
import { RowList } from './row-list.ts';

/** kvm_exit exception classes of an SMC: SMC32, SMC64 (arch/arm64/include/asm/esr.h). */
const SMC_CLASSES: ReadonlySet<number> = new Set([0x13, 0x17]);

/** KVM_EXIT_MMIO and friends end a run; only these two are the end of a hypercall (include/uapi/linux/kvm.h). */
export const KVM_EXIT_HYPERCALL = 3;
export const KVM_EXIT_SYSTEM_EVENT = 24;

/** Function IDs that the pairing of calls with what they started looks for: by SMCCC, and KVM's own of PSCI 0.1. */
export const CPU_ON_IDS: ReadonlySet<number> = new Set([0x84000003, 0xc4000003, 0x95c1ba60]);
export const CPU_OFF_IDS: ReadonlySet<number> = new Set([0x84000002, 0x95c1ba5f]);
export const SYSTEM_SUSPEND_IDS: ReadonlySet<number> = new Set([0x8400000e, 0xc400000e]);

export interface CallRows {
	readonly vm: number;
	readonly vcpu: number;
	readonly thread: number;
	/** where a person stops for the call: kvm_hvc_arm64, else the `call` probe, else the SMC's kvm_exit */
	readonly site: number;
	/** `call` probe, -1 where it was not recorded */
	readonly entry: number;
	/** `ret` probe, -1 where it was not recorded */
	readonly ret: number;
	/** last row of the call */
	readonly end: number;
	/** low 32 bits of x0 at the call, -1 where not recorded */
	readonly functionId: number;
	/**
	 * what the thread did next: kvm_entry or kvm_userspace_exit, or what shows that one of them came unrecorded; a
	 * gap (`lost`) if that comes first; -1 where nothing of the thread follows
	 */
	readonly next: number;
	/** kvm_vcpu_wakeup between the call and `next`: the vCPU slept in the call; -1: none was recorded */
	readonly woke: number;
	/** of a CPU_ON: where the vCPU that it started is first in the guest, -1 where none was found */
	readonly started: number;
	/** 1: nothing else can have started that vCPU */
	readonly startIsSure: number;
}

const COLUMNS = [
	'vm',
	'vcpu',
	'thread',
	'site',
	'entry',
	'ret',
	'end',
	'functionId',
	'next',
	'woke',
	'started',
	'startIsSure',
] as const;

/** What becomes known of a call after its site. */
const CHANGING = ['entry', 'ret', 'end', 'functionId', 'next', 'woke', 'started', 'startIsSure'] as const;

/** What of the events that show how a call ended the recording has at all. */
export interface Recorded {
	entries: boolean;
	userspaceExits: boolean;
	wakeups: boolean;
}

/** The function IDs need 32 bits and -1 besides. */
const newColumns = (capacity: number) => ({
	vm: new Int16Array(capacity),
	vcpu: new Int16Array(capacity),
	thread: new Int32Array(capacity),
	site: new Int32Array(capacity),
	entry: new Int32Array(capacity),
	ret: new Int32Array(capacity),
	end: new Int32Array(capacity),
	functionId: new Float64Array(capacity),
	next: new Int32Array(capacity),
	woke: new Int32Array(capacity),
	started: new Int32Array(capacity),
	startIsSure: new Int8Array(capacity),
});

export class CallTable {
	readonly recorded: Recorded = { entries: false, userspaceExits: false, wakeups: false };
	readonly bringUps = new BringUps();
	#length = 0;
	#columns = newColumns(64);
	/** calls of each (vm, vcpu), ascending by site */
	readonly #byVcpu = new Map<number, RowList>();

	constructor(calls: readonly CallRows[] = []) {
		for (const call of calls) this.add(call);
	}

	get length(): number {
		return this.#length;
	}

	/** Calls come in the order of their sites; the index of this one. */
	add(call: CallRows): number {
		const index = this.#length++;
		if (index === this.#columns.site.length) {
			const more = newColumns(index * 2);
			for (const name of COLUMNS) more[name].set(this.#columns[name]);
			this.#columns = more;
		}
		for (const name of COLUMNS) this.#columns[name][index] = call[name];
		const key = keyOf(call.vm, call.vcpu);
		const list = this.#byVcpu.get(key) ?? new RowList();
		this.#byVcpu.set(key, list);
		list.push(index);
		return index;
	}

	/** What was found out of a call after its site. */
	change(index: number, change: Partial<Pick<CallRows, (typeof CHANGING)[number]>>): void {
		for (const name of CHANGING) {
			const value = change[name];
			if (value !== undefined) this.#columns[name][index] = value;
		}
	}

	at(index: number): CallRows | undefined {
		if (index < 0 || index >= this.length) return undefined;
		const value = (name: (typeof COLUMNS)[number]) => this.#columns[name][index] ?? -1;
		return {
			vm: value('vm'),
			vcpu: value('vcpu'),
			thread: value('thread'),
			site: value('site'),
			entry: value('entry'),
			ret: value('ret'),
			end: value('end'),
			functionId: value('functionId'),
			next: value('next'),
			woke: value('woke'),
			started: value('started'),
			startIsSure: value('startIsSure'),
		};
	}

	site(index: number): number {
		return index < this.#length ? (this.#columns.site[index] ?? -1) : -1;
	}

	functionId(index: number): number {
		return index >= 0 && index < this.#length ? (this.#columns.functionId[index] ?? -1) : -1;
	}

	/** Every start of a vCPU that the recording shows, of a VM, in order. */
	starts(vm: number): readonly Start[] {
		return this.bringUps.starts(vm);
	}

	/** Whether the call, by what came after it, started another vCPU. */
	startedAnother(index: number): boolean {
		return index < this.#length && this.#columns.startIsSure[index] === 1;
	}

	/** Whether the event at `row` ends the call, whose answer was not recorded. */
	answeredUnseen(index: number, row: number): boolean {
		const { next, ret } = this.#columns;
		return index >= 0 && index < this.#length && next[index] === row && (ret[index] ?? -1) < 0;
	}

	/** Index of the first call whose site is at or after `row`; `length` where there is none. */
	firstFrom(row: number): number {
		return lowerBound(this.#length, (index) => (this.#columns.site[index] ?? -1) >= row);
	}

	/** Indices of the vCPU's calls, ascending. */
	of(vm: number, vcpu: number): Uint32Array {
		return this.#byVcpu.get(keyOf(vm, vcpu))?.rows ?? new Uint32Array();
	}

	/** The call of the vCPU whose rows span `row`, or -1. */
	around(vm: number, vcpu: number, row: number): number {
		const index = this.latest(vm, vcpu, row);
		return index >= 0 && row <= (this.#columns.end[index] ?? -1) ? index : -1;
	}

	/** The vCPU's latest call that begins at or before `row`, or -1. */
	latest(vm: number, vcpu: number, row: number): number {
		const list = this.#byVcpu.get(keyOf(vm, vcpu))?.rows;
		if (list === undefined) return -1;
		const after = lowerBound(list.length, (i) => this.site(list[i] ?? -1) > row);
		return list[after - 1] ?? -1;
	}
}

/** Both are 16-bit numbers or -1. */
function keyOf(vm: number, vcpu: number): number {
	return vm * 0x1_0000 + vcpu;
}

/** The least of 0 … `length` - 1 that `holds`, where all after it do as well; `length` where none does. */
function lowerBound(length: number, holds: (index: number) => boolean): number {
	let low = 0;
	let high = length;
	while (low < high) {
		const mid = (low + high) >>> 1;
		if (holds(mid)) high = mid;
		else low = mid + 1;
	}
	return low;
}

/** Finds the calls of a recording, row by row: a recording may go on growing. */
export class CallFinder {
	readonly calls = new CallTable();
	readonly #events: EventTable;
	/** by thread */
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
				const call = current && current.rows.entry < 0 ? current.index : this.#begin(row);
				const detail = events.detail(row);
				if (this.calls.functionId(call) < 0)
					this.#named(call, detail.kind === 'call' ? detail.x[0] : undefined);
				this.calls.change(call, { entry: row, end: row });
				this.calls.bringUps.argumentsRecorded(events.vm(row), call);
				break;
			}
			case EventKind.ret: {
				const current = this.#current(row);
				if (current) this.calls.change(current.index, { ret: row, end: row });
				break;
			}
			case EventKind.kvm_userspace_exit: {
				recorded.userspaceExits = true;
				const current = this.#current(row);
				const reason = exitReason(events, row);
				if (current && (reason === KVM_EXIT_SYSTEM_EVENT || reason === KVM_EXIT_HYPERCALL))
					this.calls.change(current.index, { end: row });
				if (reason === KVM_EXIT_SYSTEM_EVENT && !SYSTEM_SUSPEND_IDS.has(current?.rows.functionId ?? -1))
					this.calls.bringUps.systemEvent(events.vm(row));
				this.#close(row);
				break;
			}
			case EventKind.kvm_entry:
				recorded.entries = true;
				if (this.#open.has(events.thread(row))) this.#stillOn(row);
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
				if (current && current.rows.woke < 0) this.calls.change(current.index, { woke: row });
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
		if ((this.calls.at(call)?.next ?? row) < 0) this.calls.change(call, { next: row });
	}

	/** An event within a call. After `ret` it is no longer the call: CPU_OFF's sleep, say, comes later. */
	#within(row: number): void {
		const current = this.#current(row);
		if (current && current.rows.ret < 0) this.calls.change(current.index, { end: row });
	}

	/** A CPU_OFF that goes on in its guest was refused. */
	#stillOn(row: number): void {
		const current = this.#current(row);
		if (
			current &&
			CPU_OFF_IDS.has(current.rows.functionId) &&
			entersAfter(this.#events, current.rows.site, row)
		)
			this.calls.bringUps.stillOn(current.rows.vm, current.rows.vcpu);
	}

	#inGuest(row: number, shown: Shown): void {
		const events = this.#events;
		const { bringUps } = this.calls;
		const start = bringUps.inGuest(events.vm(row), events.vcpu(row), events.thread(row), row, shown);
		if (start && start.call >= 0)
			this.calls.change(start.call, { started: row, startIsSure: start.sure ? 1 : 0 });
	}

	#current(row: number): { index: number; rows: CallRows } | undefined {
		const index = this.#open.get(this.#events.thread(row));
		const rows = index === undefined ? undefined : this.calls.at(index);
		return index === undefined || !rows ? undefined : { index, rows };
	}
}

/** Finds the calls of a recording in one pass; yields now and then so that a long pass can be sliced. */
export function* findCalls(trace: Trace): Generator<number, CallTable> {
	const finder = new CallFinder(trace.events);
	for (let row = 0; row < trace.events.length; row++) {
		if (row % 65536 === 65535) yield row;
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
