// What `kvm_get_timer_map` says besides its own matter: which vCPU a thread has loaded (`VCPU: 1, dv: …`,
// emitted by kvm_timer_vcpu_load and _put, arch/arm64/kvm/arch_timer.c). It is no row of the table, but the
// only thing that names the vCPU of a run without a hypercall; kept once for each run of a thread.

import { integer, startsWith } from './byte-text.ts';
import { EventKind } from './event.ts';

export interface LoadedVcpu {
	readonly thread: number;
	readonly vcpu: number;
}

const word = 'VCPU: ';

/** The vCPU that the payload of `kvm_get_timer_map` names. */
export function loadedVcpu(bytes: Uint8Array, payload: number, end: number): number | undefined {
	if (!startsWith(bytes, payload, end, word)) {
		return undefined;
	}
	const start = payload + word.length;
	const comma = bytes.indexOf(0x2c, start);
	const id = comma < 0 || comma > end ? undefined : integer(bytes, start, comma);
	return id === undefined || id < 0n || id >= 0x7fffn ? undefined : Number(id);
}

export class LoadedVcpus {
	/** how many rows the table had */
	readonly #rows: number[] = [];
	readonly #threads: number[] = [];
	readonly #vcpus: number[] = [];
	/** by thread, what was last noted of this run */
	readonly #noted = new Map<number, number>();
	#next = 0;

	/** Notes that `thread` has loaded `vcpu`, before the row that is or will be number `row`. */
	note(row: number, thread: number, vcpu: number): void {
		if (this.#noted.get(thread) !== vcpu) {
			this.#noted.set(thread, vcpu);
			this.#rows.push(row);
			this.#threads.push(thread);
			this.#vcpus.push(vcpu);
		}
	}

	get isEmpty(): boolean {
		return this.#rows.length === 0;
	}

	/** A row of this kind has come: the exit to userspace ends the run of `thread`. */
	passed(kind: number, thread: number): void {
		if (kind === EventKind.kvm_userspace_exit) {
			this.#noted.delete(thread);
		}
	}

	/** The next note from before `row`, in order; undefined when there is none left. */
	before(row: number): LoadedVcpu | undefined {
		const at = this.#next;
		const thread = this.#threads[at];
		const vcpu = this.#vcpus[at];
		if (thread === undefined || vcpu === undefined || (this.#rows[at] ?? 0) > row) {
			return undefined;
		}
		this.#next = at + 1;
		return { thread, vcpu };
	}
}
