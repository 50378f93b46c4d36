// Second pass: which vCPU of which VM each event is about. The kernel's own events do not say; the probes
// do. In this order, and every row says which it was:
//
//   event        the event names its vCPU itself
//   run          its neighbours do: one KVM_RUN of a thread is one vCPU; so is a thread that only ever names one
//   thread-name  the thread is called after its vCPU
//   first-entry  nothing names it: threads are numbered as they first show vCPU events
//
// A run is what lies between two userspace exits of a thread. Threads may run many vCPUs in turn (the
// kernel's selftests do), so what one run says is never carried over to the next.

import { EventKind } from './event.ts';
import { Attributed, type EventColumns, unknown } from './event-columns.ts';
import { isOfTheThread } from './events-of-the-thread.ts';
import type { LoadedVcpus } from './loaded-vcpus.ts';
import { ThreadRuns } from './thread-runs.ts';
import type { TraceThread, TraceVm } from './trace.ts';
import type { Turn } from './turn.ts';
import { nameThreads } from './unnamed-threads.ts';

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

/** Fills the columns `vm`, `vcpu` and `attribution`; the VMs that there are. */
export async function whoIsWho(
	columns: EventColumns,
	threads: readonly TraceThread[],
	{ addresses, loaded, anyNamed }: NamedInTrace,
	turn: Turn,
): Promise<readonly TraceVm[]> {
	const runs = new ThreadRuns(columns, threads.length, anyNamed);
	for (let row = 0; row < columns.length; row++) {
		for (let note = loaded?.before(row); note !== undefined; note = loaded?.before(row)) {
			runs.load(note);
		}
		runs.take(row);
		if (row % batch === 0 && turn.over()) {
			await turn.rest(0.8 + (0.1 * row) / columns.length);
		}
	}
	runs.finish();

	const named = nameThreads(threads, runs, addresses.length);
	const vmCount = Math.max(addresses.length, named.vmCount);
	const vcpus: Set<number>[] = Array.from({ length: vmCount }, () => new Set<number>());
	// Columns as they are now: nothing is added any more, and a look into an object for each would tell.
	const { length, kind, thread, attribution, vm, vcpu } = columns;
	let lastVm = unknown;
	let lastVcpu = unknown;
	for (let row = 0; row < length; row++) {
		const who = named.threads[thread[row] as number];
		if (attribution[row] === Attributed.none && who !== undefined && isOfTheThread(kind[row] as number)) {
			columns.attribute(row, who.vm, who.vcpu, who.how);
		}
		// A probe without `kvm=`, or a loaded vCPU: the machine is that of the thread.
		if (vm[row] === unknown && vcpu[row] !== unknown) {
			vm[row] = who?.vm ?? unknown;
		}
		// With a single machine, whatever names none is about that one.
		if (vmCount === 1 && vm[row] === unknown && kind[row] !== EventKind.lost) {
			vm[row] = 0;
		}
		if (vm[row] !== lastVm || vcpu[row] !== lastVcpu) {
			lastVm = vm[row] as number;
			lastVcpu = vcpu[row] as number;
			if (lastVm !== unknown && lastVcpu !== unknown) {
				vcpus[lastVm]?.add(lastVcpu);
			}
		}
		if (row % batch === 0 && turn.over()) {
			await turn.rest(0.9 + (0.1 * row) / length);
		}
	}
	return vcpus.map((ids, vm) => ({ kvm: addresses[vm], vcpus: [...ids].sort((a, b) => a - b) }));
}
