// What is known of the machine at one position of a session. A state is a value: it is never changed,
// a step returns a new one that shares what did not change. Everything in it says where it comes from.

/** Where a value comes from: it stands in the trace, the model computed it, or it follows from other events. */
export type Provenance = 'recorded' | 'modelled' | 'inferred';

/** A value together with the event that last wrote it. */
export interface Known<T> {
	readonly value: T;
	readonly provenance: Provenance;
	/** row of the event that last wrote the value */
	readonly row: number;
	/** why an inferred value is believed */
	readonly why?: string;
}

/** struct vcpu_reset_state (arch/arm64/include/asm/kvm_host.h): the reset that a CPU_ON leaves for its target. */
export interface ResetState {
	/** a reset is owed: it is carried out at the next KVM_RUN or register access of the vCPU */
	readonly reset: boolean;
	readonly pc: bigint;
	/** undefined where the trace does not have the CPU_ON's context_id */
	readonly r0: bigint | undefined;
	/** the caller was big-endian */
	readonly be: boolean | undefined;
}

/** A bit in vcpu->requests that is set and not yet consumed. */
export interface PendingRequest {
	/** kernel name, e.g. KVM_REQ_VCPU_RESET */
	readonly name: string;
	/** row of the event that made it */
	readonly row: number;
	readonly provenance: Provenance;
	readonly why: string;
}

/** Where the vCPU's thread is: in the guest, in KVM, waiting in KVM, or back in the VMM. */
export type Whereabouts = 'guest' | 'KVM' | 'waiting' | 'VMM';

export interface VcpuState {
	/** index into the trace's VMs */
	readonly vm: number;
	/** KVM's vcpu_id */
	readonly id: number;
	/** KVM_MP_STATE_* number (include/uapi/linux/kvm.h); undefined while nothing has shown it */
	readonly mpState: Known<number> | undefined;
	readonly resetState: Known<ResetState> | undefined;
	readonly requests: readonly PendingRequest[];
	readonly whereabouts: Known<Whereabouts> | undefined;
	readonly pc: Known<bigint> | undefined;
	/** MPIDR_EL1, where the session has registers: a recording has not, there it is what KVM's reset gives */
	readonly mpidr?: Known<bigint> | undefined;
	/** x0..x3 */
	readonly x: readonly (Known<bigint> | undefined)[];
	/** index of the call in progress, or the last one, in the session's call table; -1: none yet */
	readonly call: number;
	/** host thread that last ran it, as an index into the trace's threads; -1: none yet */
	readonly thread: number;
	/** row of the vCPU's latest event; -1: none yet */
	readonly lastRow: number;
}

/** An exit to userspace with KVM_EXIT_SYSTEM_EVENT. */
export interface SystemEventExit {
	readonly vcpu: number;
	/** KVM_SYSTEM_EVENT_* number; undefined where the trace does not tell */
	readonly type: Known<number> | undefined;
	/** system_event.flags, or data[0] where ndata is 1 */
	readonly flags: Known<bigint> | undefined;
	/** row at which it was made */
	readonly row: number;
	/** row of the kvm_userspace_exit that delivered it; undefined until then */
	readonly delivered: number | undefined;
}

export interface VmState {
	readonly vm: number;
	/** as PSCI_VERSION answers it: major in [31:16], minor in [15:0] */
	readonly psciVersion: Known<number> | undefined;
	readonly lastExit: SystemEventExit | undefined;
	/** events that the recorder dropped up to here; undefined count where it does not say */
	readonly lost: { readonly gaps: number; readonly events: number; readonly row: number } | undefined;
}

export interface MachineState {
	/** by VM, then vcpu_id */
	readonly vcpus: readonly VcpuState[];
	/** by VM */
	readonly vms: readonly VmState[];
}

/** Nothing is known yet of the given vCPUs. */
export function unknownMachine(
	vms: readonly { readonly vm: number; readonly vcpus: readonly number[] }[],
): MachineState {
	return {
		vms: vms.map(({ vm }) => ({ vm, psciVersion: undefined, lastExit: undefined, lost: undefined })),
		vcpus: vms.flatMap(({ vm, vcpus }) =>
			vcpus.map((id) => ({
				vm,
				id,
				mpState: undefined,
				resetState: undefined,
				requests: [],
				whereabouts: undefined,
				pc: undefined,
				x: [undefined, undefined, undefined, undefined],
				call: -1,
				thread: -1,
				lastRow: -1,
			})),
		),
	};
}

export function vcpuOf(state: MachineState, vm: number, id: number): VcpuState | undefined {
	return state.vcpus[indexOfVcpu(state, vm, id)];
}

/** Counted by hand: this is asked several times for each event of a replay. */
function indexOfVcpu({ vcpus }: MachineState, vm: number, id: number): number {
	for (let i = 0; i < vcpus.length; i++) {
		const vcpu = vcpus[i];
		if (vcpu?.id === id && vcpu.vm === vm) return i;
	}
	return -1;
}

/** The state with one vCPU changed. */
export function withVcpu(
	state: MachineState,
	vm: number,
	id: number,
	change: Partial<VcpuState>,
): MachineState {
	const index = indexOfVcpu(state, vm, id);
	const before = state.vcpus[index];
	if (!before) return state;
	const vcpus = state.vcpus.slice();
	vcpus[index] = changed(before, change);
	return { vms: state.vms, vcpus };
}

/** Written out: of all that a replay does this is done most, and spreading objects of many shapes is slow. */
function changed(before: VcpuState, change: Partial<VcpuState>): VcpuState {
	return {
		vm: before.vm,
		id: before.id,
		mpState: 'mpState' in change ? change.mpState : before.mpState,
		resetState: 'resetState' in change ? change.resetState : before.resetState,
		requests: change.requests ?? before.requests,
		whereabouts: 'whereabouts' in change ? change.whereabouts : before.whereabouts,
		pc: 'pc' in change ? change.pc : before.pc,
		mpidr: change.mpidr ?? before.mpidr,
		x: change.x ?? before.x,
		call: change.call ?? before.call,
		thread: change.thread ?? before.thread,
		lastRow: change.lastRow ?? before.lastRow,
	};
}

/** The state with one VM changed. */
export function withVm(state: MachineState, vm: number, change: Partial<VmState>): MachineState {
	return { ...state, vms: state.vms.map((v) => (v.vm === vm ? { ...v, ...change } : v)) };
}
