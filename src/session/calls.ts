// The guest calls of a recording. One call is several events of one thread (RECORDING.md's order:
// kvm_exit, kvm_hvc_arm64, call, what the call did, ret, then kvm_entry or kvm_userspace_exit); this
// table says which rows belong to which call, and which came next, as columns.

import { EventKind } from '../trace/event.ts';
import type { Trace } from '../trace/trace.ts';
import { BringUps, type Shown, type Start } from './bring-ups.ts';

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

/** What of the events that show how a call ended the recording has at all. */
export interface Recorded {
	readonly entries: boolean;
	readonly userspaceExits: boolean;
	readonly wakeups: boolean;
}

export class CallTable {
	readonly length: number;
	readonly recorded: Recorded;
	readonly #bringUps: BringUps;
	readonly #columns: Readonly<Record<(typeof COLUMNS)[number], Float64Array>>;
	/** calls of each (vm, vcpu), ascending by site */
	readonly #byVcpu: ReadonlyMap<string, readonly number[]>;

	constructor(calls: readonly CallRows[], recorded: Recorded, bringUps: BringUps) {
		this.length = calls.length;
		this.recorded = recorded;
		this.#bringUps = bringUps;
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

	/** Every start of a vCPU that the recording shows, of a VM, in order. */
	starts(vm: number): readonly Start[] {
		return this.#bringUps.starts(vm);
	}

	site(index: number): number {
		return this.#columns.site[index] ?? -1;
	}

	functionId(index: number): number {
		return this.#columns.functionId[index] ?? -1;
	}

	/** The call of the vCPU whose rows span `row`, or -1. */
	around(vm: number, vcpu: number, row: number): number {
		const index = this.latest(vm, vcpu, row);
		return index >= 0 && row <= (this.#columns.end[index] ?? -1) ? index : -1;
	}

	/** The vCPU's latest call that begins at or before `row`, or -1. */
	latest(vm: number, vcpu: number, row: number): number {
		const list = this.#byVcpu.get(`${vm}/${vcpu}`) ?? [];
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

type OpenCall = { -readonly [K in keyof CallRows]: CallRows[K] } & { readonly index: number };

/** Finds the calls of a recording in one pass; yields now and then so that a long pass can be sliced. */
export function* findCalls(trace: Trace): Generator<number, CallTable> {
	const { events } = trace;
	const calls: OpenCall[] = [];
	const open = new Map<number, OpenCall>();
	const bringUps = new BringUps();
	const recorded = { entries: false, userspaceExits: false, wakeups: false };

	const begin = (row: number): OpenCall => {
		const call: OpenCall = {
			index: calls.length,
			vm: events.vm(row),
			vcpu: events.vcpu(row),
			thread: events.thread(row),
			site: row,
			entry: -1,
			ret: -1,
			end: row,
			functionId: -1,
			next: -1,
			woke: -1,
			started: -1,
			startIsSure: 0,
		};
		close(call.thread, row);
		calls.push(call);
		open.set(call.thread, call);
		return call;
	};
	/** `row` is what the thread does after its call, if it has one. */
	const close = (thread: number, row: number) => {
		const call = open.get(thread);
		if (call && call.next < 0) call.next = row;
		open.delete(thread);
	};
	const inGuest = (row: number, shown: Shown) => {
		const start = bringUps.inGuest(events.vm(row), events.vcpu(row), events.thread(row), row, shown);
		const call = start && calls[start.call];
		if (!call) return;
		call.started = row;
		call.startIsSure = start.sure ? 1 : 0;
	};
	/** CPU_ON and CPU_OFF, as soon as their number is known. */
	const note = (call: OpenCall) => {
		if (CPU_ON_IDS.has(call.functionId)) bringUps.cpuOn(call.vm, call.index, call.thread);
		if (CPU_OFF_IDS.has(call.functionId)) bringUps.cpuOff(call.vm, call.vcpu);
	};

	for (let row = 0; row < events.length; row++) {
		if (row % 65536 === 65535) yield row;
		const thread = events.thread(row);
		const current = open.get(thread);
		switch (events.kind(row)) {
			case EventKind.kvm_exit: {
				inGuest(row, 'exit');
				close(thread, row);
				const detail = events.detail(row);
				// An HVC has its own event next; an SMC has none, so the exit itself is the call's site.
				if (detail.kind === 'kvm_exit' && detail.ec !== undefined && SMC_CLASSES.has(detail.ec)) begin(row);
				break;
			}
			case EventKind.kvm_hvc_arm64: {
				inGuest(row, 'exit');
				const call = begin(row);
				const detail = events.detail(row);
				if (detail.kind === 'kvm_hvc_arm64') call.functionId = Number(detail.r0 & 0xffffffffn);
				note(call);
				break;
			}
			case EventKind.call: {
				inGuest(row, 'exit');
				const call = current && current.entry < 0 ? current : begin(row);
				call.entry = row;
				call.end = row;
				const detail = events.detail(row);
				const x0 = detail.kind === 'call' ? detail.x[0] : undefined;
				const known = call.functionId >= 0;
				if (x0 !== undefined) call.functionId = Number(x0 & 0xffffffffn);
				if (!known) note(call);
				bringUps.argumentsRecorded(call.vm, call.index);
				break;
			}
			case EventKind.ret:
				if (current) {
					current.ret = row;
					current.end = row;
				}
				break;
			case EventKind.kvm_userspace_exit: {
				recorded.userspaceExits = true;
				const detail = events.detail(row);
				const reason = detail.kind === 'kvm_userspace_exit' ? detail.reason : -1;
				if (current && (reason === KVM_EXIT_SYSTEM_EVENT || reason === KVM_EXIT_HYPERCALL)) current.end = row;
				if (reason === KVM_EXIT_SYSTEM_EVENT && !SYSTEM_SUSPEND_IDS.has(current?.functionId ?? -1))
					bringUps.systemEvent(events.vm(row));
				close(thread, row);
				break;
			}
			case EventKind.kvm_entry:
				recorded.entries = true;
				if (current && CPU_OFF_IDS.has(current.functionId) && entersAfter(trace, current.site, row))
					bringUps.stillOn(current.vm, current.vcpu);
				inGuest(row, 'entry');
				close(thread, row);
				break;
			case EventKind.kvm_wfx_arm64:
				inGuest(row, 'exit');
				close(thread, row);
				break;
			case EventKind.kvm_vcpu_wakeup:
				recorded.wakeups = true;
				inGuest(row, 'wakeup');
				if (current && current.ret < 0) current.end = row;
				if (current && current.woke < 0) current.woke = row;
				break;
			case EventKind.cpu_on:
			case EventKind.cpu_on_ret:
			case EventKind.power_off:
			case EventKind.system_event:
			case EventKind.wfi:
				// After `ret` these are no longer the call: CPU_OFF's sleep, say, comes later.
				if (current && current.ret < 0) current.end = row;
				break;
			case EventKind.lost:
				// What came of a call may be among what is lost; its own rows may still follow.
				for (const call of open.values()) if (call.next < 0) call.next = row;
				bringUps.gap();
				break;
			default:
		}
	}
	return new CallTable(calls, recorded, bringUps);
}

/** Whether the entry at `row` goes on right after the call at `site`: an HVC's pc is the next instruction, an SMC's its own. */
export function entersAfter({ events }: Trace, site: number, row: number): boolean {
	const at = events.detail(site);
	const entry = events.detail(row);
	if (entry.kind !== 'kvm_entry') return false;
	if (at.kind === 'kvm_hvc_arm64') return entry.pc === at.pc;
	return at.kind === 'kvm_exit' && entry.pc === at.pc + 4n;
}
