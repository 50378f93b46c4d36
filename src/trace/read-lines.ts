// A text read in slices that end at line ends, for any scanner of lines.

import type { ByteSource } from './byte-source.ts';
import { lineFeed } from './byte-text.ts';
import type { EventColumns } from './event-columns.ts';
import { emptyFile, knownBinary, noTrace, tooLarge } from './nothing-to-debug.ts';
import type { ProblemList } from './problem-list.ts';
import { TraceError } from './trace-error.ts';
import type { TraceText } from './trace-text.ts';
import type { Turn } from './turn.ts';
import { damageOf } from './unpacked-source.ts';

export interface LineScanner {
	readonly text: TraceText;
	readonly columns: EventColumns;
	readonly problems: ProblemList;
	/** lines that are events, of interest or not */
	readonly eventLines: number;
	/** lines that belong to a trace and are no event */
	readonly headings: number;
	/** Takes whole lines; only the last piece of a file may lack its last line end. */
	scan(bytes: Uint8Array): void;
}

/** What is read and scanned in one go: some milliseconds' work. */
const sliceSize = 0x4_0000;
/** A file with no event in so many bytes is no trace. */
const patience = 0x10_0000;
/** A size may lie: no more than 400 MB on its word. */
const mostReserved = 0x100_0000;
/** The part of the work that is reading. */
export const readingShare = 0.8;
const headSize = 4096;

/** Feeds the scanner; refuses what is no text of events. */
export async function readLines(source: ByteSource, scanner: LineScanner, turn: Turn): Promise<void> {
	const reader = new LineReader(source, scanner);
	while (await reader.next()) {
		if (turn.over()) {
			await turn.rest(readingShare * reader.fraction);
		}
	}
	reader.finish();
}

/** Reads on where it stopped, so that a file may grow meanwhile. */
export class LineReader {
	/** how much has been read */
	offset = 0;
	readonly #source: ByteSource;
	readonly #scanner: LineScanner;
	readonly #lines: LineCutter;
	#head = new Uint8Array();
	/** the slice after the one being scanned: a disk reads while the processor does */
	#ahead: Promise<Uint8Array> | undefined;

	constructor(source: ByteSource, scanner: LineScanner) {
		this.#source = source;
		this.#scanner = scanner;
		scanner.text.from(source);
		this.#lines = new LineCutter(scanner.text.keeps);
	}

	/** How much of the file has been read, from 0 to 1. */
	get fraction(): number {
		const { size } = this.#source;
		return size > 0 ? Math.min(1, this.offset / size) : 0;
	}

	/** Scans the whole lines of the next slice; false at the end of what there is. A line that has no end waits. */
	async next(): Promise<boolean> {
		const source = this.#source;
		const scanner = this.#scanner;
		const slice = await (this.#ahead ?? this.#read());
		this.#ahead = undefined;
		if (slice.length === 0) {
			return false;
		}
		const first = this.offset === 0;
		if (first) {
			this.#head = slice.slice(0, headSize);
			const binary = knownBinary(this.#head);
			if (binary !== undefined) {
				throw new TraceError({ file: source.name, ...binary });
			}
		}
		this.offset += slice.length;
		if (this.offset > 0xffff_ffff) {
			throw tooLarge(source.name, Math.max(this.offset, source.size));
		}
		const piece = this.#lines.push(slice);
		// From here on the source may have its memory back.
		if (slice.length === sliceSize && this.offset < source.size) {
			this.#ahead = this.#read();
			// Whoever takes it sees it fail; nobody takes it when the work was cancelled.
			this.#ahead.catch(() => undefined);
		}
		if (piece.length > 0) {
			scanner.scan(piece);
		}
		if (first && source.size > this.offset) {
			// As many rows as there will be when the file goes on as it begins, and some more.
			const rows = Math.ceil((1.05 * scanner.columns.length * source.size) / this.offset);
			scanner.columns.reserve(Math.min(rows, mostReserved));
		}
		if (scanner.eventLines === 0 && this.offset >= patience) {
			throw noTrace(source.name, this.#head, false);
		}
		return true;
	}

	#read(): Promise<Uint8Array> {
		return this.#source.read(this.offset, sliceSize, this.#lines.room());
	}

	/** Nothing more comes: what is left is the last line. Refuses what was no text of events. */
	finish(): void {
		const source = this.#source;
		const scanner = this.#scanner;
		const damage = damageOf(source);
		const rest = this.#lines.rest();
		if (damage !== undefined) {
			// What is left is a part of a line, for a reason that is told once.
			scanner.problems.add(damage);
		} else if (rest.length > 0) {
			scanner.scan(rest);
		}
		if (damage !== undefined && scanner.eventLines === 0) {
			throw new TraceError({ file: source.name, ...damage });
		}
		if (this.offset === 0) {
			throw emptyFile(source.name);
		}
		if (scanner.eventLines === 0) {
			throw noTrace(source.name, this.#head, scanner.headings > 0);
		}
	}
}

/** What is left of a line that a slice cuts goes here, before the next slice. */
const roomForRest = 0x1_0000;

/**
 * Cuts slices at line ends. What it gives out shares no memory with the source, which may reuse its own; where
 * nobody keeps it, it is the same two stretches of memory by turns.
 */
class LineCutter {
	#held: Uint8Array[] = [];
	readonly #buffers: readonly Uint8Array[];
	#turn = 0;

	constructor(kept: boolean) {
		this.#buffers = kept ? [] : [0, 1].map(() => new Uint8Array(roomForRest + sliceSize));
	}

	/** Where the next slice may be put, if it is to be given out without a copy. */
	room(): Uint8Array | undefined {
		this.#turn++;
		return this.#buffers[this.#turn % 2]?.subarray(roomForRest);
	}

	/** The whole lines that are there now; possibly none. */
	push(slice: Uint8Array): Uint8Array {
		const cut = slice.lastIndexOf(lineFeed) + 1;
		if (cut === 0) {
			this.#held.push(slice.slice());
			return new Uint8Array();
		}
		const whole = this.#inPlace(slice, cut) ?? joined([...this.#held, slice.subarray(0, cut)]);
		this.#held = cut < slice.length ? [slice.slice(cut)] : [];
		return whole;
	}

	rest(): Uint8Array {
		return joined(this.#held);
	}

	/** The lines where they are, with what was held put before them; undefined where they are not in our memory. */
	#inPlace(slice: Uint8Array, cut: number): Uint8Array | undefined {
		const buffer = this.#buffers.find((one) => one.buffer === slice.buffer);
		const held = this.#held.reduce((sum, { length }) => sum + length, 0);
		if (buffer === undefined || slice.byteOffset !== roomForRest || held > roomForRest) {
			return undefined;
		}
		let at = roomForRest - held;
		for (const part of this.#held) {
			buffer.set(part, at);
			at += part.length;
		}
		return buffer.subarray(roomForRest - held, roomForRest + cut);
	}
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
	const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
	let at = 0;
	for (const part of parts) {
		all.set(part, at);
		at += part.length;
	}
	return all;
}
