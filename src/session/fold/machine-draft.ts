// A state of the machine while events are applied to it: what is changed is copied the first time, and written to
// from then on, so that many events cost one copy. What was taken is a state like any other: it never changes.

import type { MachineState, VcpuState, VmState } from '../state.ts';

export type Draft<T> = { -readonly [K in keyof T]: T[K] };

export class MachineDraft {
	readonly #vcpus: VcpuState[];
	readonly #own: (Draft<VcpuState> | undefined)[];
	#vms: readonly VmState[];

	constructor({ vcpus, vms }: MachineState) {
		this.#vcpus = vcpus.slice();
		this.#own = new Array(vcpus.length).fill(undefined);
		this.#vms = vms;
	}

	/** The state as it is now. */
	take(): MachineState {
		this.#own.fill(undefined);
		return { vcpus: this.#vcpus.slice(), vms: this.#vms };
	}

	/** To look at, not to keep: it goes on changing. */
	get vcpus(): readonly VcpuState[] {
		return this.#vcpus;
	}

	/** To look at and to write to, not to keep. */
	vcpu(vm: number, id: number): Draft<VcpuState> | undefined {
		const index = this.#indexOf(vm, id);
		const own = this.#own[index];
		const shared = this.#vcpus[index];
		if (own || !shared) return own;
		const copy = { ...shared };
		this.#vcpus[index] = copy;
		this.#own[index] = copy;
		return copy;
	}

	get vms(): readonly VmState[] {
		return this.#vms;
	}

	changeVm(vm: number, change: Partial<VmState>): void {
		this.#vms = this.#vms.map((v) => (v.vm === vm ? { ...v, ...change } : v));
	}

	/** Counted by hand: this is asked several times for each event of a replay. */
	#indexOf(vm: number, id: number): number {
		for (let i = 0; i < this.#vcpus.length; i++) {
			const vcpu = this.#vcpus[i];
			if (vcpu?.id === id && vcpu.vm === vm) return i;
		}
		return -1;
	}
}
