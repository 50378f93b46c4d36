// A file becomes a recording bit by bit: first what can be known at once, then more and more of it, in the end
// what `openTrace` gives. With `follow`, a text is read on when its end was reached, for as long as somebody
// wants it.
//
// ftrace text (that is perf's, too) is read once, row by row. Of a trace.dat, which has the events of one CPU
// after those of another, the beginnings of all CPUs are read first, then more of each; every other text is
// opened again as a whole when it has grown, the more there is the less often.

import type { ByteSource } from './byte-source.ts';
import { startsWithBytes } from './byte-text.ts';
import { beginningOfDat } from './dat/open-dat.ts';
import { isJsonl } from './jsonl/scan-jsonl.ts';
import { datMagic } from './nothing-to-debug.ts';
import { openTrace } from './open.ts';
import { textTrace } from './open-text.ts';
import { isQemuLog } from './qemu/qemu-line.ts';
import { LineReader, readingShare } from './read-lines.ts';
import { FtraceScanner } from './scan-ftrace.ts';
import type { Trace } from './trace.ts';
import { TraceError } from './trace-error.ts';
import { type Cancellation, Turn } from './turn.ts';
import { packingOf } from './unpacked-source.ts';
import { inOrder, WhoSoFar } from './who-so-far.ts';

export interface GrowthOptions {
	/** Cancels: the recording ends with the signal's reason. */
	readonly signal?: Cancellation;
	/** Called now and then with a number from 0 to 1 until the end of the file is reached. */
	readonly progress?: (fraction: number) => void;
	/** Goes on when the end of the file is reached. */
	readonly follow?: boolean;
	/** Waits, before a file that is followed is looked at again; rejects or resolves when nobody wants it any more. */
	readonly wait?: (milliseconds: number) => Promise<void>;
}

/** The recording as it is now. The source stays open for it. */
export interface Grown {
	readonly trace: Trace;
	/** rows before this one are as they were; the number of rows there were, where all are */
	readonly changedFrom: number;
	/** rows and threads may be numbered and named by other tables than before */
	readonly anew: boolean;
	/** the end of the file has been reached */
	readonly atEnd: boolean;
}

/** Rows to begin with, at the latest after so many milliseconds if there are any. */
const firstRows = 50_000;
const firstWait = 200;
/** Then whenever there are half as many more. */
const growth = 1.5;
/** A file that has no more than so many bytes left is there soon enough as a whole. */
const soonRead = 0x80_0000;
/** Of all CPUs of a trace.dat, to begin with; then eight times as much, unless that is most of it: it is read again. */
const firstBytes = 0x40_0000;
const bytesGrowth = 8;
const mostTwice = 0.3;
/** How often a file that is followed is looked at, in milliseconds. */
const poll = 250;
/** Opening it as a whole again may take this part of the time. */
const share = 0.2;

const sleep = (milliseconds: number) =>
	new Promise<void>((resolve) => {
		setTimeout(resolve, milliseconds);
	});

export async function* growingTrace(
	source: ByteSource,
	options: GrowthOptions = {},
): AsyncGenerator<Grown, void> {
	options.signal?.throwIfAborted();
	if (options.follow === true && source.size === 0) {
		await more(source, 0, options, poll);
	}
	const head = await source.read(0, 0x8_0000);
	const dat = startsWithBytes(head, datMagic);
	const packed = packingOf(head) !== undefined;
	if (options.follow === true && (dat || packed)) {
		throw notToFollow(source.name, dat);
	}
	const text = new TextDecoder('latin1').decode(head);
	if (dat) {
		yield* growDat(source, options);
	} else if (packed || isJsonl(text) || isQemuLog(text)) {
		yield* growWhole(source, options, undefined);
	} else {
		yield* growText(source, options);
	}
}

function notToFollow(file: string, dat: boolean): TraceError {
	return new TraceError({
		file,
		found: dat ? 'a trace.dat' : 'a compressed file',
		expected: `the text of a trace, to follow it while it is recorded (${
			dat ? 'trace-cmd writes the file when it has stopped recording' : 'unpacked'
		}); or no "follow"`,
	});
}

async function* growDat(source: ByteSource, options: GrowthOptions): AsyncGenerator<Grown, void> {
	let before: Trace | undefined;
	const most = source.size > firstBytes + soonRead ? mostTwice : 0;
	for (let share = firstBytes / source.size; share < most; share *= bytesGrowth) {
		const trace = await beginningOfDat(source, new Turn({ signal: options.signal }), share);
		if (trace === undefined) {
			break;
		}
		if (trace.events.length > (before?.events.length ?? 0)) {
			yield await anew(before, trace, options, false);
			before = trace;
		}
	}
	yield* growWhole(source, options, before);
}

