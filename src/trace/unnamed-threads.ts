// The vCPU of threads as a whole, for events that no probe of their run names: the one vCPU that the thread
// ever names, else the thread's name, else the order in which threads first show vCPU events.

import { Attributed, unknown } from './event-columns.ts';
import type { ThreadRuns } from './thread-runs.ts';
import type { TraceThread } from './trace.ts';
import { vcpuOfThreadName } from './vcpu-thread-name.ts';

export interface ThreadVcpu {
	readonly vm: number;
	readonly vcpu: number;
	readonly how: number;
}

export interface NamedThreads {
	/** by index of thread; undefined where nothing is to be said */
	readonly threads: readonly (ThreadVcpu | undefined)[];
	/** VMs that the threads make up where no probe names one, else 0 */
	readonly vmCount: number;
}

interface Candidate {
	readonly thread: number;
	readonly tid: number;
	readonly tgid: number | undefined;
	readonly firstRow: number;
	readonly vcpu: number | undefined;
	/** how `vcpu` is known */
	readonly how: number;
	/** runs several vCPUs, which its neighbours name */
	readonly several: boolean;
}

/** `knownVms`: how many VMs the probes name. */
export function nameThreads(
	threads: readonly TraceThread[],
	runs: ThreadRuns,
	knownVms: number,
): NamedThreads {
	const named: (ThreadVcpu | undefined)[] = threads.map(() => undefined);
	const taken = new Map<number, Set<number>>();
	const candidates: Candidate[] = [];
	threads.forEach(({ tid, tgid, comm, guest }, thread) => {
		const record = runs.record(thread);
		if (record === undefined) {
			return;
		}
		if (record.vm !== unknown || record.severalVms) {
			// Where it names several, there is no telling which: only the VM may be sure.
			const vm = record.severalVms ? unknown : record.vm;
			named[thread] = record.several
				? { vm, vcpu: unknown, how: Attributed.none }
				: { vm, vcpu: record.vcpu, how: Attributed.run };
			reserve(taken, vm, record.vcpu);
		} else if (record.firstRow !== unknown || record.vcpu !== unknown) {
			const named = record.several
				? undefined
				: record.vcpu === unknown
					? (guest?.vcpu ?? vcpuOfThreadName(comm))
					: record.vcpu;
			const how = record.vcpu === unknown ? Attributed.threadName : Attributed.run;
			candidates.push({
				thread,
				tid,
				// Two guests are two machines, as two processes are.
				tgid: guest === undefined ? tgid : -1 - guest.index,
				firstRow: record.firstRow,
				vcpu: named,
				how,
				several: record.several,
			});
		}
	});
	const groups = knownVms === 0 ? machinesOf(candidates) : [candidates];
	groups.forEach((group, index) => {
		const vm = knownVms === 0 ? index : knownVms === 1 ? 0 : unknown;
		for (const { thread, vcpu, how, several } of group) {
			if (several) {
				named[thread] = { vm, vcpu: unknown, how: Attributed.none };
			} else if (vcpu !== undefined) {
				named[thread] = { vm, vcpu, how };
				reserve(taken, vm, vcpu);
			}
		}
		let next = 0;
		for (const { thread, vcpu, several } of [...group].sort((a, b) => a.firstRow - b.firstRow)) {
			if (vcpu === undefined && !several) {
				while (taken.get(vm)?.has(next) === true) {
					next++;
				}
				// More vCPUs than a column holds are no vCPUs.
				const number = next < 0x7fff ? next++ : unknown;
				named[thread] = { vm, vcpu: number, how: Attributed.firstEntry };
			}
		}
	});
	return { threads: named, vmCount: knownVms === 0 ? groups.length : 0 };
}

function reserve(taken: Map<number, Set<number>>, vm: number, vcpu: number): void {
	const ids = taken.get(vm) ?? new Set();
	taken.set(vm, ids.add(vcpu));
}

/**
 * Threads by virtual machine, where no address tells. Threads of a process are made one after the other,
 * so in order of tid a vCPU number that comes again is another machine's; where the recording has process
 * ids, those decide. Threads without a number go with the machine before them.
 */
function machinesOf(candidates: readonly Candidate[]): Candidate[][] {
	const machines: {
		readonly tgid: number | undefined;
		readonly ids: Set<number>;
		readonly group: Candidate[];
	}[] = [];
	const byTgid = new Map<number, Candidate[]>();
	for (const candidate of [...candidates].sort((a, b) => a.tid - b.tid)) {
		const { tgid, vcpu } = candidate;
		const process = tgid === undefined ? undefined : byTgid.get(tgid);
		const last = machines.at(-1);
		if (process !== undefined) {
			process.push(candidate);
		} else if (
			tgid === undefined &&
			last !== undefined &&
			last.tgid === undefined &&
			(vcpu === undefined || !last.ids.has(vcpu))
		) {
			last.group.push(candidate);
			if (vcpu !== undefined) {
				last.ids.add(vcpu);
			}
		} else if (machines.length < 0x7fff) {
			const group = [candidate];
			machines.push({ tgid, ids: new Set(vcpu === undefined ? [] : [vcpu]), group });
			if (tgid !== undefined) {
				byTgid.set(tgid, group);
			}
		}
	}
	return machines.map(({ group }) => group);
}
