// Which vCPU of which VM each event is about. The kernel's own events do not say; the probes do. In this order,
// and every row says which it was:
//
//   event        the event names its vCPU itself
//   run          its neighbours do: one KVM_RUN of a thread is one vCPU; so is a thread that only ever names one
//   thread-name  the thread is called after its vCPU
//   first-entry  nothing names it: threads are numbered as they first show vCPU events
//
// A run is what lies between two userspace exits of a thread. Threads may run many vCPUs in turn (the
// kernel's selftests do), so what one run says is never carried over to the next.
//
// What events and runs say stands in the columns. What holds of a thread as a whole stands once for the thread
// and is looked up for its rows (`RecordedRows`): it may become another while a recording grows.

import type { EventColumns } from './event-columns.ts';
import { unknown } from './event-columns.ts';
import type { LoadedVcpus } from './loaded-vcpus.ts';
import { ThreadRuns } from './thread-runs.ts';
import type { TraceThread, TraceVm } from './trace.ts';
import type { Turn } from './turn.ts';
import { nameThreads, type ThreadVcpu } from './unnamed-threads.ts';

const batch = 0x2000;

/** What the scan found that names VMs and vCPUs, besides the columns. */
export interface NamedInTrace {
	/** of the VMs, in order of index */
	readonly addresses: readonly bigint[];
	/** in file order: undefined where the rows are not */
	readonly loaded: LoadedVcpus | undefined;
	/** whether anything names a vCPU */
	readonly anyNamed: boolean;
}

/** Who is who, besides what stands in the columns. */
export interface Answers {
	/** by index of thread: whose its events are where neither they nor their runs say it */
	readonly threads: readonly (ThreadVcpu | undefined)[];
	readonly vms: readonly TraceVm[];
}

/** Nobody but those whom the columns name. */
export function asInColumns(vms: readonly TraceVm[]): Answers {
	return { threads: [], vms };
}

/** Follows all rows there are; who is who in the end. */
export async function whoIsWho(
	columns: EventColumns,
	threads: readonly TraceThread[],
	{ addresses, loaded, anyNamed }: NamedInTrace,
	turn: Turn,
): Promise<Answers> {
	const runs = new ThreadRuns(columns);
	for (let row = 0; row < columns.length; row++) {
		for (let note = loaded?.before(row); note !== undefined; note = loaded?.before(row)) {
			runs.load(note);
		}
		runs.take(row, anyNamed);
		if (row % batch === 0 && turn.over()) {
			await turn.rest(0.8 + (0.2 * row) / columns.length);
		}
	}
	runs.finish();
	return answersOf(runs, threads, addresses);
}

/** What the rows so far tell. */
export function answersOf(
	runs: ThreadRuns,
	threads: readonly TraceThread[],
	addresses: readonly bigint[],
): Answers {
	const named = nameThreads(threads, runs, addresses.length);
	const vmCount = Math.max(addresses.length, named.vmCount);
	const ids = Array.from({ length: vmCount }, (_, vm) => new Set(runs.vcpus[vm]));
	// With a single machine, whatever names none is about that one.
	const only = vmCount === 1 ? ids[0] : undefined;
	named.threads.forEach((who, thread) => {
		const record = runs.record(thread);
		const vcpus = who === undefined || who.vm === unknown ? only : ids[who.vm];
		for (const vcpu of record?.withoutVm ?? []) {
			vcpus?.add(vcpu);
		}
		if (record !== undefined && record.loose > 0 && who !== undefined && who.vcpu !== unknown) {
			vcpus?.add(who.vcpu);
		}
	});
	return {
		threads: named.threads,
		vms: ids.map((vcpus, vm) => ({ kvm: addresses[vm], vcpus: [...vcpus].sort((a, b) => a - b) })),
	};
}
