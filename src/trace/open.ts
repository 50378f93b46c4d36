// A file becomes a recording: recognised by content, read in slices, put in order, and every event given to
// a vCPU as far as that can be known. Throws `TraceError` where there is nothing to debug.

import { type ByteSource, readOnce } from './byte-source.ts';
import { startsWithBytes } from './byte-text.ts';
import { isConsole } from './console/console-line.ts';
import { openConsole } from './console/open-console.ts';
import { openDat } from './dat/open-dat.ts';
import { openJsonl } from './jsonl/open-jsonl.ts';
import { isJsonl } from './jsonl/scan-jsonl.ts';
import { datMagic } from './nothing-to-debug.ts';
import { openText } from './open-text.ts';
import { openQemu } from './qemu/open-qemu.ts';
import { isQemuLog } from './qemu/qemu-line.ts';
import type { Trace } from './trace.ts';
import { TraceError } from './trace-error.ts';
import { type Cancellation, Turn } from './turn.ts';
import { packingOf, UnpackedSource } from './unpacked-source.ts';

export interface OpenOptions {
	/** Cancels: `openTrace` then rejects with the signal's reason. */
	readonly signal?: Cancellation;
	/** Called now and then with a number from 0 to 1. */
	readonly progress?: (fraction: number) => void;
	/**
	 * The source stays open for as long as the recording is looked at: details are read from it then (where it has
	 * `readNow`), and none of its bytes are kept.
	 */
	readonly staysOpen?: boolean;
}

export async function openTrace(source: ByteSource, options: OpenOptions = {}): Promise<Trace> {
	const turn = new Turn(options);
	options.signal?.throwIfAborted();
	const head = await source.read(0, datMagic.length);
	// A source with nothing to close is one that stays open.
	const stays = options.staysOpen === true || source.close === undefined;
	const trace = await openAs(stays ? source : readOnce(source), head, turn);
	options.progress?.(1);
	return trace;
}

function openAs(source: ByteSource, head: Uint8Array, turn: Turn): Promise<Trace> {
	const packing = packingOf(head);
	if (packing !== undefined) {
		return openPacked(new UnpackedSource(source, packing), turn);
	}
	return startsWithBytes(head, datMagic)
		? openDat(source, turn, (text) => openText(text, turn))
		: openAnyText(source, turn);
}

async function openPacked(source: UnpackedSource, turn: Turn): Promise<Trace> {
	const trace = await openAnyText(source, turn);
	return { ...trace, lines: 'generated' };
}

/** Texts other than those of ftrace and perf are known by what stands in so many bytes at their beginning. */
const sniffed = 0x8_0000;

async function openAnyText(source: ByteSource, turn: Turn): Promise<Trace> {
	const head = new TextDecoder('latin1').decode(await source.read(0, sniffed));
	if (isJsonl(head)) {
		return openJsonl(source, turn);
	}
	if (isQemuLog(head)) {
		return openQemu(source, turn);
	}
	// Recordings are known by their events wherever those begin; a console only by having none.
	return openText(source, turn).catch((error: unknown) => {
		if (error instanceof TraceError && isConsole(head)) {
			return openConsole(source, turn);
		}
		throw error;
	});
}
