// What can differ between two KVMs, by name. Code asks for a named behaviour, never for a version.
// The table of kernels is in profiles.ts, where each value has its source.

/** Feature bitmap registers (KVM_REG_ARM_*_BMAP) that a kernel may have. */
export type BitmapName = 'STD_BMAP' | 'STD_HYP_BMAP' | 'VENDOR_HYP_BMAP' | 'VENDOR_HYP_BMAP_2';

export interface Behaviours {
	/** PSCI versions that the guest can be shown, ascending; the last is the default with PSCI_0_2 */
	readonly psciVersions: readonly bigint[];
	/** bits of KVM_ARM_VCPU_INIT that the kernel knows (FEATURE) */
	readonly vcpuFeatures: number;
	/** firmware registers 0 to n-1 exist (version, workarounds 1 to 3); 0: none */
	readonly firmwareRegisters: number;
	/** feature bitmap registers, each with the bits it takes and its value in a new VM */
	readonly bitmaps: { readonly [name in BitmapName]?: { readonly mask: bigint; readonly initial: bigint } };
	/** what a guest's SMC does: an exception in the guest, all ones in x0, or what HVC does */
	readonly smc: 'undefined instruction' | 'refused' | 'served';
	/** what a function number that no one knows does */
	readonly unknownCalls: 'undefined instruction' | 'NOT_SUPPORTED';
	/** a number that is neither PSCI's nor of a known service: handed to PSCI all the same, or denied before */
	readonly unlistedCalls: 'to PSCI' | 'denied';
	/** which registers a result is written to */
	readonly resultRegisters: 'x0' | 'x0 to x3';
	/** the SMC32 forms cut x1 to x3 to 32 bits */
	readonly narrowsSmc32: boolean;
	/** calls other than PSCI that the kernel serves at all (a bitmap register may still switch them off) */
	readonly services: readonly ('SMCCC' | 'PV time' | 'TRNG' | 'vendor hypervisor')[];
	/** ARCH_WORKAROUND calls by HVC are answered in the vector code (hyp-entry.S), 1 to n */
	readonly vectorWorkarounds: number;
	readonly smcccFilter: boolean;
	/** CPU_ON and AFFINITY_INFO with bits set outside the affinity fields */
	readonly strayAffinityBits: 'ignored' | 'refused';
	/** AFFINITY_INFO of an affinity instance that no vCPU belongs to */
	readonly affinityNoMatch: 'OFF' | 'INVALID_PARAMETERS';
	/** what CPU_ON's target_cpu is taken for */
	readonly cpuOnTarget: 'position' | 'mpidr';
	/** CPU_ON hands its third argument to the target */
	readonly cpuOnContext: boolean;
	/**
	 * How a vCPU is found by its MPIDR: the first in order; by a table made at a first run, which holds the last of
	 * two that share one; or by the table first, which a later vCPU drops, and then in order
	 */
	readonly mpidrLookup: 'in order' | 'table alone' | 'table, then in order';
	/** a write to MPIDR_EL1 by userspace is undone by the next reset of the vCPU */
	readonly resetRestoresMpidr: boolean;
	/** where KVM_ARM_VCPU_INIT's features live: a second init must repeat them exactly where `vcpu` */
	readonly featuresScope: 'vcpu' | 'vm';
	/** who must agree on EL1_32BIT at a reset */
	readonly registerWidth: 'all created vCPUs' | 'first initialised vCPU';
	/** KVM_ARM_VCPU_INIT clears the interrupt lines */
	readonly initClearsLines: 'always' | 'before the first run';
	/** when a CPU_ON resets its target: within the call, or by the target itself (KVM_REQ_VCPU_RESET) */
	readonly cpuOnReset: 'in the call' | 'by the target';
	/** KVM_GET_ONE_REG and KVM_SET_ONE_REG carry out an owed reset first */
	readonly registerAccessResets: boolean;
	/** states of KVM_SET_MP_STATE; none: the ioctl does not exist */
	readonly mpStates: readonly number[];
	readonly unhaltRequest: boolean;
	/** SYSTEM_SUSPEND: not served, or once KVM_CAP_ARM_SYSTEM_SUSPEND is enabled */
	readonly systemSuspend: 'none' | 'capability';
	/** SYSTEM_OFF and SYSTEM_RESET: by 0.2 numbers, by further numbers of the 0.1 range, or not at all */
	readonly systemOffReset: '0.2' | '0.1 range' | 'none';
	/** SYSTEM_OFF and its like stop all vCPUs before the exit */
	readonly systemEventStops: boolean;
	/** SYSTEM_RESET2 from version 1.1 on; whether the event says so */
	readonly systemReset2: 'none' | 'flagged';
	/** SYSTEM_OFF2: from version 1.3 on, or by its own capability at any version from 1.0 on */
	readonly systemOff2: 'none' | 'version' | 'capability';
	/** off types that SYSTEM_OFF2 takes, and whether the cookie must be zero */
	readonly off2Types: readonly bigint[];
	readonly off2CookieChecked: boolean;
	/** struct system_event: flags alone, or a data count and data words */
	readonly systemEventData: 'flags' | 'ndata';
	/** a dispatch under a version that is not known: NOT_SUPPORTED, or KVM_RUN fails (EINVAL) */
	readonly unknownVersion: 'EINVAL' | 'NOT_SUPPORTED';
	/** what a write of userspace to a core register of a vCPU in AArch32 cuts to 32 bits, besides the pc */
	readonly aarch32Narrowing: 'registers of the mode' | 'x0 to x14, or all of a privileged mode';
	/** SMC64 numbers that a 32-bit caller may not use: none, a list of three, or all with bit 30 set */
	readonly smc64From32Bit: 'served' | 'three functions' | 'all';
}

export type BehaviourName = keyof Behaviours;

/** What depends on the host's processor, not on the kernel. Settings of a session; defaults in profiles.ts. */
export interface HostProcessor {
	/** AArch32 at EL1 */
	readonly aarch32El1: boolean;
	/** what firmware registers 1 to 3 read as: the workarounds' levels */
	readonly workaroundLevels: readonly [bigint, bigint, bigint];
	/** what ARCH_FEATURES answers for ARCH_WORKAROUND_1 to 3, signed */
	readonly archFeatures: readonly [bigint, bigint, bigint];
}

/** How sure a profile is. `proven`: the recorded vectors of a real kernel pass. */
export type Proof = 'proven' | 'unproven';

export interface KernelProfile {
	/** `6.12`; shown to people */
	readonly name: string;
	readonly title: string;
	readonly proof: Proof;
	/** whether the release that the profile is named after is confirmed or from memory */
	readonly release: 'confirmed' | 'recalled' | 'as posted';
	readonly behaviours: Behaviours;
	readonly host: HostProcessor;
}
