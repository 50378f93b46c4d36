// The names that scenarios know without a definition: what each stands for and says of itself. Compiler,
// completion and hover read the same lists.

import { FEATURE, FILTER_ACTIONS, MP_STATE_NAMES, REQUEST } from '../../kvm/index.ts';
import type { ArgumentKind, FunctionInfo } from '../../psci/function-info.ts';
import { FUNCTIONS } from '../../psci/functions.ts';
import {
	ARCH_FEATURES_RETURN_CODES,
	RETURN_CODES,
	type ReturnCode,
	SMCCC_RETURN_CODES,
	TRNG_RETURN_CODES,
} from '../../psci/return-codes.ts';
import {
	AFFINITY_STATES,
	NODE_HW_STATES,
	OFF_TYPES,
	RESET_TYPES,
	SUSPEND_MODES,
	TRUSTED_OS_TYPES,
	VENDOR_RESET_START,
} from '../../psci/states.ts';
import { POLICIES } from '../../vmm/index.ts';

/** A name with its number and what it means. */
export interface Word {
	readonly name: string;
	readonly value: bigint;
	readonly says: string;
}

const word = (name: string, value: bigint | number, says: string): Word => ({
	name,
	value: BigInt(value),
	says,
});
const code = ({ name, value, meaning }: ReturnCode): Word => word(name, value, meaning);
const state = ({ name, value, meaning }: { name: string; value: bigint; meaning: string }): Word =>
	word(name, value, meaning);

export const STATUS_CODES: readonly Word[] = RETURN_CODES.map(code);

/** KVM_SYSTEM_EVENT_* (include/uapi/linux/kvm.h, 7.2). */
export const SYSTEM_EVENTS: readonly Word[] = [
	word('SHUTDOWN', 1, 'the guest asks to be switched off'),
	word('RESET', 2, 'the guest asks for a restart'),
	word('CRASH', 3, 'the guest says that it has crashed'),
	word('WAKEUP', 4, 'a suspended vCPU has a pending wake-up'),
	word('SUSPEND', 5, 'the guest asks to be suspended'),
];

/** KVM_SYSTEM_EVENT_*_FLAG_* (arch/arm64/include/uapi/asm/kvm.h, 7.2). */
export const EVENT_FLAGS: readonly Word[] = [
	word('PSCI_OFF2', 1, 'of SHUTDOWN: asked for by SYSTEM_OFF2'),
	word('PSCI_RESET2', 1, 'of RESET: asked for by SYSTEM_RESET2'),
];

/** KVM_HYPERCALL_EXIT_* (arch/arm64/include/uapi/asm/kvm.h, 7.2). */
export const HYPERCALL_FLAGS: readonly Word[] = [
	word('SMC', 1, 'called by SMC, not HVC'),
	word('INSN_16BIT', 2, 'the instruction has 16 bits'),
];

const MP_SAYS: Readonly<Record<string, string>> = {
	RUNNABLE: 'runs when userspace runs it',
	STOPPED: 'off: CPU_OFF, POWER_OFF at init, or userspace',
	SUSPENDED: 'asleep until a wake-up, which exits with WAKEUP (5.19 and later)',
};

/** KVM_MP_STATE_*. arm64 has RUNNABLE, STOPPED and, from 5.19, SUSPENDED. */
export const MP_STATES: readonly Word[] = MP_STATE_NAMES.map((name, n) =>
	word(name, n, MP_SAYS[name] ?? 'not used on arm64'),
);

export const ARM64_STATES: readonly string[] = Object.keys(MP_SAYS);

export const REQUESTS: readonly Word[] = Object.entries(REQUEST).map(([name, bit]) =>
	word(name, bit, `KVM_REQ_${name} is pending for the vCPU`),
);

export const FEATURES: readonly Word[] = [
	word('POWER_OFF', FEATURE.POWER_OFF, 'the vCPU starts switched off'),
	word('EL1_32BIT', FEATURE.EL1_32BIT, 'the vCPU runs AArch32'),
	word('PSCI_0_2', FEATURE.PSCI_0_2, 'the guest sees PSCI 0.2 or later'),
	word('BIT_30', 1n << 30n, 'a bit that no kernel knows'),
	word('BIT_31', 1n << 31n, 'a bit that no kernel knows'),
];

