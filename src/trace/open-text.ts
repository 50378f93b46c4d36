// ftrace text, in any of its forms: read in slices, scanned line by line.

import type { ByteSource } from './byte-source.ts';
import { readingShare, readLines } from './read-lines.ts';
import { FtraceScanner } from './scan-ftrace.ts';
import { ftraceDecoder, TextEvents } from './text-events.ts';
import { sortByTime } from './time-order.ts';
import type { Trace } from './trace.ts';
import type { Turn } from './turn.ts';
import { type Answers, whoIsWho } from './who-is-who.ts';

export async function openText(source: ByteSource, turn: Turn): Promise<Trace> {
	const scanner = new FtraceScanner();
	await readLines(source, scanner, turn);
	const { columns } = scanner;
	scanner.refuseNothing(source.name);
	scanner.dateFirstGaps();
	scanner.noteDroppedSamples();
	columns.trim();
	const byFile = await sortByTime(columns, turn, readingShare);
	const named = {
		addresses: scanner.machines.addresses(),
		loaded: byFile === undefined ? scanner.loaded : undefined,
		anyNamed: scanner.anyNamed,
	};
	return textTrace(
		source.name,
		scanner,
		await whoIsWho(columns, scanner.threads.list(), named, turn),
		byFile,
	);
}

/** The recording as far as it has been scanned. */
export function textTrace(
	name: string,
	scanner: FtraceScanner,
	answers: Answers,
	byFile: Uint32Array | undefined,
): Trace {
	const { columns, problems, text, perf, report } = scanner;
	return {
		name,
		format: perf ? 'perf script' : report ? 'trace-cmd report' : 'ftrace',
		lines: 'file',
		events: new TextEvents(columns, answers, text, byFile, ftraceDecoder(report || perf)),
		threads: scanner.threads.list(),
		vms: answers.vms,
		skipped: scanner.names.skipped(),
		problems: problems.list().slice(),
		problemCount: problems.count,
		clockUnit: scanner.ticks ? 'ticks' : 'ns',
		...(scanner.host === undefined ? {} : { host: scanner.host }),
		lineText: (line) => text.lineText(line),
		lineCount: text.lineCount,
	};
}
