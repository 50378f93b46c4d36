// The guest calls of a recording. One call is several events of one thread (RECORDING.md's order:
// kvm_exit, kvm_hvc_arm64, call, what the call did, ret, then kvm_entry or kvm_userspace_exit); this
// table says which rows belong to which call, and which came next, as columns. call-finder.ts fills it.

import { BringUps, type Start } from './bring-ups.ts';
import { RowList } from './row-list.ts';

/** KVM_EXIT_MMIO and friends end a run; only these two are the end of a hypercall (include/uapi/linux/kvm.h). */
export const KVM_EXIT_HYPERCALL = 3;
export const KVM_EXIT_SYSTEM_EVENT = 24;

/** Function IDs that the pairing of calls with what they started looks for: by SMCCC, and KVM's own of PSCI 0.1. */
export const CPU_ON_IDS: ReadonlySet<number> = new Set([0x84000003, 0xc4000003, 0x95c1ba60]);
export const CPU_OFF_IDS: ReadonlySet<number> = new Set([0x84000002, 0x95c1ba5f]);
export const CPU_SUSPEND_IDS: ReadonlySet<number> = new Set([0x84000001, 0xc4000001]);
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
		const columns = this.#columns;
		return {
			vm: columns.vm[index] ?? -1,
			vcpu: columns.vcpu[index] ?? -1,
			thread: columns.thread[index] ?? -1,
			site: columns.site[index] ?? -1,
			entry: columns.entry[index] ?? -1,
			ret: columns.ret[index] ?? -1,
			end: columns.end[index] ?? -1,
			functionId: columns.functionId[index] ?? -1,
			next: columns.next[index] ?? -1,
			woke: columns.woke[index] ?? -1,
			started: columns.started[index] ?? -1,
			startIsSure: columns.startIsSure[index] ?? -1,
		};
	}

	// Each by itself: a column found by its name costs several times as much, and passes ask for millions.

	/** -1 where there is no such call. */
	site(index: number): number {
		return index < this.#length ? (this.#columns.site[index] ?? -1) : -1;
	}

	/** The row of its `call` probe; -1 where that was not recorded. */
	entry(index: number): number {
		return index < this.#length ? (this.#columns.entry[index] ?? -1) : -1;
	}

	/** The row of its `ret` probe; -1 where that was not recorded. */
	ret(index: number): number {
		return index < this.#length ? (this.#columns.ret[index] ?? -1) : -1;
	}

	/** Its last row. */
	end(index: number): number {
		return index < this.#length ? (this.#columns.end[index] ?? -1) : -1;
	}

	/** Low 32 bits of x0; -1 where not recorded. */
	functionId(index: number): number {
		return index < this.#length ? (this.#columns.functionId[index] ?? -1) : -1;
	}

	/** The row after the call; -1 where nothing of its thread follows. */
	next(index: number): number {
		return index < this.#length ? (this.#columns.next[index] ?? -1) : -1;
	}

	vm(index: number): number {
		return index < this.#length ? (this.#columns.vm[index] ?? -1) : -1;
	}

	vcpu(index: number): number {
		return index < this.#length ? (this.#columns.vcpu[index] ?? -1) : -1;
	}

	/** Whether its `ret`, `entry` or wakeup was recorded. */
	has(part: 'ret' | 'entry' | 'woke', index: number): boolean {
		return index < this.#length && (this.#columns[part][index] ?? -1) >= 0;
	}

	/** Every start of a vCPU that the recording shows, of a VM, in order. */
	starts(vm: number): readonly Start[] {
		return this.bringUps.starts(vm);
	}

	/** Whether the call, by what came after it, started another vCPU. */
	startedAnother(index: number): boolean {
		return index < this.#length && this.#columns.startIsSure[index] === 1;
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
		const { site } = this.#columns;
		let low = 0;
		let high = list.length;
		while (low < high) {
			const middle = (low + high) >>> 1;
			if ((site[list[middle] ?? -1] ?? -1) > row) high = middle;
			else low = middle + 1;
		}
		return list[low - 1] ?? -1;
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
