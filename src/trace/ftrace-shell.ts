// The outer part of one line of ftrace text: which thread, on which CPU, when, which event. Anchored on
// `-PID [CPU]`, since the thread's name may hold blanks, dashes and slashes (`CPU 0/KVM`, `fc_vcpu 0`).
//
//   trace, trace_pipe, report      COMM-PID [CPU] FLAGS SECONDS.FRACTION: NAME: payload
//   with record-tgid               COMM-PID (TGID) [CPU] FLAGS …
//   without irq-info, old reports  COMM-PID [CPU] SECONDS.FRACTION: …
//   counting clocks, --raw-ts      … TICKS: NAME: payload
//   latency-format, report -l      COMM-PID CPUFLAGS MICROSECONDSus+: …   or   SECONDS.FRACTION: …
//   several buffers or files       BUFFER:  COMM-PID [CPU] …   (trace-cmd report)
//   perf script                    COMM  TID [CPU] SECONDS.FRACTION: SYSTEM:NAME: payload
//   with fields of one's choice    COMM  PID/TID SECONDS.FRACTION:  PERIOD SYSTEM:NAME: payload
//
// Sources: kernel/trace/trace_output.c (trace_print_context, trace_print_lat_context), trace-cmd's trace-read.c.

import { isBlank, isDigit, latin1, skipBlanks } from './byte-text.ts';

const dash = 0x2d;
const colon = 0x3a;
const dot = 0x2e;
const slash = 0x2f;
const openParen = 0x28;
const closeParen = 0x29;
const openBracket = 0x5b;
const closeBracket = 0x5d;

/** Names are 15 bytes at most and columns are padded to 30: a shell that begins later is none. */
const reach = 512;

/** As many as 64 bits of nanoseconds hold. */
const mostSeconds = 18_446_744_072;

/** Reused from line to line: `read` overwrites every field, and leaves no object behind. */
export class FtraceShell {
	commStart = 0;
	commEnd = 0;
	tid = 0;
	/** -1 where the line has no such column, or dashes in it */
	tgid = -1;
	cpu = 0;
	/** the time in nanoseconds or ticks, as two halves: no bigint is made for a line of no interest */
	timeHigh = 0;
	timeLow = 0;
	/** no decimal point and no `us`: the clock counts */
	ticks = false;
	/** as perf script prints it */
	perf = false;
	nameStart = 0;
	nameEnd = 0;
	payloadStart = 0;

	/** True when the bytes hold a whole shell, up to and with the colon after the event's name. */
	read(bytes: Uint8Array, start: number, end: number): boolean {
		this.commStart = skipBlanks(bytes, start, end);
		const last = Math.min(end, start + reach);
		for (let at = this.commStart; at < last; at++) {
			if (bytes[at] === dash && isDigit(bytes[at + 1]) && this.#fromDash(bytes, at, end)) {
				this.commStart = afterBuffer(bytes, this.commStart, at);
				this.commEnd = at;
				this.perf = false;
				return true;
			}
		}
		return this.#perfScript(bytes, last, end);
	}

