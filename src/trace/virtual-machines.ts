// The virtual machines of a recording, by the address of their `struct kvm`.

export class VirtualMachines {
	readonly #indices = new Map<bigint, number>();
	#last: bigint | undefined;
	#lastIndex = -1;

	/** Index of the machine at `kvm`, a new one where it is new; -1 when there are more than a column holds. */
	indexOf(kvm: bigint): number {
		if (kvm === this.#last) {
			return this.#lastIndex;
		}
		let index = this.#indices.get(kvm);
		if (index === undefined) {
			if (this.#indices.size >= 0x7fff) {
				return -1;
			}
			index = this.#indices.size;
			this.#indices.set(kvm, index);
		}
		this.#last = kvm;
		this.#lastIndex = index;
		return index;
	}

	/** The addresses, in order of index. */
	addresses(): readonly bigint[] {
		return [...this.#indices.keys()];
	}
}