export const FILTER_WORDS: readonly Word[] = FILTER_ACTIONS.map((name, n) =>
	word(
		name,
		n,
		{
			handle: 'KVM answers itself',
			deny: 'the guest gets NOT_SUPPORTED',
			fwd_to_user: 'the call exits to the VMM',
		}[name],
	),
);

/** Linux errno numbers (asm-generic) that these ioctls and KVM_RUN answer with. */
export const ERRNOS: readonly Word[] = [
	word('EPERM', 1, 'not permitted'),
	word('ENOENT', 2, 'no such register or feature'),
	word('EINTR', 4, 'interrupted'),
	word('EIO', 5, 'input or output error'),
	word('ENXIO', 6, 'no such attribute'),
	word('E2BIG', 7, 'too long'),
	word('ENOEXEC', 8, 'the vCPU is not initialised'),
	word('EAGAIN', 11, 'try again'),
	word('ENOMEM', 12, 'no memory'),
	word('EFAULT', 14, 'bad address'),
	word('EBUSY', 16, 'too late: a vCPU has run'),
	word('EEXIST', 17, 'exists already'),
	word('ENODEV', 19, 'no such device'),
	word('EINVAL', 22, 'not taken'),
];

/** KVM_CAP_*. */
export const CAPABILITIES: readonly Word[] = [
	word('ARM_SYSTEM_SUSPEND', 0, 'SYSTEM_SUSPEND is served, by an exit (5.19 and later)'),
	word('ARM_SYSTEM_OFF2', 0, 'SYSTEM_OFF2 is served (only the RFC of March 2024)'),
	word('ARM_PSCI', 0, 'PSCI 0.1'),
	word('ARM_PSCI_0_2', 0, 'PSCI 0.2 and later'),
	word('MP_STATE', 0, 'KVM_GET_MP_STATE and KVM_SET_MP_STATE'),
	word('ARM_EL1_32BIT', 0, 'AArch32 at EL1'),
	word('SYSTEM_EVENT_DATA', 0, 'system events carry data words'),
	word('VM_ATTRIBUTES', 0, 'attributes of the VM: 0 on arm64, although the SMCCC filter is one'),
];

export const REGISTERS: readonly Word[] = [
	word('mp_state', 0, 'the power state, by KVM_GET_MP_STATE and KVM_SET_MP_STATE'),
	word('PC', 0, 'where the vCPU goes on'),
	word('PSTATE', 0, 'the processor state'),
	word('SP_EL0', 0, 'a stack pointer'),
	word('MPIDR_EL1', 0, 'the affinity of the vCPU'),
	word('SCTLR_EL1', 0, 'the system control register'),
	word('PSCI_VERSION', 0, 'firmware register 0: the PSCI version that the guest sees'),
	word('WORKAROUND_1', 0, 'firmware register 1'),
	word('WORKAROUND_2', 0, 'firmware register 2'),
	word('WORKAROUND_3', 0, 'firmware register 3'),
	word('FW_REG_4', 0, 'a firmware register that no kernel has'),
	word('STD_BMAP', 0, 'which standard services the guest sees'),
	word('STD_HYP_BMAP', 0, 'which standard hypervisor services the guest sees'),
	word('VENDOR_HYP_BMAP', 0, 'which vendor hypervisor services the guest sees'),
	word('VENDOR_HYP_BMAP_2', 0, 'which further vendor hypervisor services the guest sees'),
	word('FW_BMAP_4', 0, 'a bitmap register that no kernel has'),
	word('PSCI_VERSION_U32', 0, 'PSCI_VERSION in the wrong size'),
	...Array.from({ length: 31 }, (_, n) => word(`X${n}`, n, 'a general register')),
];

/** KVM's numbers of the firmware registers, for what `list` answers (arch/arm64/include/uapi/asm/kvm.h, 7.2). */
export const FIRMWARE_IDS: ReadonlyMap<string, bigint> = new Map([
	...['PSCI_VERSION', 'WORKAROUND_1', 'WORKAROUND_2', 'WORKAROUND_3'].map((name, n): [string, bigint] => [
		name,
		0x6030000000140000n + BigInt(n),
	]),
	...['STD_BMAP', 'STD_HYP_BMAP', 'VENDOR_HYP_BMAP', 'VENDOR_HYP_BMAP_2'].map((name, n): [string, bigint] => [
		name,
		0x6030000000160000n + BigInt(n),
	]),
]);

