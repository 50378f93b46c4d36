// Our JSON Lines to rows of the event table. A line that is no object, or lacks what it must have, is a
// problem; an event of an unknown name is counted.

import { latin1, lineFeed, skipBlanks } from '../byte-text.ts';
import { EventKind, type EventName } from '../event.ts';
import { Attributed, attributions, EventColumns, unknown } from '../event-columns.ts';
import { excerpt, ProblemList } from '../problem-list.ts';
import type { LineDecoder } from '../text-events.ts';
import { Threads } from '../threads.ts';
import type { Attribution } from '../trace.ts';
import { TraceText } from '../trace-text.ts';
import { detailOf, intOf, isObject, type JsonObject, objectOf, u64Of } from './jsonl-values.ts';

const openBrace = 0x7b;
/** An event has some hundred bytes. */
const longest = 0x1_0000;
const encoder = new TextEncoder();

/** Whether text that begins so is ours: an object whose first key is one of ours. */
export function isJsonl(head: string): boolean {
	return /^\s*\{\s*"(?:format"\s*:\s*"psci-trace"|event"\s*:\s*"\w+")/.test(head);
}

export class JsonlScanner {
	readonly columns = new EventColumns();
	readonly problems = new ProblemList();
	readonly text = new TraceText();
	readonly threads = new Threads();
	readonly skipped = new Map<string, number>();
	eventLines = 0;
	headings = 0;
	ticks = false;
	host: string | undefined;
	/** addresses of the machines, by number */
	readonly machines: (bigint | undefined)[] = [];
	anyNamed = false;
	/** some event leaves its vCPU open, and none says how it was found: so the reader must find it */
	attributed = false;

	scan(bytes: Uint8Array): void {
		const base = this.text.size;
		this.text.addPiece(bytes);
		for (let start = 0; start < bytes.length; ) {
			const feed = bytes.indexOf(lineFeed, start);
			const end = feed < 0 ? bytes.length : feed;
			this.text.addLine(base + start);
			const first = skipBlanks(bytes, start, end);
			if (first < end && bytes[first] !== 0x0d) {
				this.#line(bytes, first, end, base + start, feed >= 0);
			}
			start = feed < 0 ? bytes.length : feed + 1;
		}
	}

	#line(bytes: Uint8Array, start: number, end: number, offset: number, whole: boolean): void {
		const line =
			bytes[start] === openBrace && end - start <= longest ? objectAt(bytes, start, end) : undefined;
		const expected =
			line === undefined
				? 'a JSON object in one line'
				: line.format === undefined
					? this.#event(line, offset)
					: this.#head(line);
		if (expected !== undefined) {
			const found = excerpt(bytes, start, end);
			const place = { line: this.text.lineCount, offset, found, expected };
			this.problems.add(whole ? place : { ...place, truncated: true });
		}
	}

	/** What is expected and not there; undefined for a sound line. */
	#head(line: JsonObject): string | undefined {
		if (line.format !== 'psci-trace' || line.version !== 1) {
			return '"format": "psci-trace" and "version": 1';
		}
		this.headings++;
		this.ticks = line.clock === 'ticks';
		this.host = typeof line.host === 'string' ? line.host : undefined;
		if (Array.isArray(line.vms)) {
			this.attributed = true;
			for (const vm of line.vms.slice(0, 0x7fff) as unknown[]) {
				this.machines.push(isObject(vm) ? u64Of(vm.kvm) : undefined);
			}
		}
		for (const [name, count] of Object.entries(isObject(line.skipped) ? line.skipped : {})) {
			this.skipped.set(name, intOf(count) ?? 0);
		}
		return undefined;
	}

	#event(line: JsonObject, offset: number): string | undefined {
		const name = line.event;
		if (typeof name !== 'string') {
			return 'a field "event" with a name';
		}
		this.eventLines++;
		if (!Object.hasOwn(EventKind, name)) {
			this.skipped.set(name, (this.skipped.get(name) ?? 0) + 1);
			return undefined;
		}
		const time = u64Of(line.time);
		if (time === undefined) {
			return 'a field "time": nanoseconds or ticks, as a string of digits';
		}
		const cpu = line.cpu === undefined ? 0 : intOf(line.cpu);
		if (cpu === undefined || cpu < 0 || cpu > 0xffff) {
			return 'a field "cpu" that is a number';
		}
		const event = name as EventName;
		const detail = detailOf(event, line);
		if (typeof detail === 'string') {
			return `a field ${JSON.stringify(detail)} of ${name} as the schema says`;
		}
		const row = this.columns.add(
			EventKind[event],
			Number(time >> 32n),
			Number(time & 0xffff_ffffn),
			offset,
			cpu,
			event === 'lost' || event === 'console' ? unknown : this.#thread(line),
		);
		this.#attribute(line, row, detail.kind === 'reset' && detail.pending);
		return undefined;
	}

	/** A thread of its own for each vCPU where the events do not name one. */
	#thread(line: JsonObject): number {
		const vcpu = intOf(line.vcpu) ?? 0;
		const tid = intOf(line.tid) ?? vcpu;
		const comm = encoder.encode(typeof line.comm === 'string' ? line.comm : `CPU ${vcpu}`);
		return this.threads.indexOf(tid, intOf(line.tgid) ?? -1, comm, 0, comm.length);
	}

	#attribute(line: JsonObject, row: number, owed: boolean): void {
		const vcpu = intOf(line.vcpu);
		const vm = intOf(line.vm);
		const named = vcpu !== undefined && vcpu >= 0 && vcpu < 0x7fff;
		const from = attributions.indexOf(line.vcpuFrom as Attribution);
		const how = !named ? Attributed.none : from > 0 ? from : owed ? Attributed.owedReset : Attributed.event;
		const index = vm !== undefined && vm >= 0 && vm < 0x7fff ? vm : this.attributed ? unknown : 0;
		this.columns.attribute(row, index, named ? vcpu : unknown, how);
		this.anyNamed ||= named;
	}

	/** The columns as they are to be seen, where nobody is to find out more. */
	settle(): void {
		const { columns } = this;
		for (let row = 0; row < columns.length; row++) {
			if (columns.attribution[row] === Attributed.owedReset) {
				columns.attribution[row] = Attributed.event;
			}
		}
	}

	decoder(): LineDecoder {
		return (name, bytes, start, end) => {
			const line = objectAt(bytes, start, end);
			const detail = line === undefined ? name : detailOf(name, line);
			return typeof detail === 'string' ? undefined : detail;
		};
	}
}

function objectAt(bytes: Uint8Array, start: number, end: number): JsonObject | undefined {
	const ascii = latin1(bytes, start, end);
	// Only a thread's name may hold other letters.
	return objectOf(
		/^[\x20-\x7e\r]*$/.test(ascii) ? ascii : new TextDecoder().decode(bytes.subarray(start, end)),
	);
}
