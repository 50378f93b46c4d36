// ftrace text, in any of its forms: read in slices, scanned line by line.

import type { ByteSource } from './byte-source.ts';
import { noKvmEvents } from './nothing-to-debug.ts';
import { readingShare, readLines } from './read-lines.ts';
import { FtraceScanner } from './scan-ftrace.ts';
import { ftraceDecoder, TextEvents } from './text-events.ts';
import { sortByTime } from './time-order.ts';
import type { Trace } from './trace.ts';
import type { Turn } from './turn.ts';
import { whoIsWho } from './who-is-who.ts';

export async function openText(source: ByteSource, turn: Turn): Promise<Trace> {
	const scanner = new FtraceScanner();
	await readLines(source, scanner, turn);
	const { columns, problems, text } = scanner;
	if (scanner.eventRows === 0) {
		throw noKvmEvents(source.name, scanner.names.skipped(), problems.list(), problems.count);
	}
	scanner.dateFirstGaps();
	scanner.noteDroppedSamples();
	columns.trim();
	const byFile = await sortByTime(columns, turn, readingShare);
	const threads = scanner.threads.list();
	const named = {
		addresses: scanner.machines.addresses(),
		loaded: byFile === undefined ? scanner.loaded : undefined,
		anyNamed: scanner.anyNamed,
	};
	const answers = await whoIsWho(columns, threads, named, turn);
	return {
		name: source.name,
		format: scanner.perf ? 'perf script' : scanner.report ? 'trace-cmd report' : 'ftrace',
		lines: 'file',
		events: new TextEvents(columns, answers, text, byFile, ftraceDecoder(scanner.report || scanner.perf)),
		threads,
		vms: answers.vms,
		skipped: scanner.names.skipped(),
		problems: problems.list(),
		problemCount: problems.count,
		clockUnit: scanner.ticks ? 'ticks' : 'ns',
		...(scanner.host === undefined ? {} : { host: scanner.host }),
		lineText: (line) => text.lineText(line),
		lineCount: text.lineCount,
	};
}
