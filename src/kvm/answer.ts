// What KVM answers to an operation (FORMAT's `got`), and what is read back afterwards (`vcpus`).

/** An ioctl's return: 0 or positive, or a negated errno; the text where the vCPU does not exist. */
export interface Returned {
	readonly r: number | 'no such vcpu';
	/** get_reg */
	readonly value?: bigint;
	/** get_mp_state */
	readonly mp?: number;
	/** list_fw_regs */
	readonly ids?: readonly bigint[];
}

/** How KVM_RUN ended. */
export type Outcome =
	/** the guest reached the store that ends every stub; x0..x3, null while registers are not read */
	| { readonly outcome: 'return'; readonly x: readonly bigint[] | null }
	| SystemEvent
	| HypercallExit
	/** asleep in the kernel or spinning in the guest, ended by a signal */
	| { readonly outcome: 'blocked' }
	| { readonly outcome: 'error'; readonly errno: number; readonly at?: 'set_reg' }
	| { readonly outcome: 'exit'; readonly reason: number };

/** KVM_EXIT_SYSTEM_EVENT. `ndata` is 0 on kernels without a data count; `data0` then is the flags. */
export interface SystemEvent {
	readonly outcome: 'system_event';
	/** KVM_SYSTEM_EVENT_* (SYSTEM_EVENT) */
	readonly type: number;
	readonly ndata: number;
	readonly data0: bigint;
}

/** KVM_EXIT_HYPERCALL: `flags` bit 0 SMC, bit 1 a 16-bit instruction. */
export interface HypercallExit {
	readonly outcome: 'hypercall';
	readonly nr: number;
	readonly flags: number;
}

export type Answer = Returned | Outcome;

export const SYSTEM_EVENT = { SHUTDOWN: 1, RESET: 2, CRASH: 3, WAKEUP: 4, SUSPEND: 5 } as const;

/** A vCPU as userspace sees it after a step. */
export interface VcpuView {
	readonly i: number;
	readonly mp: number;
	readonly pc?: bigint;
	/** x0..x3 */
	readonly x?: readonly bigint[];
	/** negated errno in place of pc and x */
	readonly regs?: number;
}
