// The table of kernels: what became different, since when, and how that is known. Oldest first; a kernel
// behaves as the base and every change up to it says. `proven` kernels pass vectors that were recorded from
// them; of all others the documents and sources named here speak.

import type { Behaviours } from './profile.ts';
import { FEATURE, MP_STATE } from './vcpu.ts';

const V0_1 = 0x1n;
const V0_2 = 0x2n;
const V1_0 = 0x10000n;
const V1_1 = 0x10001n;
const V1_2 = 0x10002n;
const V1_3 = 0x10003n;

/** One thing that became different, where it is known from, and since which kernel of the list. */
export interface Change {
	/** name of the first profile that has it */
	readonly from: string;
	readonly is: Partial<Behaviours>;
	readonly what: string;
	/** commit, kernel file or recorded scenario */
	readonly source: string;
	/** whether the release is confirmed, from memory, or the text of a patch that was posted */
	readonly release: 'confirmed' | 'recalled' | 'as posted';
}

/** KVM as PSCI first came to it: 3.9 on 32-bit Arm, 0.1 only (aa024c2f35a0). */
export const BASE: Behaviours = {
	psciVersions: [V0_1],
	vcpuFeatures: FEATURE.POWER_OFF | FEATURE.EL1_32BIT,
	firmwareRegisters: 0,
	bitmaps: {},
	smc: 'undefined instruction',
	unknownCalls: 'undefined instruction',
	unlistedCalls: 'to PSCI',
	resultRegisters: 'x0',
	narrowsSmc32: false,
	services: [],
	vectorWorkarounds: 0,
	smcccFilter: false,
	strayAffinityBits: 'ignored',
	affinityNoMatch: 'OFF',
	cpuOnTarget: 'position',
	cpuOnContext: false,
	mpidrLookup: 'in order',
	resetRestoresMpidr: true,
	featuresScope: 'vcpu',
	registerWidth: 'all created vCPUs',
	initClearsLines: 'always',
	cpuOnReset: 'in the call',
	registerAccessResets: false,
	mpStates: [],
	unhaltRequest: true,
	systemSuspend: 'none',
	systemOffReset: 'none',
	systemEventStops: false,
	systemReset2: 'none',
	systemOff2: 'none',
	off2Types: [],
	off2CookieChecked: false,
	systemEventData: 'flags',
	unknownVersion: 'EINVAL',
	smc64From32Bit: 'served',
	aarch32Narrowing: 'registers of the mode',
};

