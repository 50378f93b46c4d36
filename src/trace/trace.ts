// A recording, read: the columnar event table, who took part, and what was left out or damaged.

import type { EventDetail, EventKind } from './event.ts';

/** A host thread that appears in the recording. */
export interface TraceThread {
	readonly tid: number;
	/** command name as the recorder printed it, e.g. `CPU 0/KVM`; may be cut */
	readonly comm: string;
	/** the process it belongs to, where the recording says so (option record-tgid) */
	readonly tgid?: number;
	/** the vCPU that it runs, where the recording lists the threads of its guests (option GUEST of trace.dat) */
	readonly guest?: { readonly index: number; readonly vcpu: number };
}

/**
 * How the vCPU of an event is known: from the event itself, from its neighbours, from the thread's name (or the
 * recorder's own list of a guest's threads), or from the order in which threads first show vCPU events.
 */
export type Attribution = 'event' | 'run' | 'thread-name' | 'first-entry' | 'none';

/** One virtual machine seen in the recording. */
export interface TraceVm {
	/** address of struct kvm as the probes print it; undefined where no probe names it */
	readonly kvm: bigint | undefined;
	/** vcpu_ids seen, ascending */
	readonly vcpus: readonly number[];
}

/** A place in the file that could not be read as expected. Everything before it stays usable. */
export interface TraceProblem {
	/** 1-based; absent where the file has no lines */
	readonly line?: number;
	/** in bytes from the start of the file */
	readonly offset: number;
	readonly found: string;
	readonly expected: string;
	/** the file ends inside this line; only the last problem can be one of these, see `refusal` */
	readonly truncated?: boolean;
}

/**
 * What times count. `ticks` where the file gives no decimal point: the clock `counter`, or `--raw-ts`; `events` where
 * nothing measured time and the events themselves are counted.
 */
export type ClockUnit = 'ns' | 'ticks' | 'events';

export interface Trace {
	/** as the source names the file */
	readonly name: string;
	readonly format:
		| 'ftrace'
		| 'trace-cmd report'
		| 'trace.dat'
		| 'perf script'
		| 'qemu log'
		| 'jsonl'
		| 'console'
		| 'scenario';
	/**
	 * What a line is. `file`: a line of the file, which an editor can open. `generated`: the file is binary (or
	 * compressed), and its text is made of it: `lineText` of 1 to `lineCount` joined by line ends is a document
	 * to show. Of a trace.dat that is one line for each row, in order of time, as `trace-cmd report -t` prints
	 * it: line n is row n - 1. Saved, it opens as the same session.
	 */
	readonly lines: 'file' | 'generated';
	readonly events: EventTable;
	readonly threads: readonly TraceThread[];
	readonly vms: readonly TraceVm[];
	/** events of no interest, by `name`, counted */
	readonly skipped: ReadonlyMap<string, number>;
	/** the first hundred at most, and always the last */
	readonly problems: readonly TraceProblem[];
	/** how many there were */
	readonly problemCount: number;
	readonly clockUnit: ClockUnit;
	/** the traced machine as its `uname` says (`Linux host 6.12.107 aarch64`), where the file has that */
	readonly host?: string | undefined;
	/** what a person should know of how it was put together, in sentences */
	readonly notes?: readonly string[];
	/** Where the row's text stands, if that is another file: a console, or a file that the scenario includes or calls. */
	/** files of a scenario besides its own, as `elsewhere` names them */
	readonly otherFiles?: readonly string[];
	elsewhere?(row: number): { readonly file: string; readonly line: number } | undefined;
	/** The text of 1-based `line`, without its line end. */
	lineText(line: number): string;
	readonly lineCount: number;
}

/** Rows in time order (ties in file order). Row numbers are 0-based. */
export interface EventTable {
	readonly length: number;
	kind(row: number): EventKind;
	/** in nanoseconds of the trace clock (in ticks where the clock counts: no decimal point in the file) */
	time(row: number): bigint;
	/** host CPU */
	cpu(row: number): number;
	/** index into `Trace.threads`; -1 for lost events, which no thread recorded */
	thread(row: number): number;
	/** index into `Trace.vms`, -1 where unknown */
	vm(row: number): number;
	/** vcpu_id, -1 where unknown */
	vcpu(row: number): number;
	attribution(row: number): Attribution;
	/** 1-based line, see `Trace.lines` */
	line(row: number): number;
	/**
	 * What passes over all events ask most, without decoding: the exception class (ESR_ELx.EC) of a kvm_exit that is
	 * a trap, the reason of a kvm_userspace_exit. -1: the event has none; undefined: only its detail says. Tables
	 * that decode cheaply need not have it: ask `trapClass` and `exitReason` of event-code.ts.
	 */
	code?(row: number): number | undefined;
	/** Decodes the row from the file's bytes. */
	detail(row: number): EventDetail;
	/** The row on `line`, else the first row on a later line; `length` where there is none. */
	rowAtOrAfterLine(line: number): number;
}
