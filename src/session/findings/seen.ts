// What the pass over a session has seen so far of each vCPU: a handful of row numbers, whatever the length of the
// session. Row numbers are -1 until the thing was seen.

import type { Session } from '../session.ts';

export class SeenVcpu {
	readonly vm: number;
	/** vcpu_id */
	readonly id: number;
	/** place in the session's list of vCPUs */
	readonly index: number;
	firstEntry = -1;
	lastEntry = -1;
	lastRow = -1;
	/** of its last event in the guest or out of KVM_RUN: that of an ioctl may be any */
	thread = -1;
	/** its last row is an entry: nothing says that it came out again */
	inGuest = false;
	/** the latest KVM_ARM_VCPU_INIT */
	init = -1;
	/** detectors want to know of the next entry: entries are too many to tell them of each */
	watched = false;

	constructor(vm: number, id: number, index: number) {
		this.vm = vm;
		this.id = id;
		this.index = index;
	}
}

export class SeenMachine {
	readonly session: Session;
	readonly vcpus: readonly SeenVcpu[];
	/** by VM: the vCPU that entered a guest first, so the boot vCPU where the recording has the boot */
	readonly first = new Map<number, SeenVcpu>();
	/** by VM: the latest exit that asked for its end or a new beginning */
	readonly ended = new Map<number, number>();
	readonly #lookup: ReadonlyMap<number, SeenVcpu>;

	constructor(session: Session) {
		this.session = session;
		this.vcpus = session.vcpus.map(({ vm, id }, index) => new SeenVcpu(vm, id, index));
		this.#lookup = new Map(this.vcpus.map((vcpu) => [key(vcpu.vm, vcpu.id), vcpu]));
	}

	vcpu(vm: number, id: number): SeenVcpu | undefined {
		return this.#lookup.get(key(vm, id));
	}

	ofVm(vm: number): readonly SeenVcpu[] {
		return this.vcpus.filter((vcpu) => vcpu.vm === vm);
	}
}

const key = (vm: number, id: number) => vm * 0x10000 + id;