export const MAINLINE: readonly Change[] = [
	{
		from: '3.16',
		is: {
			psciVersions: [V0_1, V0_2],
			vcpuFeatures: FEATURE.POWER_OFF | FEATURE.EL1_32BIT | FEATURE.PSCI_0_2,
			systemOffReset: '0.2',
			cpuOnTarget: 'mpidr',
			cpuOnContext: true,
		},
		what: 'PSCI 0.2 with its own numbers, SYSTEM_OFF and SYSTEM_RESET as exits for userspace',
		source: "Anup Patel's series of 2014; arch/arm/kvm/psci.c with that series",
		release: 'recalled',
	},
	{
		from: '4.16',
		is: {
			psciVersions: [V0_1, V0_2, V1_0],
			services: ['SMCCC'],
			vectorWorkarounds: 1,
			mpStates: [MP_STATE.RUNNABLE, MP_STATE.STOPPED],
			resultRegisters: 'x0 to x3',
			affinityNoMatch: 'INVALID_PARAMETERS',
		},
		what: 'PSCI 1.0 with PSCI_FEATURES, SMCCC 1.1 with ARCH_WORKAROUND_1, results in x0 to x3; mp_state ioctls and INVALID_PARAMETERS for an unknown affinity came earlier',
		source: 'virt/kvm/arm/psci.c before 4.19; distribution changelogs',
		release: 'recalled',
	},
	{
		from: '4.16',
		is: { smc: 'refused', unknownCalls: 'NOT_SUPPORTED' },
		what: 'SMC and numbers that nobody knows are no longer an exception for the guest: x0 all ones (4.15)',
		source: 'acfb3b883f6d, with f5115e8869e1 which moves the pc past the SMC',
		release: 'recalled',
	},
	{
		from: '4.16',
		is: { systemEventStops: true },
		what: 'a system event stops all vCPUs before userspace hears of it (3.19)',
		source: 'kvm_prepare_system_event, psci.c; not yet there when PSCI 0.2 came',
		release: 'recalled',
	},
	{
		from: '4.17',
		is: { firmwareRegisters: 1 },
		what: 'the version register, so that a VMM can pin what a guest is shown',
		source: '85bd0ba1ff98',
		release: 'recalled',
	},
	{
		from: '5.10',
		is: {
			firmwareRegisters: 4,
			vectorWorkarounds: 3,
			services: ['SMCCC', 'PV time'],
			cpuOnReset: 'by the target',
			registerAccessResets: true,
			narrowsSmc32: true,
			smc64From32Bit: 'three functions',
		},
		what: 'a CPU_ON leaves the reset to its target, which register access carries out too (backported from 5.15)',
		source: 'Debian 5.10.223, recorded; 6826c6849b46 by backport',
		release: 'confirmed',
	},
	{
		from: '5.18',
		is: { strayAffinityBits: 'refused' },
		what: 'bits outside the affinity fields are refused (5.15)',
		source: 'e10ecb4d6c07; v*-cpu_on-bad-mpidr as recorded on 6.1',
		release: 'confirmed',
	},
	{
		from: '5.18',
		is: { services: ['SMCCC', 'PV time', 'TRNG', 'vendor hypervisor'] },
		what: 'random numbers and the vendor hypervisor service with PTP (5.12, 5.13)',
		source: 'arch/arm64/kvm/{trng,hypercalls}.c of 6.1; v*-services as recorded on 6.1',
		release: 'recalled',
	},
	{
		from: '5.18',
		is: {
			psciVersions: [V0_1, V0_2, V1_0, V1_1],
			systemReset2: 'flagged',
			smc64From32Bit: 'all',
		},
		what: 'PSCI 1.1: SYSTEM_RESET2, its flag in the event, all SMC64 numbers refused to 32-bit guests',
		source: '512865d83fd9, d43583b890e7, 34739fd95fab',
		release: 'confirmed',
	},
	{
		from: '5.18',
		is: { registerWidth: 'first initialised vCPU' },
		what: 'the first initialised vCPU fixes the register width of the VM',
		source: '26bf74bd9f6f; a32-create-all-first as recorded on 5.10 and 6.1',
		release: 'recalled',
	},
	{
		from: '5.18',
		is: { aarch32Narrowing: 'x0 to x14, or all of a privileged mode' },
		what: 'no map of AArch32 registers any more (5.11): a write of userspace cuts those of all modes',
		source:
			'set_core_reg, arch/arm64/kvm/guest.c; 90c1f934ed71, with the fix of 6.10 that looks at PSTATE.M only',
		release: 'recalled',
	},
	{
		from: '5.19',
		is: {
			mpStates: [MP_STATE.RUNNABLE, MP_STATE.STOPPED, MP_STATE.SUSPENDED],
			systemSuspend: 'capability',
		},
		what: 'KVM_MP_STATE_SUSPENDED and SYSTEM_SUSPEND with its capability; WAKEUP and SUSPEND events',
		source: '5bc2cb95ad03, 1e5794295c5d, b171f9bbb130',
		release: 'confirmed',
	},
	{
		from: '5.19',
		is: { systemEventData: 'ndata' },
		what: 'system events carry a data count and 16 data words; what was `flags` is the first word',
		source: '3fdd04592d38; KVM_CAP_SYSTEM_EVENT_DATA',
		release: 'confirmed',
	},
	{
		from: '5.19',
		is: {
			bitmaps: {
				STD_BMAP: { mask: 1n, initial: 1n },
				STD_HYP_BMAP: { mask: 1n, initial: 1n },
				VENDOR_HYP_BMAP: { mask: 3n, initial: 3n },
			},
		},
		what: 'bitmap registers switch the services of hypercalls',
		source: '7b33a09d036f; fwreg-*_BMAP as recorded on 6.1',
		release: 'confirmed',
	},
	{
		from: '5.19',
		is: { unlistedCalls: 'denied' },
		what: 'a number of no service is denied before PSCI is asked; the guest sees no difference',
		source: '05714cab7d63; kvm_hvc_call_default_allowed, arch/arm64/kvm/hypercalls.c of 6.1',
		release: 'confirmed',
	},
	{
		from: '6.1',
		is: { unhaltRequest: false },
		what: 'KVM_REQ_UNHALT is gone; nothing outside the kernel shows it',
		source: 'c59fb1275838',
		release: 'recalled',
	},
	{
		from: '6.4',
		is: { smc: 'served', smcccFilter: true, unknownVersion: 'NOT_SUPPORTED' },
		what: 'SMC from EL1 is served like HVC; the SMCCC filter and its exits',
		source: 'd824dff1919b, 821d935c87bc, fb88707dd39b, 7e484d2785e2, 37c8e4947947',
		release: 'confirmed',
	},
	{
		from: '6.7',
		is: { featuresScope: 'vm' },
		what: 'one set of vCPU features for the VM, and POWER_OFF for one init only (6.5)',
		source: 'e3c1c0cae31e, 2251e9ff1573; features-bits as recorded on 6.12',
		release: 'recalled',
	},
	{
		from: '6.7',
		is: { mpidrLookup: 'table alone' },
		what: 'MPIDRs are looked up in a table that is made at a first run; a vCPU that is created later is not in it',
		source: '5544750efd51; kvm_mpidr_to_vcpu of that series, September 2023',
		release: 'confirmed',
	},
	{
		from: '6.12',
		is: { mpidrLookup: 'table, then in order' },
		what: 'a later vCPU drops the MPIDR table, and what the table does not find is looked for in order (6.10)',
		source:
			"patch: Destroy mpidr_data for 'late' vCPU creation, 2024; mpidr-duplicate and late-create-multi as recorded on 6.12",
		release: 'confirmed',
	},
	{
		from: '6.12',
		is: { resetRestoresMpidr: false },
		what: 'a reset leaves MPIDR_EL1 alone once the vCPU is initialised (6.10)',
		source: 'e016333745c7; mpidr-survives-cpu_on as recorded on 6.12',
		release: 'confirmed',
	},
	{
		from: '6.12',
		is: { initClearsLines: 'before the first run' },
		what: 'interrupt lines survive an init of a vCPU that has run',
		source: 'vcpu_reset_hcr, arch/arm64/include/asm/kvm_emulate.h; irq-survives-init as recorded on 6.12',
		release: 'confirmed',
	},
	{
		from: '6.13',
		is: {
			psciVersions: [V0_1, V0_2, V1_0, V1_1, V1_2, V1_3],
			systemOff2: 'version',
			off2Types: [0n, 1n],
			off2CookieChecked: true,
		},
		what: 'PSCI 1.2 and 1.3 with SYSTEM_OFF2',
		source: '2f2d46959808, 97413cea1c48, 8be82d536a9f, 72be5aa6be4a',
		release: 'confirmed',
	},
	{
		from: '6.15',
		is: {
			bitmaps: {
				STD_BMAP: { mask: 1n, initial: 1n },
				STD_HYP_BMAP: { mask: 1n, initial: 1n },
				VENDOR_HYP_BMAP: { mask: 3n, initial: 3n },
				VENDOR_HYP_BMAP_2: { mask: 3n, initial: 0n },
			},
		},
		what: 'a second bitmap of the vendor hypervisor service, for lists of processor implementations',
		source: 'KVM/arm64 updates for 6.15; fwreg-VENDOR_HYP_BMAP_2 as recorded on 7.2',
		release: 'confirmed',
	},
];

