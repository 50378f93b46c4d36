// The guest calls of a recording. One call is several events of one thread (RECORDING.md's order:
// kvm_exit, kvm_hvc_arm64, call, what the call did, ret, then kvm_entry or kvm_userspace_exit); this
// table says which rows belong to which call, as columns.

import { EventKind } from '../trace/event.ts';
import type { Trace } from '../trace/trace.ts';

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

export class CallTable {
	readonly length: number;
	readonly #columns: Readonly<Record<(typeof COLUMNS)[number], Float64Array>>;
	/** calls of each (vm, vcpu), ascending by site */
	readonly #byVcpu: ReadonlyMap<string, readonly number[]>;

	constructor(calls: readonly CallRows[]) {
		this.length = calls.length;
		this.#columns = Object.fromEntries(
			COLUMNS.map((c) => [c, Float64Array.from(calls, (call) => call[c])]),
		) as Record<(typeof COLUMNS)[number], Float64Array>;
		const byVcpu = new Map<string, number[]>();
		calls.forEach((call, i) => {
			const key = `${call.vm}/${call.vcpu}`;
			const list = byVcpu.get(key);
			if (list) list.push(i);
			else byVcpu.set(key, [i]);
		});
		this.#byVcpu = byVcpu;
	}

	at(index: number): CallRows | undefined {
		if (index < 0 || index >= this.length) return undefined;
		return Object.fromEntries(COLUMNS.map((c) => [c, this.#columns[c][index]])) as unknown as CallRows;
	}

	site(index: number): number {
		return this.#columns.site[index] ?? -1;
	}

	functionId(index: number): number {
		return this.#columns.functionId[index] ?? -1;
	}

	/** The vCPU's calls, ascending. */
	of(vm: number, vcpu: number): readonly number[] {
		return this.#byVcpu.get(`${vm}/${vcpu}`) ?? [];
	}

	/** The call of the vCPU whose rows span `row`, or -1. */
	around(vm: number, vcpu: number, row: number): number {
		const index = this.latest(vm, vcpu, row);
		return index >= 0 && row <= (this.#columns.end[index] ?? -1) ? index : -1;
	}

	/** The vCPU's latest call that begins at or before `row`, or -1. */
	latest(vm: number, vcpu: number, row: number): number {
		const list = this.of(vm, vcpu);
		let low = 0;
		let high = list.length;
		while (low < high) {
			const mid = (low + high) >>> 1;
			if (this.site(list[mid] ?? -1) <= row) low = mid + 1;
			else high = mid;
		}
		return list[low - 1] ?? -1;
	}
}

interface OpenCall {
	vm: number;
	vcpu: number;
	thread: number;
	site: number;
	entry: number;
	ret: number;
	end: number;
	functionId: number;
}

/** Finds the calls of a recording in one pass; yields now and then so that a long pass can be sliced. */
export function* findCalls(trace: Trace): Generator<number, CallTable> {
	const { events } = trace;
	const calls: OpenCall[] = [];
	const open = new Map<number, OpenCall>();

	const begin = (row: number): OpenCall => {
		const call: OpenCall = {
			vm: events.vm(row),
			vcpu: events.vcpu(row),
			thread: events.thread(row),
			site: row,
			entry: -1,
			ret: -1,
			end: row,
			functionId: -1,
		};
		calls.push(call);
		open.set(call.thread, call);
		return call;
	};

	for (let row = 0; row < events.length; row++) {
		if (row % 65536 === 65535) yield row;
		const thread = events.thread(row);
		const current = open.get(thread);
		switch (events.kind(row)) {
			case EventKind.kvm_exit: {
				open.delete(thread);
				const detail = events.detail(row);
				// An HVC has its own event next; an SMC has none, so the exit itself is the call's site.
				if (detail.kind === 'kvm_exit' && detail.ec !== undefined && SMC_CLASSES.has(detail.ec)) begin(row);
				break;
			}
			case EventKind.kvm_hvc_arm64: {
				const call = begin(row);
				const detail = events.detail(row);
				if (detail.kind === 'kvm_hvc_arm64') call.functionId = Number(detail.r0 & 0xffffffffn);
				break;
			}
			case EventKind.call: {
				const call = current && current.entry < 0 ? current : begin(row);
				call.entry = row;
				call.end = row;
				const detail = events.detail(row);
				const x0 = detail.kind === 'call' ? detail.x[0] : undefined;
				if (x0 !== undefined) call.functionId = Number(x0 & 0xffffffffn);
				break;
			}
			case EventKind.ret:
				if (current) {
					current.ret = row;
					current.end = row;
				}
				break;
			case EventKind.kvm_userspace_exit: {
				const detail = events.detail(row);
				const reason = detail.kind === 'kvm_userspace_exit' ? detail.reason : -1;
				if (current && (reason === KVM_EXIT_SYSTEM_EVENT || reason === KVM_EXIT_HYPERCALL)) current.end = row;
				open.delete(thread);
				break;
			}
			case EventKind.kvm_entry:
				open.delete(thread);
				break;
			case EventKind.cpu_on:
			case EventKind.cpu_on_ret:
			case EventKind.power_off:
			case EventKind.system_event:
			case EventKind.wfi:
			case EventKind.kvm_vcpu_wakeup:
				// After `ret` these are no longer the call: CPU_OFF's sleep, say, comes later.
				if (current && current.ret < 0) current.end = row;
				break;
			default:
		}
	}
	return new CallTable(calls);
}
