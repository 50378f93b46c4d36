// The refusals: why a file gives no session, in words for the person who chose it.

import { latin1, startsWithBytes } from './byte-text.ts';
import { excerpt } from './problem-list.ts';
import type { Trace, TraceProblem } from './trace.ts';
import { TraceError } from './trace-error.ts';

const traceText =
	"a trace.dat of trace-cmd, or the text of a trace, as `trace-cmd report` prints it or as the kernel's `trace` file holds it";
const record =
	'events of KVM; record them with `trace-cmd record -e kvm` (and `-e psci` where the PSCI probes are set up)';

export function emptyFile(file: string): TraceError {
	return new TraceError({ file, offset: 0, found: 'an empty file', expected: traceText });
}

export function tooLarge(file: string, size: number): TraceError {
	return new TraceError({
		file,
		found: `${size} bytes`,
		expected: 'at most 4 GiB of text or 16 GiB of trace.dat; record for a shorter time or with fewer events',
	});
}

/** A file in which no line is an event; `head` is how it begins. */
export function noTrace(file: string, head: Uint8Array, headings: boolean): TraceError {
	const binary = binaryKind(head);
	if (binary !== undefined) {
		return new TraceError({ file, offset: binary.offset, found: binary.found, expected: binary.expected });
	}
	if (headings) {
		return new TraceError({
			file,
			found: 'the heading of a trace and no whole event',
			expected: record,
		});
	}
	if (latin1(head, 0, head.length).includes('...handled as PSCI call')) {
		return new TraceError({
			file,
			line: 1,
			found: "QEMU's log of exceptions (-d int), which says that a call was PSCI's and not which",
			expected:
				"QEMU's trace events, as `-trace 'arm_psci_call' -trace 'arm_powerctl_*' -trace arm_cpu_reset` logs them",
		});
	}
	const lineEnd = head.indexOf(0x0a);
	const first = excerpt(head, 0, lineEnd < 0 ? head.length : lineEnd);
	return new TraceError({
		file,
		line: 1,
		found: `text in which no line is an event of a trace; it begins with ${first}`,
		expected: traceText,
	});
}

/** trace-cmd.dat(5): 0x17 0x08 0x44 "tracing" */
export const datMagic = [0x17, 0x08, 0x44, 0x74, 0x72, 0x61, 0x63, 0x69, 0x6e, 0x67] as const;

function unpackFirst(program: string): string {
	return `${traceText}; unpack it with \`${program}\``;
}

interface Binary {
	readonly offset: number;
	readonly found: string;
	readonly expected: string;
}

/** First bytes of files that people are likely to offer, and what makes text of them. */
const magics: readonly {
	readonly bytes: readonly number[];
	readonly found: string;
	readonly advice: string;
}[] = [
	{
		bytes: [0x50, 0x45, 0x52, 0x46, 0x49, 0x4c, 0x45, 0x32],
		found: 'a binary recording of perf (perf.data)',
		advice: traceText,
	},
	{ bytes: [0x1f, 0x8b], found: 'a file compressed with gzip', advice: traceText },
	{ bytes: [0x28, 0xb5, 0x2f, 0xfd], found: 'a file compressed with zstd', advice: traceText },
	{ bytes: [0x42, 0x5a, 0x68], found: 'a file compressed with bzip2', advice: unpackFirst('bunzip2') },
	{ bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a], found: 'a file compressed with xz', advice: unpackFirst('unxz') },
	{ bytes: [0x50, 0x4b, 0x03, 0x04], found: 'a ZIP archive', advice: unpackFirst('unzip') },
	{
		bytes: datMagic,
		found: 'a trace.dat inside a compressed file',
		advice: 'it as trace-cmd writes it, which is compressed already; unpack it with `gunzip` or `unzstd`',
	},
	{ bytes: [0xff, 0xfe], found: 'text in UTF-16', advice: `${traceText}, in ASCII or UTF-8` },
	{ bytes: [0xfe, 0xff], found: 'text in UTF-16', advice: `${traceText}, in ASCII or UTF-8` },
];

/** Whether the file is one that can be refused by its first bytes. */
export function knownBinary(head: Uint8Array): Binary | undefined {
	const magic = magics.find(({ bytes }) => startsWithBytes(head, bytes));
	return magic === undefined ? undefined : { offset: 0, found: magic.found, expected: magic.advice };
}

function binaryKind(head: Uint8Array): Binary | undefined {
	const known = knownBinary(head);
	if (known !== undefined) {
		return known;
	}
	const at = head.findIndex(
		(byte) => (byte < 0x20 && (byte < 0x09 || byte > 0x0d) && byte !== 0x1b) || byte === 0x7f,
	);
	const hex = (head[at] ?? 0).toString(16).padStart(2, '0');
	return at < 0 ? undefined : { offset: at, found: `binary data (byte 0x${hex})`, expected: traceText };
}

/** A trace whose events are all of no interest, or damaged. */
export function noKvmEvents(
	file: string,
	skipped: ReadonlyMap<string, number>,
	problems: readonly TraceProblem[],
	damaged: number,
): TraceError {
	const [first] = problems;
	if (skipped.size === 0 && first !== undefined) {
		const found = `a trace without a whole event; the first of ${damaged} damaged places is ${first.found}`;
		return new TraceError({ file, ...placeOf(first), found, expected: first.expected });
	}
	// Where something is damaged, that is what one reads.
	const most = first === undefined ? 8 : 4;
	const named = [...skipped].slice(0, most).map(([name, count]) => `${name} (${count})`);
	const more = skipped.size > most ? [`and ${skipped.size - most} other names`] : [];
	const damage =
		first === undefined
			? ''
			: `; damaged places: ${damaged}, the first of them ${first.found} in place of ${first.expected}`;
	return new TraceError({
		file,
		found: `a trace without KVM events; its events are ${[...named, ...more].join(', ')}${damage}`,
		expected: `kvm_hvc_arm64, kvm_entry, kvm_exit or other ${record}`,
	});
}

function placeOf({ line, offset }: TraceProblem): { readonly line?: number; readonly offset: number } {
	return line === undefined ? { offset } : { line, offset };
}

/**
 * Why a trace that could be read in part is not to be launched: its file ends in the middle of an event,
 * so that what happened last is missing. Undefined for a whole file.
 */
export function refusal(trace: Trace): TraceError | undefined {
	const last = trace.problems.at(-1);
	if (last?.truncated !== true) {
		return undefined;
	}
	if (trace.lines === 'generated') {
		const expected = `${last.expected}; copy the whole file again`;
		return new TraceError({ file: trace.name, offset: last.offset, found: last.found, expected });
	}
	return new TraceError({
		file: trace.name,
		...placeOf(last),
		found: `the file cut in the middle of a line, ${last.found}`,
		expected: `${last.expected} and a line end; copy the whole file again, or delete its last line`,
	});
}