	/** The thread's id stands behind a blank: the first number from which the rest of a shell can be read. */
	#perfScript(bytes: Uint8Array, last: number, end: number): boolean {
		for (let at = this.commStart + 1; at < last; at++) {
			if (isDigit(bytes[at]) && isBlank(bytes[at - 1]) && this.#fromTid(bytes, at, end)) {
				let commEnd = at;
				while (commEnd > this.commStart && isBlank(bytes[commEnd - 1])) {
					commEnd--;
				}
				this.commEnd = commEnd;
				this.perf = true;
				return true;
			}
		}
		return false;
	}

	#fromTid(bytes: Uint8Array, start: number, end: number): boolean {
		this.tgid = -1;
		this.cpu = 0;
		let at = this.#number(bytes, start, end);
		this.tid = this.#value;
		if (bytes[at] === slash && isDigit(bytes[at + 1])) {
			this.tgid = this.#value;
			at = this.#number(bytes, at + 1, end);
			this.tid = this.#value;
		}
		if (this.tid > 0x7fff_ffff || !isBlank(bytes[at])) {
			return false;
		}
		at = skipBlanks(bytes, at, end);
		if (bytes[at] === openBracket) {
			at = this.#number(bytes, at + 1, end);
			this.cpu = this.#value;
			if (this.cpu > 0xffff || bytes[at] !== closeBracket) {
				return false;
			}
			at = skipBlanks(bytes, at + 1, end);
		}
		at = this.#time(bytes, at, end);
		if (at < 0 || this.ticks) {
			return false;
		}
		at = skipBlanks(bytes, at, end);
		if (isDigit(bytes[at])) {
			at = skipBlanks(bytes, skipWord(bytes, at, end), end);
		}
		// perf always names the system of an event, which tells its lines from other text.
		return this.#name(bytes, at, end) && bytes[this.nameStart - 1] === colon;
	}

	#value = 0;

	/** Position behind the digits at `start`, whose value `#value` is then. */
	#number(bytes: Uint8Array, start: number, end: number): number {
		let at = start;
		this.#value = 0;
		while (at < end && isDigit(bytes[at])) {
			this.#value = this.#value * 10 + ((bytes[at++] ?? 0) - 0x30);
		}
		return at;
	}

	#fromDash(bytes: Uint8Array, dashAt: number, end: number): boolean {
		let at = dashAt + 1;
		let tid = 0;
		while (at < end && isDigit(bytes[at])) {
			tid = tid * 10 + ((bytes[at++] ?? 0) - 0x30);
		}
		// A PID has at most 22 bits (PID_MAX_LIMIT), a CPU number fits 16.
		if (tid > 0x7fff_ffff || !isBlank(bytes[at])) {
			return false;
		}
		this.tid = tid;
		at = this.#tgid(bytes, skipBlanks(bytes, at, end), end);
		const bracket = bytes[at] === openBracket;
		at += bracket ? 1 : 0;
		let cpu = 0;
		const cpuStart = at;
		while (at < end && isDigit(bytes[at])) {
			cpu = cpu * 10 + ((bytes[at++] ?? 0) - 0x30);
		}
		if (at === cpuStart || cpu > 0xffff) {
			return false;
		}
		this.cpu = cpu;
		if (bracket) {
			if (bytes[at] !== closeBracket) {
				return false;
			}
			at++;
		} else {
			// Latency form: the flags stand right behind the CPU, and there always are some.
			const flags = at;
			at = skipWord(bytes, at, end);
			if (at === flags) {
				return false;
			}
		}
		at = skipBlanks(bytes, at, end);
		let afterTime = this.#time(bytes, at, end);
		if (afterTime < 0 && bracket) {
			at = skipBlanks(bytes, skipWord(bytes, at, end), end);
			afterTime = this.#time(bytes, at, end);
		}
		return afterTime >= 0 && this.#name(bytes, afterTime, end);
	}

	/** `(    118)`, or `(-------)` where it is not known. */
	#tgid(bytes: Uint8Array, start: number, end: number): number {
		this.tgid = -1;
		if (bytes[start] !== openParen) {
			return start;
		}
		let at = skipBlanks(bytes, start + 1, end);
		let tgid = 0;
		const first = at;
		while (at < end && isDigit(bytes[at])) {
			tgid = tgid * 10 + ((bytes[at++] ?? 0) - 0x30);
		}
		if (at > first && tgid <= 0x7fff_ffff) {
			this.tgid = tgid;
		}
		while (at < end && bytes[at] === dash) {
			at++;
		}
		return bytes[at] === closeParen ? skipBlanks(bytes, at + 1, end) : start;
	}

	/** Position after the colon that ends the time, -1 when there is no time at `start`. */
	#time(bytes: Uint8Array, start: number, end: number): number {
		let at = start;
		let whole = 0;
		while (at < end && isDigit(bytes[at])) {
			whole = whole * 10 + ((bytes[at++] ?? 0) - 0x30);
		}
		const digits = at - start;
		if (digits === 0 || digits > 20) {
			return -1;
		}
		this.ticks = false;
		if (bytes[at] === dot) {
			at++;
			let nanoseconds = 0;
			let unit = 100_000_000;
			const fraction = at;
			for (; at < end && isDigit(bytes[at]); at++) {
				nanoseconds += ((bytes[at] ?? 0) - 0x30) * unit;
				unit = unit === 1 ? 0 : unit / 10;
			}
			if (at === fraction || whole > mostSeconds) {
				return -1;
			}
			this.#setTime(whole, nanoseconds);
		} else if (bytes[at] === 0x75 && bytes[at + 1] === 0x73) {
			// `us` and one mark for the delay that follows; relative to the first event.
			at += 2;
			at += bytes[at] === colon ? 0 : 1;
			if (whole > mostSeconds * 1_000_000) {
				return -1;
			}
			this.#setTime(Math.floor(whole / 1_000_000), (whole % 1_000_000) * 1000);
		} else {
			this.ticks = true;
			if (!this.#setTicks(whole, bytes, start, at)) {
				return -1;
			}
		}
		at = skipDifference(bytes, at, end);
		return at < end && bytes[at] === colon ? at + 1 : -1;
	}

	/** 10^9 × seconds + nanoseconds in 64 bits without a bigint: 10^9 × seconds alone may pass 2^53. */
	#setTime(seconds: number, nanoseconds: number): void {
		const upper = Math.floor(seconds / 0x10_0000) * 1_000_000_000;
		const lower = (seconds % 0x10_0000) * 1_000_000_000 + nanoseconds + (upper % 0x1000) * 0x10_0000;
		this.timeHigh = Math.floor(upper / 0x1000) + Math.floor(lower / 0x1_0000_0000);
		this.timeLow = lower % 0x1_0000_0000;
	}

	#setTicks(rounded: number, bytes: Uint8Array, start: number, end: number): boolean {
		if (rounded <= Number.MAX_SAFE_INTEGER) {
			this.timeHigh = Math.floor(rounded / 0x1_0000_0000);
			this.timeLow = rounded % 0x1_0000_0000;
			return true;
		}
		const exact = BigInt(latin1(bytes, start, end));
		this.timeHigh = Number(BigInt.asUintN(32, exact >> 32n));
		this.timeLow = Number(BigInt.asUintN(32, exact));
		return exact >> 64n === 0n;
	}

	/** `name:` and, as perf and some listings have it, `system:name:`. */
	#name(bytes: Uint8Array, start: number, end: number): boolean {
		let at = skipBlanks(bytes, skipDifference(bytes, start, end), end);
		this.nameStart = at;
		at = skipName(bytes, at, end);
		if (at === this.nameStart || at >= end || bytes[at] !== colon) {
			return false;
		}
		if (at + 1 < end && !isBlank(bytes[at + 1])) {
			const second = skipName(bytes, at + 1, end);
			if (second > at + 1 && second < end && bytes[second] === colon) {
				this.nameStart = at + 1;
				at = second;
			}
		}
		this.nameEnd = at;
		this.payloadStart = skipBlanks(bytes, at + 1, end);
		return true;
	}
}

/** Behind `kvm: `, the name of a buffer or file, where that stands before the thread's name. */
function afterBuffer(bytes: Uint8Array, start: number, end: number): number {
	const at = skipWord(bytes, start, end);
	const name = at > start && bytes[at - 1] === colon ? skipBlanks(bytes, at, end) : end;
	return name < end ? name : start;
}

function skipWord(bytes: Uint8Array, start: number, end: number): number {
	let at = start;
	while (at < end && !isBlank(bytes[at])) {
		at++;
	}
	return at;
}

function skipName(bytes: Uint8Array, start: number, end: number): number {
	let at = start;
	while (at < end && bytes[at] !== colon && !isBlank(bytes[at])) {
		at++;
	}
	return at;
}

/** ` (+12)`, the distance to the line before, that `trace-cmd report --ts-diff` adds. */
function skipDifference(bytes: Uint8Array, start: number, end: number): number {
	const at = skipBlanks(bytes, start, end);
	if (bytes[at] !== openParen || bytes[at + 1] !== 0x2b) {
		return start;
	}
	let close = at + 2;
	while (close < end && isDigit(bytes[close])) {
		close++;
	}
	return bytes[close] === closeParen ? close + 1 : start;
}
