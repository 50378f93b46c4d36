// Our JSON Lines become a recording. What the lines say of vCPUs is taken as it is; what they leave open is
// found out as for any other recording, unless they were written by the debugger, which had done so.

import type { ByteSource } from '../byte-source.ts';
import { EventKind } from '../event.ts';
import { noKvmEvents } from '../nothing-to-debug.ts';
import { readingShare, readLines } from '../read-lines.ts';
import { TextEvents } from '../text-events.ts';
import { sortByTime } from '../time-order.ts';
import type { Trace, TraceVm } from '../trace.ts';
import type { Turn } from '../turn.ts';
import { type Answers, asInColumns, whoIsWho } from '../who-is-who.ts';
import { JsonlScanner } from './scan-jsonl.ts';

export async function openJsonl(source: ByteSource, turn: Turn): Promise<Trace> {
	const scanner = new JsonlScanner();
	await readLines(source, scanner, turn);
	const { columns, problems, text, skipped, anyNamed, host } = scanner;
	if (!columns.kind.subarray(0, columns.length).some((kind) => kind !== EventKind.lost)) {
		throw noKvmEvents(source.name, skipped, problems.list(), problems.count);
	}
	columns.trim();
	const byFile = await sortByTime(columns, turn, readingShare);
	const threads = scanner.threads.list();
	let answers: Answers;
	if (scanner.attributed) {
		scanner.settle();
		answers = asInColumns(machinesOf(scanner));
	} else {
		const addresses = machinesOf(scanner).map(({ kvm }, index) => kvm ?? BigInt(index));
		const found = await whoIsWho(columns, threads, { addresses, loaded: undefined, anyNamed }, turn);
		answers = { ...found, vms: found.vms.map(({ vcpus }) => ({ kvm: undefined, vcpus })) };
	}
	return {
		name: source.name,
		format: 'jsonl',
		lines: 'file',
		events: new TextEvents(columns, answers, text, byFile, scanner.decoder()),
		threads,
		vms: answers.vms,
		skipped: new Map([...skipped].sort((a, b) => b[1] - a[1])),
		problems: problems.list(),
		problemCount: problems.count,
		clockUnit: scanner.ticks ? 'ticks' : 'ns',
		...(host === undefined ? {} : { host }),
		lineText: (line) => text.lineText(line),
		lineCount: text.lineCount,
	};
}

function machinesOf({ columns, machines }: JsonlScanner): TraceVm[] {
	const vcpus: Set<number>[] = machines.map(() => new Set());
	for (let row = 0; row < columns.length; row++) {
		const vm = columns.vm[row] ?? -1;
		const vcpu = columns.vcpu[row] ?? -1;
		if (vm >= 0) {
			while (vcpus.length <= vm) {
				vcpus.push(new Set());
			}
			if (vcpu >= 0) {
				vcpus[vm]?.add(vcpu);
			}
		}
	}
	return vcpus.map((ids, vm) => ({ kvm: machines[vm], vcpus: [...ids].sort((a, b) => a - b) }));
}