/** Kernels that never were: a series as posted, on top of the mainline kernel that it was written for. */
export interface Posted {
	readonly name: string;
	readonly title: string;
	readonly on: string;
	readonly change: Change;
}

export const POSTED: readonly Posted[] = [
	{
		name: '2013-off-reset-v3',
		title: '3.9 with the 2013 series (v3) that forwarded SYSTEM_OFF and SYSTEM_RESET',
		on: '3.9',
		change: {
			from: '2013-off-reset-v3',
			is: { systemOffReset: '0.1 range' },
			what: 'SYSTEM_OFF and SYSTEM_RESET as exits, numbered within the 0.1 range, as its reviewers criticised; the very numbers (+4 and +5) are from memory',
			source: 'PATCH v3 0/2, PSCI system off and reset for KVM ARM/ARM64, December 2013, and its thread',
			release: 'as posted',
		},
	},
	{
		name: '2022-system-suspend-v4',
		title: '5.18 with the SYSTEM_SUSPEND series (v4) of March 2022',
		on: '5.18',
		change: {
			from: '2022-system-suspend-v4',
			is: {
				mpStates: [MP_STATE.RUNNABLE, MP_STATE.STOPPED, MP_STATE.SUSPENDED],
				systemSuspend: 'capability',
			},
			what: 'SYSTEM_SUSPEND behind its capability, with an event that has flags and no data words',
			source: 'PATCH v4 10/15, KVM: arm64: Implement PSCI SYSTEM_SUSPEND, 11 March 2022',
			release: 'as posted',
		},
	},
	{
		name: '2024-system-off2-rfc-v2',
		title: '6.12 with the SYSTEM_OFF2 RFC (v2) of March 2024',
		on: '6.12',
		change: {
			from: '2024-system-off2-rfc-v2',
			is: { systemOff2: 'capability', off2Types: [0n], off2CookieChecked: false },
			what: 'SYSTEM_OFF2 behind its own capability, whatever version from 1.0 on the guest is shown; HIBERNATE_OFF is type 0 there, as in the alpha, and the cookie is not looked at',
			source: 'RFC PATCH v2 0/4, arm64: Add PSCI v1.3 SYSTEM_OFF2 support for hibernation, 18 March 2024',
			release: 'as posted',
		},
	},
];

