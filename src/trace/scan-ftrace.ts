// First pass over ftrace text: lines to rows of the event table. A line of no interest is only counted,
// a damaged one noted, and neither stops the scan.

import { carriageReturn, hexDigit, isBlank, latin1, lineFeed, skipBlanks, startsWith } from './byte-text.ts';
import { EventKind, type EventName } from './event.ts';
import { Attributed, Code, EventColumns, unknown } from './event-columns.ts';
import { FtraceShell } from './ftrace-shell.ts';
import { isKvmEvent, isUnreadable, KvmFields, kvmPayloadShape } from './kvm-payload.ts';
import { LoadedVcpus, loadedVcpu } from './loaded-vcpus.ts';
import { lostEvents, overwrittenEvents } from './lost-events.ts';
import { NameCounter } from './name-counter.ts';
import { noKvmEvents } from './nothing-to-debug.ts';
import { isProbe, ProbeFields, probePayloadShape } from './probe-payload.ts';
import { excerpt, ProblemList } from './problem-list.ts';
import { Threads } from './threads.ts';
import { TraceText } from './trace-text.ts';
import { VirtualMachines } from './virtual-machines.ts';

const shellShape = 'an event: THREAD-PID [CPU] FLAGS TIME: NAME: …';

/** The events whose last field is printed with sixteen digits, always (`%016lx`). */
const fixedWidth: ReadonlySet<string> = new Set<EventName>(['kvm_entry', 'kvm_exit', 'kvm_wfx_arm64']);

export class FtraceScanner {
	readonly text = new TraceText();
	readonly columns = new EventColumns();
	readonly threads = new Threads();
	readonly names = new NameCounter();
	readonly machines = new VirtualMachines();
	readonly loaded = new LoadedVcpus();
	readonly problems = new ProblemList();
	/** lines that are events, of interest or not */
	eventLines = 0;
	ticks = false;
	/** rows that are events, not gaps */
	eventRows = 0;
	/** lines that belong to a trace and are no event */
	headings = 0;
	/** a heading that only trace-cmd prints was seen, or its padding of names */
	report = false;
	/** the machine, where a comment says it */
	host: string | undefined;
	/** the lines are those of perf script */
	perf = false;
	#anyNamed = false;
	readonly #shell = new FtraceShell();
	readonly #kvm = new KvmFields();
	readonly #probe = new ProbeFields();
	/** most fields that an event of each kind had, to tell where a cut took some */
	readonly #fieldsSeen = new Uint8Array(256);

	/** Whether anything names a vCPU. */
	get anyNamed(): boolean {
		return this.#anyNamed || !this.loaded.isEmpty;
	}

	/** Takes whole lines; only the last piece of a file may lack its last line end. */
	scan(bytes: Uint8Array): void {
		const base = this.text.size;
		this.text.addPiece(bytes);
		for (let start = 0; start < bytes.length; ) {
			const feed = bytes.indexOf(lineFeed, start);
			const whole = feed >= 0;
			let end = whole ? feed : bytes.length;
			const next = whole ? feed + 1 : bytes.length;
			if (end > start && bytes[end - 1] === carriageReturn) {
				end--;
			}
			this.text.addLine(base + start);
			this.#line(bytes, start, end, base + start, whole);
			start = next;
		}
	}

