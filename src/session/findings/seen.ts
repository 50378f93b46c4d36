// What the pass over a session has seen so far of each vCPU: a handful of row numbers, whatever the length of the
// session. Row numbers are -1 until the thing was seen.

import type { Session } from '../session.ts';

export class SeenVcpu {
	readonly vm: number;
	/** vcpu_id */
	readonly id: number;
	/** place in the session's list of vCPUs */
	readonly index: number;
	/** in the present life of its machine */
	firstEntry = -1;
	lastEntry = -1;
	lastRow = -1;
	/** of its last event in the guest or out of KVM_RUN: that of an ioctl may be any */
	thread = -1;
	/** its last row is an entry: nothing says that it came out again */
	inGuest = false;
	/** the latest KVM_ARM_VCPU_INIT */
	init = -1;
	/** a signal ended its KVM_RUN here the last time */
	interrupted = -1;
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
	/** by VM: the vCPU that entered a guest first in its present life, so the boot vCPU where the recording has the boot */
	readonly first = new Map<number, SeenVcpu>();
	/** by VM: the latest exit that asked for its end or a new beginning */
	readonly ended = new Map<number, number>();
	/** by VM: where its lives began, ascending */
	readonly #lives = new Map<number, number[]>();
	readonly #lookup: ReadonlyMap<number, SeenVcpu>;

	constructor(session: Session) {
		this.session = session;
		this.vcpus = session.vcpus.map(({ vm, id }, index) => new SeenVcpu(vm, id, index));
		this.#lookup = new Map(this.vcpus.map((vcpu) => [key(vcpu.vm, vcpu.id), vcpu]));
	}

	vcpu(vm: number, id: number): SeenVcpu | undefined {
		return this.#lookup.get(key(vm, id));
	}

	/**
	 * Of KVM_ARM_VCPU_INIT, the first since a vCPU ran begins a life: a reboot, a restore, or another machine of a process
	 * to which the kernel gave the address of the one before.
	 */
	beginsLife(row: number, vm: number): boolean {
		return this.ofVm(vm).some(({ lastEntry }) => lastEntry > this.lifeAt(vm, row));
	}

	beginLife(row: number, vm: number): void {
		const lives = this.#lives.get(vm) ?? [];
		this.#lives.set(vm, lives);
		if (lives.length < MOST_LIVES) lives.push(row);
		this.first.delete(vm);
		for (const vcpu of this.ofVm(vm)) vcpu.firstEntry = -1;
	}

	/** Where the life began in which the VM is at `row`; -1: with the recording. */
	lifeAt(vm: number, row: number): number {
		return this.#lives.get(vm)?.findLast((start) => start <= row) ?? -1;
	}

	/** The vCPU was initialised or ran since its VM's present life began: no vCPU of another machine. */
	has(vm: number, id: number): boolean {
		const vcpu = this.vcpu(vm, id);
		return vcpu !== undefined && (vcpu.firstEntry >= 0 || vcpu.init >= (this.#lives.get(vm)?.at(-1) ?? -1));
	}

	/**
	 * Where a signal ended KVM_RUN of the last of the VM's vCPUs, and none has run since: the VMM stopped the machine, to save,
	 * move or end it; -1: it did not.
	 */
	stopped(vm: number): number {
		const seen = this.ofVm(vm).filter(({ lastEntry, interrupted }) => Math.max(lastEntry, interrupted) >= 0);
		const stopped = seen.length > 0 && seen.every(({ lastEntry, interrupted }) => interrupted > lastEntry);
		return stopped ? Math.max(...seen.map(({ interrupted }) => interrupted)) : -1;
	}

	ofVm(vm: number): readonly SeenVcpu[] {
		return this.vcpus.filter((vcpu) => vcpu.vm === vm);
	}
}

/** A guest that reboots without end says nothing new. */
const MOST_LIVES = 1000;

const key = (vm: number, id: number) => vm * 0x10000 + id;
