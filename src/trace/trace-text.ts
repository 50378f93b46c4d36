// A text file in pieces that each begin and end at a line's bounds, with the offset of every 64th line: a line
// number costs a short walk, and no memory to speak of. Where the file stays open the pieces are read from it
// when they are looked at, else they are kept.

import type { ByteSource } from './byte-source.ts';
import { carriageReturn, lineFeed } from './byte-text.ts';
import { RecentParts } from './recent-parts.ts';

const stride = 64;

export class TraceText {
	lineCount = 0;
	size = 0;
	/** undefined where they are read from the file */
	#pieces: Uint8Array[] | undefined = [];
	#source: ByteSource | undefined;
	readonly #recent = new RecentParts();
	readonly #bases: number[] = [];
	/** offset of line 1 + i × stride */
	readonly #marks: number[] = [];

	/** The bytes of pieces stay with this text. */
	get keeps(): boolean {
		return this.#pieces !== undefined;
	}

	/** Before the first piece: where all of them come from, as they are. */
	from(source: ByteSource): void {
		if (source.readNow !== undefined) {
			this.#source = source;
			this.#pieces = undefined;
		}
	}

	/** Adds whole lines (the last piece may lack its line end). */
	addPiece(bytes: Uint8Array): void {
		this.#pieces?.push(bytes);
		this.#bases.push(this.size);
		this.size += bytes.length;
	}

	/** Counts the line that begins at `offset`; to be called for each in order. */
	addLine(offset: number): void {
		if (this.lineCount % stride === 0) {
			this.#marks.push(offset);
		}
		this.lineCount++;
	}

	/** The piece that holds `offset` and where it lies in the file. */
	pieceAt(offset: number): { readonly bytes: Uint8Array; readonly base: number } {
		const piece = lastAtMost(this.#bases, offset);
		const base = this.#bases[piece] ?? 0;
		const kept = this.#pieces?.[piece];
		return { bytes: kept ?? this.#recent.get(piece, () => this.#read(piece, base)), base };
	}

	#read(piece: number, base: number): Uint8Array {
		const end = this.#bases[piece + 1] ?? this.size;
		const bytes = this.#source?.readNow?.(base, end - base) ?? new Uint8Array();
		if (bytes.length < end - base) {
			throw new Error(
				`${this.#source?.name ?? 'the file'} has been cut at byte ${base + bytes.length} since it was opened`,
			);
		}
		return bytes;
	}

	/** End of the line that begins at `start` of `bytes`, without its line end. */
	static endOfLine(bytes: Uint8Array, start: number): number {
		const feed = bytes.indexOf(lineFeed, start);
		const end = feed < 0 ? bytes.length : feed;
		return end > start && bytes[end - 1] === carriageReturn ? end - 1 : end;
	}

	/** 1-based number of the line that begins at `offset`. */
	lineAt(offset: number): number {
		const mark = lastAtMost(this.#marks, offset);
		let line = mark * stride + 1;
		let at = this.#marks[mark] ?? 0;
		while (at < offset && line < this.lineCount) {
			at = this.#nextLine(at);
			line++;
		}
		return line;
	}

	/** Offset of 1-based `line`; the file's size where there is no such line. */
	offsetOf(line: number): number {
		if (line > this.lineCount) {
			return this.size;
		}
		const from = Math.max(0, Math.floor(line) - 1);
		let at = this.#marks[Math.floor(from / stride)] ?? 0;
		for (let i = from % stride; i > 0; i--) {
			at = this.#nextLine(at);
		}
		return at;
	}

	lineText(line: number): string {
		if (!(line >= 1 && line <= this.lineCount)) {
			return '';
		}
		const offset = this.offsetOf(line);
		const { bytes, base } = this.pieceAt(offset);
		const start = offset - base;
		return new TextDecoder().decode(bytes.subarray(start, TraceText.endOfLine(bytes, start)));
	}

	#nextLine(offset: number): number {
		const { bytes, base } = this.pieceAt(offset);
		const feed = bytes.indexOf(lineFeed, offset - base);
		return feed < 0 ? base + bytes.length : base + feed + 1;
	}
}

/** Index of the last value that is at most `limit` in ascending `values`, 0 where there is none. */
function lastAtMost(values: readonly number[], limit: number): number {
	let low = 0;
	let high = values.length;
	while (high - low > 1) {
		const middle = (low + high) >>> 1;
		if ((values[middle] ?? 0) <= limit) {
			low = middle;
		} else {
			high = middle;
		}
	}
	return low;
}
