// The threads of a recording, one for each tid. Its name may come late (`<...>` at first) or change (a
// VMM names its threads after it has made them): the name that tells most is kept.

import { sameBytes } from './byte-text.ts';
import type { TraceThread } from './trace.ts';
import { vcpuOfThreadName } from './vcpu-thread-name.ts';

interface SeenThread {
	readonly index: number;
	readonly tid: number;
	tgid: number;
	comm: string;
	/** the bytes last seen as its name */
	bytes: Uint8Array;
}

export class Threads {
	readonly #byTid = new Map<number, SeenThread>();
	readonly #all: SeenThread[] = [];
	#last: SeenThread | undefined;

	indexOf(tid: number, tgid: number, bytes: Uint8Array, start: number, end: number): number {
		let thread = this.#last?.tid === tid ? this.#last : this.#byTid.get(tid);
		if (thread === undefined) {
			thread = { index: this.#all.length, tid, tgid, comm: '', bytes: new Uint8Array() };
			this.#byTid.set(tid, thread);
			this.#all.push(thread);
		}
		this.#last = thread;
		if (tgid >= 0) {
			thread.tgid = tgid;
		}
		if (!sameBytes(thread.bytes, bytes, start, end)) {
			thread.bytes = bytes.slice(start, end);
			const comm = new TextDecoder().decode(thread.bytes);
			thread.comm = rank(comm) >= rank(thread.comm) ? comm : thread.comm;
		}
		return thread.index;
	}

	list(): readonly TraceThread[] {
		return this.#all.map(({ tid, comm, tgid }) => (tgid < 0 ? { tid, comm } : { tid, comm, tgid }));
	}
}

function rank(comm: string): number {
	// perf gives the samples of a running vCPU no name but that of the guest: `[guest/126]`.
	return comm === ''
		? 0
		: comm === '<...>' || comm.startsWith('[guest/')
			? 1
			: vcpuOfThreadName(comm) === undefined
				? 2
				: 3;
}
