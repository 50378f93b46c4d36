// The virtual machines of a recording by name: what tells them apart for a person, and what a person may call one.

import type { Trace } from '../trace/trace.ts';
import { showsARun } from './vms-that-ran.ts';

/** A recording may go on growing: looked for again when there is more of it. */
const found = new WeakMap<
	Trace,
	{ readonly rows: number; readonly threads: readonly ReadonlySet<number>[] }
>();

/** Threads, as indices, that ran vCPUs of each VM: others make ioctls on it, a VMM's main thread on all of its VMs. */
function threadsOf(trace: Trace): readonly ReadonlySet<number>[] {
	const known = found.get(trace);
	if (known?.rows === trace.events.length) return known.threads;
	const { events, vms } = trace;
	const threads = vms.map(() => new Set<number>());
	for (let row = 0; row < events.length; row++) {
		const vm = events.vm(row);
		if (vm >= 0 && events.thread(row) >= 0 && showsARun(events.kind(row)))
			threads[vm]?.add(events.thread(row));
	}
	found.set(trace, { rows: events.length, threads });
	return threads;
}

/** `VM 1 (process 157)`, `VM 1 (threads 158 to 161)`: by what the host knows it. */
export function vmName(trace: Trace, vm: number): string {
	const threads = [...(threadsOf(trace)[vm] ?? [])].flatMap((index) => trace.threads[index] ?? []);
	const [first] = threads;
	if (!first) return `VM ${vm}`;
	if (first.tgid !== undefined) return `VM ${vm} (process ${first.tgid})`;
	const tids = threads.map(({ tid }) => tid);
	const [low, high] = [Math.min(...tids), Math.max(...tids)];
	return `VM ${vm} (${low === high ? `thread ${low}` : `threads ${low} to ${high}`})`;
}

/**
 * The VM that a person means: its number, the address of its struct kvm, a process or thread of it, or part of the
 * name of one of its threads. Undefined where there is none, or more than one.
 */
export function vmNamed(trace: Trace, wanted: string | number): number | undefined {
	const text = String(wanted).trim();
	const number = /^\d{1,5}$/.test(text) ? Number(text) : undefined;
	if (number !== undefined && number < trace.vms.length) return number;
	const fits = trace.vms.flatMap((vm, index) => {
		if (/^0x[0-9a-f]{1,16}$/i.test(text)) return vm.kvm === BigInt(text) ? [index] : [];
		const threads = [...(threadsOf(trace)[index] ?? [])].flatMap((thread) => trace.threads[thread] ?? []);
		const its = threads.some(({ tid, tgid, comm }) =>
			number === undefined ? text !== '' && comm.includes(text) : tid === number || tgid === number,
		);
		return its ? [index] : [];
	});
	return fits.length === 1 ? fits[0] : undefined;
}
