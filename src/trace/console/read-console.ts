// The console of a guest: what its kernel and its firmware said about PSCI, to stand beside the events that the
// host recorded. It has a clock of its own (seconds since the kernel started) and no vCPUs, so it is no recording.

import type { ByteSource } from '../byte-source.ts';
import { lineFeed } from '../byte-text.ts';
import { emptyFile, tooLarge } from '../nothing-to-debug.ts';
import { Turn, type TurnOptions } from '../turn.ts';
import { packingOf, UnpackedSource } from '../unpacked-source.ts';
import { type ConsoleLine, parseConsoleLine } from './console-line.ts';

export interface ConsoleEvent extends ConsoleLine {
	/** 1-based */
	readonly line: number;
	/** which start of a kernel it belongs to, from 0: time begins anew with each */
	readonly boot: number;
	readonly text: string;
}

const sliceSize = 0x4_0000;
/** A longer line is no message of a kernel, which cuts at 1,024. */
const longestLine = 4096;
/** A console is read whole; larger ones are logs of something else. */
const most = 0x4000_0000;

export async function readConsole(
	source: ByteSource,
	options: TurnOptions = {},
): Promise<readonly ConsoleEvent[]> {
	const packing = packingOf(await source.read(0, 4));
	return readConsoleIn(
		packing === undefined ? source : new UnpackedSource(source, packing),
		new Turn(options),
	);
}

export async function readConsoleIn(source: ByteSource, turn: Turn): Promise<readonly ConsoleEvent[]> {
	const reader = new ConsoleReader();
	let offset = 0;
	for (;;) {
		const slice = await source.read(offset, sliceSize);
		if (slice.length === 0) {
			break;
		}
		offset += slice.length;
		if (offset > most) {
			throw tooLarge(source.name, offset);
		}
		reader.push(slice);
		if (turn.over()) {
			await turn.rest(source.size > 0 ? Math.min(1, offset / source.size) : 0);
		}
	}
	if (offset === 0) {
		throw emptyFile(source.name);
	}
	reader.end();
	return reader.events;
}

class ConsoleReader {
	readonly events: ConsoleEvent[] = [];
	#line = 0;
	#boot = 0;
	#booted = false;
	/** what was said at which time, of this start of a kernel */
	readonly #said = new Set<string>();
	#held = new Uint8Array();

	push(slice: Uint8Array): void {
		let start = 0;
		for (let feed = slice.indexOf(lineFeed); feed >= 0; feed = slice.indexOf(lineFeed, start)) {
			this.#take(slice.subarray(start, feed));
			start = feed + 1;
		}
		// What is beyond the longest line is not looked at anyhow.
		this.#held = joined(this.#held, slice.subarray(start)).slice(0, longestLine + 1);
	}

	end(): void {
		if (this.#held.length > 0) {
			this.#take(new Uint8Array());
		}
	}

	#take(rest: Uint8Array): void {
		this.#line++;
		const bytes = joined(this.#held, rest);
		this.#held = new Uint8Array();
		const text = bytes.length > longestLine ? '' : new TextDecoder().decode(bytes).replace(/\r+$/, '');
		if (/\] Booting Linux on physical CPU /.test(text)) {
			this.#boot = this.#booted ? this.#boot + 1 : this.#boot;
			this.#booted = true;
			this.#said.clear();
		}
		const found = parseConsoleLine(text);
		if (found === undefined) {
			return;
		}
		// What `dmesg` prints once more was said before, even where another message ends up on its line.
		const said = `${found.time} ${Object.values(found.statement).join(' ')}`;
		if (found.time !== undefined && this.#said.has(said)) {
			return;
		}
		this.#said.add(said);
		this.events.push({ ...found, line: this.#line, boot: this.#boot, text });
	}
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
	const all = new Uint8Array(a.length + b.length);
	all.set(a);
	all.set(b, a.length);
	return all;
}