/** The mainline profiles in order; `proven` are those with recorded vectors. */
export const KERNELS: readonly { name: string; proven: boolean; title: string }[] = [
	{ name: '3.9', proven: false, title: 'Linux 3.9: PSCI 0.1 only' },
	{ name: '3.16', proven: false, title: 'Linux 3.16: PSCI 0.2 as it was merged' },
	{ name: '4.16', proven: false, title: 'Linux 4.16: PSCI 1.0' },
	{ name: '4.17', proven: false, title: 'Linux 4.17: the version register' },
	{ name: '5.10', proven: true, title: 'Linux 5.10' },
	{ name: '5.18', proven: false, title: 'Linux 5.18: PSCI 1.1, SYSTEM_RESET2' },
	{ name: '5.19', proven: false, title: 'Linux 5.19: SYSTEM_SUSPEND' },
	{ name: '6.1', proven: true, title: 'Linux 6.1' },
	{ name: '6.4', proven: false, title: 'Linux 6.4: SMC conduit, SMCCC filter' },
	{ name: '6.7', proven: false, title: 'Linux 6.7: features of the VM, MPIDR table' },
	{ name: '6.12', proven: true, title: 'Linux 6.12' },
	{ name: '6.13', proven: false, title: 'Linux 6.13: PSCI 1.3, SYSTEM_OFF2' },
	{ name: '6.15', proven: false, title: 'Linux 6.15: second vendor hypervisor bitmap' },
	{ name: '7.2', proven: true, title: 'Linux 7.2' },
];
