// QEMU's log to rows of the event table, in the terms that KVM's probes have, so that a session reads both:
//
//   arm_psci_call              call, of the vCPU that its affinity names
//   arm_powerctl_set_cpu_on    cpu_on, of the caller; the target may still be refused
//   arm_cpu_reset              reset: the one that a set_cpu_on left for that CPU, with its pc and R0, else a plain one
//   arm_powerctl_set_cpu_off   power_off; after SYSTEM_OFF or SYSTEM_RESET, of which it is a part, system_event
//   kvm_run_exit               kvm_userspace_exit
//   kvm_run_exit_system_event  system_event
//
// There is no result of a call in such a log. Where it has no times, the number of the line stands for one.

import { carriageReturn, latin1, lineFeed } from '../byte-text.ts';
import { type EventDetail, EventKind, type EventName } from '../event.ts';
import { Attributed, EventColumns } from '../event-columns.ts';
import { excerpt, ProblemList } from '../problem-list.ts';
import type { LineDecoder } from '../text-events.ts';
import type { TraceThread } from '../trace.ts';
import { TraceText } from '../trace-text.ts';
import {
	nameOfQemuLine,
	parseQemuLine,
	type QemuEvent,
	qemuEvents,
	userspaceExit,
	vcpuOfAffinity,
} from './qemu-line.ts';

/** What a row needs of the lines before it. */
interface Context {
	/** the vCPU that the line is about or by */
	readonly vcpu: number;
	/** of a reset that was owed */
	readonly pc?: bigint;
	readonly r0?: bigint;
	/** of a system event that the line does not name */
	readonly type?: number;
}

const systemEvents: ReadonlyMap<number, number> = new Map([
	[0x8400_0008, 1],
	[0x8400_0009, 2],
	[0x8400_0012, 2],
	[0xc400_0012, 2],
	[0x8400_0015, 1],
	[0xc400_0015, 1],
]);

/** Longer lines are no events; a call has 150 bytes. */
const longest = 512;
const mostVcpus = 512;

export class QemuScanner {
	readonly columns = new EventColumns();
	readonly problems = new ProblemList();
	readonly text = new TraceText();
	readonly skipped = new Map<string, number>();
	readonly headings = 0;
	eventLines = 0;
	/** no line has a time */
	ticks = true;
	/** by offset of the line, where it does not say all itself */
	readonly #context = new Map<number, Context>();
	/** entry points of CPUs that were switched on and not yet reset */
	readonly #owed = new Map<number, { readonly pc: bigint; readonly r0: bigint }>();
	readonly #lastFunction = new Map<number, number>();
	readonly #threads: TraceThread[] = [];
	readonly #threadOf = new Map<number, number>();
	#caller = 0;

	/** One for each vCPU: which thread logged a line does not matter, and is mostly not said. */
	threads(): readonly TraceThread[] {
		return this.#threads;
	}

	vcpus(): readonly number[] {
		return [...this.#threadOf.keys()].sort((a, b) => a - b);
	}

	scan(bytes: Uint8Array): void {
		const base = this.text.size;
		this.text.addPiece(bytes);
		for (let start = 0; start < bytes.length; ) {
			const feed = bytes.indexOf(lineFeed, start);
			const next = feed < 0 ? bytes.length : feed + 1;
			let end = feed < 0 ? bytes.length : feed;
			if (end > start && bytes[end - 1] === carriageReturn) {
				end--;
			}
			this.text.addLine(base + start);
			if (end - start <= longest) {
				this.#line(bytes, start, end, base + start, feed >= 0);
			}
			start = next;
		}
	}

	#line(bytes: Uint8Array, start: number, end: number, offset: number, whole: boolean): void {
		const text = latin1(bytes, start, end).trimEnd();
		const name = nameOfQemuLine(text);
		if (name === undefined) {
			return;
		}
		const line = qemuEvents.has(name) ? parseQemuLine(text) : undefined;
		if (line !== undefined) {
			this.eventLines++;
			this.#event(line.event, line.time, offset, line.tid);
		} else if (qemuEvents.has(name)) {
			const found = excerpt(bytes, start, end);
			const place = { line: this.text.lineCount, offset, found, expected: `the fields of ${name}` };
			this.problems.add(whole ? place : { ...place, truncated: true });
		} else if (this.skipped.size < 1024 || this.skipped.has(name)) {
			this.skipped.set(name, (this.skipped.get(name) ?? 0) + 1);
		}
	}

