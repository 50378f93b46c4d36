// A console without a recording: what a guest said, as a session of its own. Its lines that say something about PSCI
// are the events; CPUs go by Linux's numbers. Time begins anew with each start of a kernel, and goes on here.

import type { ByteSource } from '../byte-source.ts';
import { lineFeed } from '../byte-text.ts';
import { type EventDetail, EventKind } from '../event.ts';
import type { Attribution, EventTable, Trace } from '../trace.ts';
import { TraceText } from '../trace-text.ts';
import type { Turn } from '../turn.ts';
import { damageOf } from '../unpacked-source.ts';
import { cpuOf, detailOf } from './console-events.ts';
import { type ConsoleEvent, readConsoleIn } from './read-console.ts';

export async function openConsole(source: ByteSource, turn: Turn): Promise<Trace> {
	const lines = await readConsoleIn(source, turn);
	const damage = damageOf(source);
	const text = await textOf(source);
	const events = new ConsoleTable(lines);
	return {
		name: source.name,
		format: 'console',
		lines: 'file',
		events,
		threads: [],
		vms: [{ kvm: undefined, vcpus: [...new Set([0, ...lines.map(cpuOf)])].sort((a, b) => a - b) }],
		skipped: new Map(),
		problems: damage === undefined ? [] : [damage],
		problemCount: damage === undefined ? 0 : 1,
		clockUnit: 'ns',
		notes: ['This is a console: what the guest said, without the calls that it made.'],
		lineText: (line) => text.lineText(line),
		lineCount: text.lineCount,
	};
}

/** A console is small: its text is kept as one piece. */
async function textOf(source: ByteSource): Promise<TraceText> {
	const bytes = await source.read(0, source.size);
	const text = new TraceText();
	text.addPiece(bytes);
	for (let start = 0; start < bytes.length; ) {
		text.addLine(start);
		const feed = bytes.indexOf(lineFeed, start);
		start = feed < 0 ? bytes.length : feed + 1;
	}
	return text;
}

class ConsoleTable implements EventTable {
	readonly #lines: readonly ConsoleEvent[];
	readonly #times: readonly bigint[];

	constructor(lines: readonly ConsoleEvent[]) {
		this.#lines = lines;
		this.#times = continuous(lines);
	}

	get length(): number {
		return this.#lines.length;
	}

	kind(): EventKind {
		return EventKind.console;
	}

	time(row: number): bigint {
		return this.#times[row] ?? 0n;
	}

	cpu(): number {
		return 0;
	}

	thread(): number {
		return -1;
	}

	vm(): number {
		return 0;
	}

	vcpu(row: number): number {
		return cpuOf(this.#at(row));
	}

	attribution(): Attribution {
		return 'event';
	}

	line(row: number): number {
		return this.#at(row).line;
	}

	code(): number {
		return -1;
	}

	detail(row: number): EventDetail {
		return detailOf(this.#at(row));
	}

	rowAtOrAfterLine(line: number): number {
		const row = this.#lines.findIndex((event) => event.line >= line);
		return row < 0 ? this.#lines.length : row;
	}

	#at(row: number): ConsoleEvent {
		const line = this.#lines[row];
		if (!line) {
			throw new RangeError(`no row ${row} in a table of ${this.#lines.length}`);
		}
		return line;
	}
}

/** Times that never go back: a kernel that starts again goes on from the last line before it. */
function continuous(lines: readonly ConsoleEvent[]): readonly bigint[] {
	let boot = 0;
	let begin = 0n;
	let last = 0n;
	return lines.map((line) => {
		if (line.boot !== boot) {
			boot = line.boot;
			begin = last;
		}
		const time = begin + (line.time ?? 0n);
		last = time > last ? time : last;
		return last;
	});
}