	#line(bytes: Uint8Array, start: number, lineEnd: number, offset: number, whole: boolean): void {
		let end = lineEnd;
		while (end > start && isBlank(bytes[end - 1])) {
			end--;
		}
		if (end === start) {
			return;
		}
		if (bytes[start] === 0x23) {
			this.#comment(bytes, start, end, offset);
		} else if (this.#shell.read(bytes, start, end)) {
			this.eventLines++;
			this.perf ||= this.#shell.perf;
			this.#event(bytes, start, end, offset, whole);
		} else if (!this.#lost(bytes, start, end, offset) && !this.#heading(bytes, start, end)) {
			this.#problem(bytes, start, end, offset, whole, shellShape);
		}
	}

	#event(bytes: Uint8Array, start: number, end: number, offset: number, whole: boolean): void {
		const shell = this.#shell;
		const event = this.names.find(bytes, shell.nameStart, shell.nameEnd);
		this.ticks ||= shell.ticks;
		const name = event.known;
		if (name === undefined) {
			event.skipped++;
			const vcpu = event.tellsVcpu ? loadedVcpu(bytes, shell.payloadStart, end) : undefined;
			if (vcpu !== undefined) {
				this.loaded.note(this.columns.length, this.#thread(bytes), vcpu);
			}
		} else if (isUnreadable(name, bytes, shell.payloadStart, end)) {
			event.skipped++;
		} else if (isKvmEvent(name)) {
			const read = this.#kvm.read(name, bytes, shell.payloadStart, end);
			const cut = !whole && fixedWidth.has(name) && this.#kvm.lastDigits(name, bytes) < 16;
			if (read && !cut) {
				this.#add(name, bytes, offset, this.#kvm.code(name, bytes));
			} else {
				this.#problem(bytes, start, end, offset, whole, `${name}: ${kvmPayloadShape(name)}`);
			}
		} else if (isProbe(name)) {
			if (!ProbeFields.begins(bytes, shell.payloadStart, end)) {
				// Somebody else's event of that name; or what a cut has left of ours.
				event.skipped++;
				if (!whole && shell.payloadStart >= end) {
					this.#problem(bytes, start, end, offset, whole, `${name}: ${probePayloadShape(name)}`);
				}
				return;
			}
			const fields = this.#probe;
			const read = fields.read(bytes, shell.payloadStart, end) && fields.fit(name, bytes);
			const kind = EventKind[name];
			const cut = !whole && fields.count < (this.#fieldsSeen[kind] ?? 0);
			if (!read || cut) {
				this.#problem(bytes, start, end, offset, whole, `${name}: ${probePayloadShape(name)}`);
				return;
			}
			this.#fieldsSeen[kind] = Math.max(this.#fieldsSeen[kind] ?? 0, fields.count);
			this.#attribute(name, bytes, this.#add(name, bytes, offset));
			if (!whole) {
				this.problems.add({
					line: this.text.lineCount,
					offset,
					found: 'no line end after the last event, whose last number may be cut',
					expected: 'a line end',
				});
			}
		}
	}

	#add(name: EventName, bytes: Uint8Array, offset: number, code: number = Code.none): number {
		const shell = this.#shell;
		const thread = this.#thread(bytes);
		this.loaded.passed(EventKind[name], thread);
		this.report ||= !shell.perf && shell.payloadStart > shell.nameEnd + 2;
		this.eventRows++;
		return this.columns.add(EventKind[name], shell.timeHigh, shell.timeLow, offset, shell.cpu, thread, code);
	}

	#thread(bytes: Uint8Array): number {
		const { tid, tgid, commStart, commEnd } = this.#shell;
		return this.threads.indexOf(tid, tgid, bytes, commStart, commEnd);
	}

	/** A probe says itself whom it is about. */
	#attribute(name: EventName, bytes: Uint8Array, row: number): void {
		const kvm = this.#probe.number(bytes, 'kvm');
		const vcpu = this.#probe.vcpu(bytes);
		const vm = kvm === undefined ? unknown : this.machines.indexOf(kvm, this.#shell.tgid);
		const owed = name === 'reset' && this.#probe.number(bytes, 'pending') !== 0n;
		const how = vcpu === undefined ? Attributed.none : owed ? Attributed.owedReset : Attributed.event;
		this.columns.attribute(row, vm, vcpu ?? unknown, how);
		this.#anyNamed ||= vcpu !== undefined;
	}

	#lost(bytes: Uint8Array, start: number, end: number, offset: number): boolean {
		const lost = lostEvents(bytes, start, end);
		if (lost !== undefined) {
			this.#gap(lost.cpu, offset);
		}
		return lost !== undefined;
	}

	/** A gap has no time of its own: it takes that of the row before it. */
	#gap(cpu: number, offset: number): void {
		const { columns } = this;
		const before = columns.length - 1;
		const low = columns.timeLow[before] ?? 0;
		columns.add(EventKind.lost, before < 0 ? 0 : columns.high(before), low, offset, cpu, unknown);
	}

	/** Throws where there is no event to debug. */
	refuseNothing(file: string): void {
		if (this.eventRows === 0) {
			throw noKvmEvents(file, this.names.skipped(), this.problems.list(), this.problems.count);
		}
	}

	/** Gaps before the first event take its time: there is no earlier one. */
	dateFirstGaps(): void {
		const { columns } = this;
		let first = 0;
		while (first < columns.length && columns.kind[first] === EventKind.lost) {
			first++;
		}
		for (let row = 0; row < first && first < columns.length; row++) {
			columns.setTime(row, columns.high(first), columns.timeLow[first] ?? 0);
		}
	}

	#comment(bytes: Uint8Array, start: number, end: number, offset: number): void {
		this.headings += startsWith(bytes, start, end, '# tracer:') ? 1 : 0;
		// `uname -srm`, which the script of `psci-trace record-script` writes.
		if (startsWith(bytes, start, end, '# Linux ') && end - start < 256) {
			this.host ??= latin1(bytes, start + 2, end);
		}
		if (overwrittenEvents(bytes, start, end) !== undefined) {
			this.#gap(0, offset);
		}
	}

	/** Lines that belong to a trace and are no event. */
	#heading(bytes: Uint8Array, start: number, end: number): boolean {
		if (startsWith(bytes, start, end, 'cpus=') || startsWith(bytes, start, end, 'version = ')) {
			this.report = true;
			this.headings++;
			return true;
		}
		if (startsWith(bytes, start, end, 'CPU ') && end - start < 32) {
			const empty = /^CPU \d{1,5} is empty$/.test(latin1(bytes, start, end));
			this.report ||= empty;
			this.headings += empty ? 1 : 0;
			return empty;
		}
		// Of several files, each with its name before it.
		if (end - start < 512 && /: (?:cpus=\d{1,5}|version = \d+)$/.test(latin1(bytes, start, end))) {
			this.headings++;
			return true;
		}
		// A stack trace under an event: ` => kvm_arch_vcpu_ioctl_run`, or perf's `\tffff800080c0ffee vfs_read+0x`.
		const first = skipBlanks(bytes, start, end);
		return (
			startsWith(bytes, first, end, '=> ') || (this.perf && first > start && isAddress(bytes, first, end))
		);
	}

	/**
	 * Plain `perf script` drops, without a word, the samples taken while a vCPU was loaded; on arm64 these are
	 * its entries, exits and calls. What is left looks whole and is not.
	 */
	noteDroppedSamples(): void {
		const { columns } = this;
		const outside: ReadonlySet<number> = new Set([EventKind.kvm_entry, EventKind.kvm_exit, EventKind.call]);
		let exits = 0;
		for (let row = 0; this.perf && row < columns.length; row++) {
			if (outside.has(columns.kind[row] ?? 0)) {
				return;
			}
			exits += columns.kind[row] === EventKind.kvm_userspace_exit ? 1 : 0;
		}
		if (exits > 0 && this.problems.list().at(-1)?.truncated !== true) {
			this.problems.add({
				offset: 0,
				line: 1,
				found: `${exits} exits to userspace and no entry into a guest`,
				expected:
					'the events of running vCPUs, which plain `perf script` leaves out; print them with `perf script --guest-code`',
			});
		}
	}

	#problem(
		bytes: Uint8Array,
		start: number,
		end: number,
		offset: number,
		whole: boolean,
		expected: string,
	): void {
		const found = excerpt(bytes, start, end);
		const place = { line: this.text.lineCount, offset, found, expected };
		this.problems.add(whole ? place : { ...place, truncated: true });
	}
}

/** Sixteen hexadecimal digits at most, four at least, and a blank. */
function isAddress(bytes: Uint8Array, start: number, end: number): boolean {
	let at = start;
	while (at < end && at - start <= 16 && hexDigit(bytes[at]) >= 0) {
		at++;
	}
	return at - start >= 4 && at - start <= 16 && isBlank(bytes[at]);
}
