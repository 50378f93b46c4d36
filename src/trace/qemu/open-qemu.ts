// QEMU's log becomes a recording: of one machine, whose vCPUs the events name themselves.

import type { ByteSource } from '../byte-source.ts';
import { noKvmEvents } from '../nothing-to-debug.ts';
import { readingShare, readLines } from '../read-lines.ts';
import { TextEvents } from '../text-events.ts';
import { sortByTime } from '../time-order.ts';
import type { Trace } from '../trace.ts';
import type { Turn } from '../turn.ts';
import { asInColumns } from '../who-is-who.ts';
import { QemuScanner } from './scan-qemu.ts';

export async function openQemu(source: ByteSource, turn: Turn): Promise<Trace> {
	const scanner = new QemuScanner();
	await readLines(source, scanner, turn);
	const { columns, problems, text, skipped } = scanner;
	if (columns.length === 0) {
		throw noKvmEvents(source.name, skipped, problems.list(), problems.count);
	}
	columns.trim();
	const byFile = await sortByTime(columns, turn, readingShare);
	const vms = [{ kvm: undefined, vcpus: scanner.vcpus() }];
	return {
		name: source.name,
		format: 'qemu log',
		lines: 'file',
		events: new TextEvents(columns, asInColumns(vms), text, byFile, scanner.decoder()),
		threads: scanner.threads(),
		vms,
		skipped: new Map([...skipped].sort((a, b) => b[1] - a[1])),
		problems: problems.list(),
		problemCount: problems.count,
		clockUnit: scanner.ticks ? 'ticks' : 'ns',
		lineText: (line) => text.lineText(line),
		lineCount: text.lineCount,
	};
}
