// The virtual machines of a recording, by the address of their `struct kvm`, which the kernel gives to another
// machine when it is free again. Only the process that made a machine can do anything with it (kvm->mm is compared
// in kvm_vm_ioctl and kvm_vcpu_ioctl, virt/kvm/kvm_main.c): another process at the same address is another machine.
// A recording without process ids (`record-tgid`) does not tell.

interface Machine {
	readonly index: number;
	readonly kvm: bigint;
	/** -1 while nothing has shown it */
	tgid: number;
}

export class VirtualMachines {
	readonly #all: Machine[] = [];
	/** of each address, the latest last */
	readonly #byAddress = new Map<bigint, Machine[]>();
	#last: Machine | undefined;

	/**
	 * Index of the machine at `kvm` that the process `tgid` (-1: not known) has, a new one where it is new; -1 when
	 * there are more than a column holds.
	 */
	indexOf(kvm: bigint, tgid = -1): number {
		const last = this.#last;
		if (last !== undefined && last.kvm === kvm && last.tgid === tgid) {
			return last.index;
		}
		const there = this.#byAddress.get(kvm);
		const machine =
			there?.find((one) => one.tgid === tgid) ?? there?.findLast((one) => one.tgid < 0 || tgid < 0);
		if (machine === undefined) {
			return this.#add(kvm, tgid);
		}
		if (tgid >= 0) {
			machine.tgid = tgid;
			this.#last = machine;
		}
		return machine.index;
	}

	/** The addresses, in order of index. */
	addresses(): readonly bigint[] {
		return this.#all.map(({ kvm }) => kvm);
	}

	#add(kvm: bigint, tgid: number): number {
		if (this.#all.length >= 0x7fff) {
			return -1;
		}
		const machine = { index: this.#all.length, kvm, tgid };
		this.#all.push(machine);
		this.#byAddress.set(kvm, [...(this.#byAddress.get(kvm) ?? []), machine]);
		this.#last = machine;
		return machine.index;
	}
}
