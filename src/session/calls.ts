// The guest calls of a recording. One call is several events of one thread (RECORDING.md's order:
// kvm_exit, kvm_hvc_arm64, call, what the call did, ret, then kvm_entry or kvm_userspace_exit); this
// table says which rows belong to which call, as columns.

import { EventKind } from '../trace/event.ts';
import { exitReason, trapClass } from '../trace/event-code.ts';
import type { EventTable, Trace } from '../trace/trace.ts';
import { RowList } from './row-list.ts';

/** kvm_exit exception classes of an SMC: SMC32, SMC64 (arch/arm64/include/asm/esr.h). */
const SMC_CLASSES: ReadonlySet<number> = new Set([0x13, 0x17]);

/** KVM_EXIT_MMIO and friends end a run; only these two are the end of a hypercall (include/uapi/linux/kvm.h). */
export const KVM_EXIT_HYPERCALL = 3;
export const KVM_EXIT_SYSTEM_EVENT = 24;

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
}

const COLUMNS = ['vm', 'vcpu', 'thread', 'site', 'entry', 'ret', 'end', 'functionId'] as const;

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
});

export class CallTable {
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
	change(index: number, change: Partial<Pick<CallRows, 'entry' | 'ret' | 'end' | 'functionId'>>): void {
		const { entry, ret, end, functionId } = change;
		if (entry !== undefined) this.#columns.entry[index] = entry;
		if (ret !== undefined) this.#columns.ret[index] = ret;
		if (end !== undefined) this.#columns.end[index] = end;
		if (functionId !== undefined) this.#columns.functionId[index] = functionId;
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
		};
	}

	site(index: number): number {
		return index < this.#length ? (this.#columns.site[index] ?? -1) : -1;
	}

	functionId(index: number): number {
		return index < this.#length ? (this.#columns.functionId[index] ?? -1) : -1;
	}

	/** Index of the first call whose site is at or after `row`; `length` where there is none. */
	firstFrom(row: number): number {
		return lowerBound(this.#length, (index) => (this.#columns.site[index] ?? -1) >= row);
	}

	/** The vCPU's calls, ascending. */
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

	/** The first site of a call that what comes may still belong to; undefined where there is none. */
	get firstOpen(): number | undefined {
		const sites = [...this.#open.values()].map((index) => this.calls.site(index));
		return sites.length === 0 ? undefined : Math.min(...sites);
	}

	/** Rows in order. */
	take(row: number): void {
		const events = this.#events;
		const kind = events.kind(row);
		switch (kind) {
			case EventKind.kvm_exit: {
				this.#open.delete(events.thread(row));
				const ec = trapClass(events, row);
				// An HVC has its own event next; an SMC has none, so the exit itself is the call's site.
				if (ec !== undefined && SMC_CLASSES.has(ec)) this.#begin(row);
				break;
			}
			case EventKind.kvm_hvc_arm64: {
				const detail = events.detail(row);
				const functionId = detail.kind === 'kvm_hvc_arm64' ? Number(detail.r0 & 0xffffffffn) : -1;
				this.calls.change(this.#begin(row), { functionId });
				break;
			}
			case EventKind.call: {
				const current = this.#current(row);
				const call = current && current.rows.entry < 0 ? current.index : this.#begin(row);
				const detail = events.detail(row);
				const x0 = detail.kind === 'call' ? detail.x[0] : undefined;
				const functionId = x0 === undefined ? undefined : Number(x0 & 0xffffffffn);
				this.calls.change(call, {
					entry: row,
					end: row,
					...(functionId === undefined ? {} : { functionId }),
				});
				break;
			}
			case EventKind.ret: {
				const current = this.#current(row);
				if (current) this.calls.change(current.index, { ret: row, end: row });
				break;
			}
			case EventKind.kvm_userspace_exit: {
				const current = this.#current(row);
				const reason = current && exitReason(events, row);
				if (current && (reason === KVM_EXIT_SYSTEM_EVENT || reason === KVM_EXIT_HYPERCALL))
					this.calls.change(current.index, { end: row });
				this.#open.delete(events.thread(row));
				break;
			}
			case EventKind.kvm_entry:
				this.#open.delete(events.thread(row));
				break;
			case EventKind.cpu_on:
			case EventKind.cpu_on_ret:
			case EventKind.power_off:
			case EventKind.system_event:
			case EventKind.wfi:
			case EventKind.kvm_vcpu_wakeup: {
				// After `ret` these are no longer the call: CPU_OFF's sleep, say, comes later.
				const current = this.#current(row);
				if (current && current.rows.ret < 0) this.calls.change(current.index, { end: row });
				break;
			}
			default:
		}
	}

	#begin(row: number): number {
		const events = this.#events;
		const thread = events.thread(row);
		const index = this.calls.add({
			vm: events.vm(row),
			vcpu: events.vcpu(row),
			thread,
			site: row,
			entry: -1,
			ret: -1,
			end: row,
			functionId: -1,
		});
		this.#open.set(thread, index);
		return index;
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