export const OBSERVE: readonly Word[] = [
	word('all', 0, 'mp_state, pc and x0 to x3 of every vCPU are read after each step'),
	word('mp_state', 1, 'only mp_state is read after each step'),
	word('nothing', 2, 'nothing is read, so that no owed reset is carried out by looking'),
];

export const POLICY_WORDS: readonly Word[] = POLICIES.map(({ name, title }, n) => word(name, n, title));

/** Where a vCPU can start in the guest's page and come back at once (kvm/guest-code.ts). */
const PADS: readonly Word[] = [
	...Array.from({ length: 8 }, (_, n) =>
		word(`pad${n}`, 0x40000400 + 0x40 * n, 'an entry point with A64 code'),
	),
	...Array.from({ length: 4 }, (_, n) =>
		word(`a32pad${n}`, 0x40000c00 + 0x40 * n, 'an entry point with A32 code'),
	),
	...Array.from({ length: 4 }, (_, n) =>
		word(`t32pad${n}`, 0x40000e01 + 0x40 * n, 'an entry point with T32 code, bit 0 set'),
	),
];

/** DEN0022 F.b 5.4.2.1, original format: the state type is bit 16. */
const POWER_STATES: readonly Word[] = [
	word('STANDBY', 0, 'a standby state: the core keeps its context'),
	word('POWERDOWN', 0x10000, 'a powerdown state: the core comes back at the entry point'),
];

const RESET_WORDS: readonly Word[] = [
	...RESET_TYPES.map(state),
	word('VENDOR_RESET', VENDOR_RESET_START, 'the first reset type that belongs to the vendor'),
];

const FUNCTION_IDS: readonly Word[] = FUNCTIONS.flatMap((fn) => {
	const id = fn.smc64 ?? fn.smc32;
	return id === undefined ? [] : [word(fn.name, id, fn.summary)];
});

/** What may stand for an argument of this kind. */
export function wordsOfArgument(kind: ArgumentKind): readonly Word[] {
	switch (kind) {
		case 'address':
			return PADS;
		case 'power_state':
			return POWER_STATES;
		case 'function_id':
			return FUNCTION_IDS;
		case 'reset_type':
			return RESET_WORDS;
		case 'off_type':
			return OFF_TYPES.map(state);
		case 'suspend_mode':
			return SUSPEND_MODES.map(state);
		case 'affinity':
		case 'level':
		case 'number':
			return [];
	}
}

/** What a result of this function may be called. */
export function wordsOfResult(fn: FunctionInfo | undefined): readonly Word[] {
	const codes = codesOf(fn);
	switch (fn?.result) {
		case 'affinity':
			return [...AFFINITY_STATES.map(state), ...codes];
		case 'node_state':
			return [...NODE_HW_STATES.map(state), ...codes];
		case 'trusted_os':
			return [...TRUSTED_OS_TYPES.map(state), ...codes];
		default:
			return codes;
	}
}

function codesOf(fn: FunctionInfo | undefined): readonly Word[] {
	if (!fn || fn.service === 'PSCI') return STATUS_CODES;
	if (fn.name === 'SMCCC_ARCH_FEATURES') return ARCH_FEATURES_RETURN_CODES.map(code);
	return (fn.service === 'TRNG' ? TRNG_RETURN_CODES : SMCCC_RETURN_CODES).map(code);
}

/** Names that mean something anywhere, the first of a name winning. */
export const ANYWHERE: readonly Word[] = [
	...STATUS_CODES,
	...AFFINITY_STATES.map(state),
	...MP_STATES.filter(({ name }) => ARM64_STATES.includes(name)),
	...TRUSTED_OS_TYPES.map(state),
	...NODE_HW_STATES.map(state),
	...OFF_TYPES.map(state),
	...RESET_WORDS,
	...SUSPEND_MODES.map(state),
	...POWER_STATES,
	...PADS,
	...FUNCTION_IDS,
];

export function wordNamed(words: readonly Word[], name: string): Word | undefined {
	return words.find((entry) => entry.name === name);
}