	#event(event: QemuEvent, stamp: bigint | undefined, offset: number, tid: number | undefined): void {
		this.ticks &&= stamp === undefined;
		const time = stamp ?? BigInt(this.text.lineCount);
		const { kind, context } = this.#understood(event);
		if (context.vcpu >= mostVcpus) {
			return;
		}
		if (context.pc !== undefined || context.type !== undefined || kind === 'cpu_on') {
			this.#context.set(offset, context);
		}
		const row = this.columns.add(
			EventKind[kind],
			Number(time >> 32n),
			Number(time & 0xffff_ffffn),
			offset,
			0,
			this.#thread(context.vcpu, tid),
		);
		this.columns.attribute(row, 0, context.vcpu, Attributed.event);
	}

	#understood(event: QemuEvent): { readonly kind: EventName; readonly context: Context } {
		switch (event.name) {
			case 'arm_psci_call': {
				const vcpu = vcpuOfAffinity(event.cpuid);
				this.#caller = vcpu;
				this.#lastFunction.set(vcpu, Number((event.x[0] ?? 0n) & 0xffff_ffffn));
				return { kind: 'call', context: { vcpu } };
			}
			case 'arm_powerctl_set_cpu_on': {
				const { pc, r0 } = event;
				this.#owed.set(vcpuOfAffinity(event.cpu), { pc, r0 });
				return { kind: 'cpu_on', context: { vcpu: this.#caller } };
			}
			case 'arm_cpu_reset': {
				const vcpu = vcpuOfAffinity(event.cpu);
				const owed = this.#owed.get(vcpu);
				this.#owed.delete(vcpu);
				return { kind: 'reset', context: { vcpu, ...owed } };
			}
			case 'arm_powerctl_set_cpu_off': {
				const vcpu = vcpuOfAffinity(event.cpu);
				const type = systemEvents.get(this.#lastFunction.get(vcpu) ?? 0);
				return type === undefined
					? { kind: 'power_off', context: { vcpu } }
					: { kind: 'system_event', context: { vcpu, type } };
			}
			case 'kvm_run_exit':
				return { kind: 'kvm_userspace_exit', context: { vcpu: event.index } };
			case 'kvm_run_exit_system_event':
				return { kind: 'system_event', context: { vcpu: event.index, type: event.type } };
		}
	}

	#thread(vcpu: number, tid: number | undefined): number {
		let thread = this.#threadOf.get(vcpu);
		if (thread === undefined) {
			thread = this.#threads.length;
			this.#threads.push({ tid: tid ?? vcpu, comm: `CPU ${vcpu}` });
			this.#threadOf.set(vcpu, thread);
		}
		return thread;
	}

	decoder(): LineDecoder {
		return (name, bytes, start, end, offset) => {
			const line = parseQemuLine(latin1(bytes, start, end));
			return line === undefined
				? undefined
				: detailOf(name, line.event, this.#context.get(offset) ?? { vcpu: vcpuOf(line.event) });
		};
	}
}

function vcpuOf(event: QemuEvent): number {
	return 'index' in event
		? event.index
		: vcpuOfAffinity(event.name === 'arm_psci_call' ? event.cpuid : event.cpu);
}

function detailOf(name: EventName, event: QemuEvent, context: Context): EventDetail | undefined {
	const { vcpu } = context;
	switch (name) {
		case 'call':
			return event.name === 'arm_psci_call' ? { kind: name, vcpu, x: event.x } : undefined;
		case 'cpu_on':
		case 'power_off':
			return { kind: name, vcpu };
		case 'reset': {
			const pending = context.pc !== undefined;
			return { kind: name, vcpu, pending, pc: context.pc ?? 0n, r0: context.r0 ?? 0n, be: false };
		}
		case 'system_event':
			return { kind: name, vcpu, type: context.type ?? 0 };
		case 'kvm_userspace_exit':
			return event.name === 'kvm_run_exit' ? userspaceExit(event.reason) : undefined;
		default:
			return undefined;
	}
}