/** Opens the file as a whole, and again when it has grown. */
async function* growWhole(
	source: ByteSource,
	options: GrowthOptions,
	published: Trace | undefined,
): AsyncGenerator<Grown, void> {
	let before = published;
	for (let first = true; ; first = false) {
		const start = Date.now();
		const { signal, progress } = options;
		const trace = await openTrace(source, {
			staysOpen: true,
			...(signal === undefined ? {} : { signal }),
			...(progress === undefined || !first ? {} : { progress }),
		});
		yield await anew(before, trace, options, true);
		before = trace;
		if (options.follow !== true) {
			return;
		}
		const cost = Math.max(0, Date.now() - start);
		await more(source, source.size, options, Math.max(poll, cost / share));
	}
}

async function anew(
	before: Trace | undefined,
	trace: Trace,
	{ signal }: GrowthOptions,
	atEnd: boolean,
): Promise<Grown> {
	const changedFrom = before === undefined ? 0 : await firstOther(before, trace, new Turn({ signal }));
	return { trace, changedFrom, anew: true, atEnd };
}

async function* growText(source: ByteSource, options: GrowthOptions): AsyncGenerator<Grown, void> {
	const turn = new Turn(options);
	const scanner = new FtraceScanner();
	const reader = new LineReader(source, scanner);
	const who = new WhoSoFar(scanner);
	const start = Date.now();
	let published: Trace | undefined;
	const publish = (last: boolean, atEnd: boolean): Grown => {
		scanner.dateFirstGaps();
		const changed = who.take(last);
		const trace = textTrace(source.name, scanner, who.answers, undefined);
		const rows = published?.events.length ?? 0;
		// What was told of arrays, as the text of another program, may be otherwise.
		const reread = published !== undefined && published.format !== trace.format;
		published = trace;
		return { trace, changedFrom: reread ? 0 : Math.min(rows, changed), anew: reread, atEnd };
	};
	let checked = 0;
	/** rows come in order of time: else there is no telling what comes first before all has been read */
	const sorted = () => {
		const is = inOrder(scanner, checked);
		checked = scanner.columns.length;
		return is;
	};
	for (;;) {
		while (await reader.next()) {
			if (!sorted()) {
				yield* growWhole(source, options, published);
				return;
			}
			const rows = published?.events.length ?? 0;
			const enough =
				published === undefined
					? source.size - reader.offset > soonRead &&
						(scanner.eventRows >= firstRows || (scanner.eventRows > 0 && Date.now() - start >= firstWait))
					: scanner.columns.length >= rows * growth;
			if (enough) {
				yield publish(false, false);
			}
			if (turn.over()) {
				await turn.rest(readingShare * reader.fraction);
			}
		}
		if (options.follow !== true) {
			break;
		}
		if (scanner.eventRows > 0 && scanner.columns.length > (published?.events.length ?? 0)) {
			yield publish(false, true);
		}
		await more(source, reader.offset, options, poll);
	}
	reader.finish();
	scanner.refuseNothing(source.name);
	if (!sorted()) {
		yield* growWhole(source, options, published);
		return;
	}
	scanner.noteDroppedSamples();
	scanner.columns.trim();
	yield publish(true, true);
}

/** Waits until the source has more than `read` bytes. */
async function more(
	source: ByteSource,
	read: number,
	{ signal, wait = sleep }: GrowthOptions,
	milliseconds: number,
): Promise<void> {
	for (;;) {
		await wait(milliseconds);
		signal?.throwIfAborted();
		const size = (await source.refresh?.()) ?? source.size;
		if (size < read) {
			throw new TraceError({
				file: source.name,
				offset: size,
				found: `the end of the file at byte ${size}, of which ${read} bytes have been read`,
				expected:
					'a file that only grows: this one was cut or replaced. Start again to read it from its beginning',
			});
		}
		if (size > read) {
			return;
		}
	}
}

/** The first row that is not as it was, or the number of rows there were. */
async function firstOther(before: Trace, after: Trace, turn: Turn): Promise<number> {
	const a = before.events;
	const b = after.events;
	const length = Math.min(a.length, b.length);
	for (let row = 0; row < length; row++) {
		const same =
			a.kind(row) === b.kind(row) &&
			a.vm(row) === b.vm(row) &&
			a.vcpu(row) === b.vcpu(row) &&
			a.time(row) === b.time(row) &&
			a.cpu(row) === b.cpu(row) &&
			a.attribution(row) === b.attribution(row) &&
			before.threads[a.thread(row)]?.tid === after.threads[b.thread(row)]?.tid &&
			a.line(row) === b.line(row);
		if (!same) {
			return row;
		}
		if (row % 0x1000 === 0 && turn.over()) {
			await turn.rest(1);
		}
	}
	return length;
}
