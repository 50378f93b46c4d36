// One virtual CPU as KVM keeps it, as an immutable value: what KVM_GET_ONE_REG and KVM_GET_MP_STATE show
// of it, and what they do not show (pending requests, an owed reset, interrupt lines).

/** KVM_MP_STATE_* (include/uapi/linux/kvm.h, 7.2). */
export const MP_STATE = { RUNNABLE: 0, STOPPED: 5, SUSPENDED: 10 } as const;

export const MP_STATE_NAMES: readonly string[] = [
	'RUNNABLE',
	'UNINITIALIZED',
	'INIT_RECEIVED',
	'HALTED',
	'SIPI_RECEIVED',
	'STOPPED',
	'CHECK_STOP',
	'OPERATING',
	'LOAD',
	'AP_RESET_HOLD',
	'SUSPENDED',
];

/** KVM_ARM_VCPU_* feature bits (arch/arm64/include/uapi/asm/kvm.h, 7.2). */
export const FEATURE = { POWER_OFF: 1, EL1_32BIT: 2, PSCI_0_2: 4 } as const;

/**
 * Pending requests of a vCPU, one bit each. The numbers are ours: the kernel's differ between versions.
 * UNHALT exists only up to 6.0.
 */
export const REQUEST = {
	VM_DEAD: 1,
	SLEEP: 2,
	VCPU_RESET: 4,
	IRQ_PENDING: 8,
	SUSPEND: 16,
	UNHALT: 32,
} as const;

export type RequestName = keyof typeof REQUEST;

/** `SLEEP VCPU_RESET`; empty where nothing is pending. */
export function requestNames(requests: number): string {
	return Object.entries(REQUEST)
		.filter(([, bit]) => requests & bit)
		.map(([name]) => name)
		.join(' ');
}

/** What CPU_ON left for its target to become at its next reset (struct vcpu_reset_state, 7.2). */
export interface ResetState {
	/** entry point, bit 0 still in place */
	readonly pc: bigint;
	/** context_id */
	readonly r0: bigint;
	/** the caller ran big-endian */
	readonly be: boolean;
	/** the three above are yet to be applied */
	readonly reset: boolean;
}

/** 64 bits each, as KVM holds them also for a 32-bit guest. `x` has 31 entries. */
export interface Registers {
	readonly x: readonly bigint[];
	readonly pc: bigint;
	readonly pstate: bigint;
	readonly spEl0: bigint;
	readonly mpidr: bigint;
	readonly sctlr: bigint;
}

/** Interrupt inputs that KVM_IRQ_LINE drives without an interrupt controller (HCR_EL2.VI and .VF). */
export const LINE = { irq: 1, fiq: 2 } as const;

export interface Vcpu {
	/** position in the VM, KVM's vcpu_idx */
	readonly index: number;
	/** KVM's vcpu_id, which fixes the MPIDR */
	readonly id: number;
	readonly initialized: boolean;
	/** feature bits of KVM_ARM_VCPU_INIT, where this kernel keeps them per vCPU */
	readonly features: number;
	readonly mpState: number;
	readonly requests: number;
	readonly resetState: ResetState;
	readonly registers: Registers;
	readonly lines: number;
	/** KVM_RUN got past its first checks at least once */
	readonly ranOnce: boolean;
	/** guest address of the stolen-time record that userspace gave; undefined: none (KVM_ARM_VCPU_PVTIME_IPA) */
	readonly stolenTime: bigint | undefined;
}

const ZERO_X: readonly bigint[] = Object.freeze(new Array<bigint>(31).fill(0n));

export const NO_RESET: ResetState = { pc: 0n, r0: 0n, be: false, reset: false };

const UNINITIALIZED: Registers = { x: ZERO_X, pc: 0n, pstate: 0n, spEl0: 0n, mpidr: 0n, sctlr: 0n };

/** A vCPU just created: runnable, without features, all registers (MPIDR_EL1 among them) zero. */
export function newVcpu(index: number, id: number): Vcpu {
	return {
		index,
		id,
		initialized: false,
		features: 0,
		mpState: MP_STATE.RUNNABLE,
		requests: 0,
		resetState: NO_RESET,
		registers: UNINITIALIZED,
		lines: 0,
		ranOnce: false,
		stolenTime: undefined,
	};
}

/** SCTLR_EL1 after a reset (arch/arm64/kvm/sys_regs.c, 7.2). */
const SCTLR_RESET = 0x00c50078n;
/** EL1h, DAIF masked; SVC with A, I and F masked (arch/arm64/kvm/reset.c, 7.2). */
const PSTATE_EL1H = 0x3c5n;
const PSTATE_SVC = 0x1d3n;

/** Registers after kvm_reset_vcpu without a CPU_ON. MPIDR_EL1 is the caller's to decide. */
export function resetRegisters(thirtyTwoBit: boolean, mpidr: bigint): Registers {
	const pstate = thirtyTwoBit ? PSTATE_SVC : PSTATE_EL1H;
	return { x: ZERO_X, pc: 0n, pstate, spEl0: 0n, mpidr, sctlr: SCTLR_RESET };
}

const PSTATE_AA32 = 0x10n;

/** PSTATE.M[4]: the vCPU is in AArch32. */
export function inAarch32(registers: Registers): boolean {
	return (registers.pstate & PSTATE_AA32) !== 0n;
}

export function isStopped(vcpu: Vcpu): boolean {
	return vcpu.mpState === MP_STATE.STOPPED;
}
