// DEN0022's clauses on its functions. F.b numbers are confirmed throughout; D, C and A only where a
// public source cites them (TF-A's documents and sources, the kernel's KVM sources, list archives).

import type { Clause } from './clause.ts';

function of(
	fn: string,
	...topics: readonly (readonly [
		topic: string,
		title: string,
		sections: Clause['sections'],
		summary: string,
	])[]
): Clause[] {
	return topics.map(([topic, title, sections, summary]) => ({
		id: `${fn}.${topic}`,
		document: 'DEN0022',
		function: fn,
		title,
		sections,
		summary,
	}));
}

export const PSCI_CLAUSES: readonly Clause[] = [
	...of(
		'PSCI_VERSION',
		[
			'prototype',
			'PSCI_VERSION: prototype',
			{ 'F.b': '5.1.1', D: '5.1.1' },
			'No arguments. The result holds the major version in bits 31:16 and the minor version in bits 15:0.',
		],
		['overview', 'PSCI_VERSION', { 'F.b': '5.3', D: '5.3' }, 'How a caller finds out which PSCI it has.'],
		[
			'use',
			'PSCI_VERSION: use',
			{ 'F.b': '5.3.1' },
			'Tells the caller which version is implemented, so that it knows which functions must exist.',
		],
		['implementation', 'PSCI_VERSION: implementation', { 'F.b': '5.3.2' }, 'Always implemented from 0.2 on.'],
	),
	...of(
		'CPU_SUSPEND',
		[
			'prototype',
			'CPU_SUSPEND: prototype',
			{ 'F.b': '5.1.2', D: '5.1.2' },
			'power_state, entry_point_address, context_id; SUCCESS, INVALID_PARAMETERS, INVALID_ADDRESS, or DENIED in OS-initiated mode.',
		],
		[
			'overview',
			'CPU_SUSPEND',
			{ 'F.b': '5.4', D: '5.4' },
			'The calling core goes to sleep; an interrupt wakes it.',
		],
		[
			'use',
			'CPU_SUSPEND: use',
			{ 'F.b': '5.4.1', A: '5.4.1' },
			'Puts the calling core into a sleep state from which an interrupt wakes it.',
		],
		[
			'power_state',
			'CPU_SUSPEND: power_state',
			{ 'F.b': '5.4.2', A: '5.4.2' },
			"Standby keeps the core's state; powerdown loses it. A powerdown request may be treated as a standby request.",
		],
		[
			'power_state_original',
			'CPU_SUSPEND: original StateID format',
			{ 'F.b': '5.4.2.1' },
			'Level in bits 25:24, type in bit 16, StateID in bits 15:0, all others zero.',
		],
		[
			'power_state_extended',
			'CPU_SUSPEND: extended StateID format',
			{ 'F.b': '5.4.2.2' },
			'Type in bit 30, StateID in bits 27:0, all others zero.',
		],
		[
			'entry_point',
			'CPU_SUSPEND: entry_point_address',
			{ 'F.b': '5.4.3' },
			'Where the core resumes after a powerdown.',
		],
		[
			'context_id',
			'CPU_SUSPEND: context_id',
			{ 'F.b': '5.4.4' },
			'Handed back in x0 when the core resumes after a powerdown.',
		],
		[
			'caller',
			'CPU_SUSPEND: caller',
			{ 'F.b': '5.4.5', D: '5.4.5' },
			'The caller must be ready both for a return and for a resume at the entry point.',
		],
		[
			'coordination',
			'CPU_SUSPEND: coordination of shared levels',
			{ 'F.b': '5.4.6' },
			'A shared level goes only as deep as all cores below it allow.',
		],
		[
			'trusted_os',
			'CPU_SUSPEND: Trusted OS',
			{ 'F.b': '5.4.7' },
			'What a Trusted OS may do about a suspend.',
		],
		[
			'caches',
			'CPU_SUSPEND: caches',
			{ 'F.b': '5.4.8', D: '5.4.8' },
			'Who cleans which cache before a powerdown.',
		],
		[
			'return_state',
			'CPU_SUSPEND: state on return',
			{ 'F.b': '5.4.9' },
			'What the caller finds when the call returns or the core resumes.',
		],
	),
	...of(
		'CPU_OFF',
		[
			'prototype',
			'CPU_OFF: prototype',
			{ 'F.b': '5.1.3' },
			'No arguments since 0.2 (0.1 took a power_state). Does not return on success; DENIED is the only error.',
		],
		[
			'use',
			'CPU_OFF: use',
			{ 'F.b': '5.5.1' },
			'Takes the calling core out of the system; only CPU_ON brings it back.',
		],
		[
			'caller',
			'CPU_OFF: caller',
			{ 'F.b': '5.5.2', D: '5.5.2' },
			'The caller moves its interrupts and work elsewhere first; a wake-up at an off core is an error.',
		],
		['caches', 'CPU_OFF: caches', { 'F.b': '5.5.3' }, 'Who cleans which cache before the core goes.'],
	),
	...of(
		'CPU_ON',
		[
			'prototype',
			'CPU_ON: prototype',
			{ 'F.b': '5.1.4' },
			'target_cpu with affinity fields only and all other bits zero, entry_point_address, context_id.',
		],
		['overview', 'CPU_ON', { 'F.b': '5.6', D: '5.6', C: '5.6' }, 'One core has another one started.'],
		[
			'use',
			'CPU_ON: use',
			{ 'F.b': '5.6.1' },
			'Asks for a core to be switched on and started at the entry point with context_id in x0. SUCCESS does not say that it runs yet.',
		],
		[
			'caller',
			'CPU_ON: caller and errors',
			{ 'F.b': '5.6.2', D: '5.6.2' },
			'An unknown or malformed target gives INVALID_PARAMETERS, a core that is on ALREADY_ON, one still coming up ON_PENDING, a bad entry point INVALID_ADDRESS (1.0 and later), a refusal DENIED (1.2 and later).',
		],
		[
			'caches',
			'CPU_ON: caches',
			{ 'F.b': '5.6.3', C: '5.6.3' },
			'The core starts with its caches off; who makes the code visible to it.',
		],
	),
	...of(
		'AFFINITY_INFO',
		[
			'prototype',
			'AFFINITY_INFO: prototype',
			{ 'F.b': '5.1.5' },
			'target_affinity and lowest_affinity_level; ON, OFF, ON_PENDING, INVALID_PARAMETERS or DISABLED.',
		],
		[
			'use',
			'AFFINITY_INFO: use',
			{ 'F.b': '5.7.1', C: '5.7.1' },
			'ON if any core of the instance is on; OFF when every CPU_OFF has been processed. The answer may be out of date when it arrives.',
		],
		[
			'caller',
			'AFFINITY_INFO: levels',
			{ 'F.b': '5.7.2' },
			'Fields below the lowest level are ignored; from 1.0 levels above 0 may be refused.',
		],
	),
	...of(
		'MIGRATE',
		['prototype', 'MIGRATE: prototype', { 'F.b': '5.1.6' }, 'target_cpu; optional.'],
		[
			'use',
			'MIGRATE: use',
			{ 'F.b': '5.8' },
			'Moves a single-core Trusted OS. Where there is none to migrate the answer is NOT_SUPPORTED.',
		],
	),
	...of(
		'MIGRATE_INFO_TYPE',
		[
			'prototype',
			'MIGRATE_INFO_TYPE: prototype',
			{ 'F.b': '5.1.7' },
			'No arguments. 0, 1, 2 or NOT_SUPPORTED; optional, also for 0.2.',
		],
		[
			'use',
			'MIGRATE_INFO_TYPE: use',
			{ 'F.b': '5.9', D: '5.9' },
			'Tells the kind of Trusted OS; the answer never changes after boot.',
		],
	),
	...of(
		'MIGRATE_INFO_UP_CPU',
		[
			'prototype',
			'MIGRATE_INFO_UP_CPU: prototype',
			{ 'F.b': '5.1.8' },
			"No arguments. The MPIDR of the Trusted OS's core.",
		],
		[
			'use',
			'MIGRATE_INFO_UP_CPU: use',
			{ 'F.b': '5.9', D: '5.9' },
			'Undefined where MIGRATE_INFO_TYPE says 2 or is not supported.',
		],
	),
	...of(
		'SYSTEM_OFF',
		['prototype', 'SYSTEM_OFF: prototype', { 'F.b': '5.1.9' }, 'No arguments, no return.'],
		[
			'use',
			'SYSTEM_OFF: use',
			{ 'F.b': '5.10' },
			"Switches the caller's machine off, whatever the other cores do.",
		],
	),
	...of(
		'SYSTEM_OFF2',
		[
			'prototype',
			'SYSTEM_OFF2: prototype',
			{ 'F.b': '5.1.10' },
			'type 1 is HIBERNATE_OFF and 0 the default, which F.b makes HIBERNATE_OFF; cookie must be zero. No return; NOT_SUPPORTED or INVALID_PARAMETERS.',
		],
		[
			'use',
			'SYSTEM_OFF2: use',
			{ 'F.b': '5.11' },
			'HIBERNATE_OFF: the next start is a cold boot with the same memory layout and static devices. Any core may call it.',
		],
	),
	...of(
		'SYSTEM_RESET',
		['prototype', 'SYSTEM_RESET: prototype', { 'F.b': '5.1.11' }, 'No arguments, no return.'],
		['use', 'SYSTEM_RESET: use', { 'F.b': '5.12' }, "Cold restart of the caller's machine."],
	),
	...of(
		'SYSTEM_RESET2',
		[
			'prototype',
			'SYSTEM_RESET2: prototype',
			{ 'F.b': '5.1.12' },
			'reset_type and cookie. No return; NOT_SUPPORTED or INVALID_PARAMETERS.',
		],
		[
			'architectural',
			'SYSTEM_RESET2: architectural resets',
			{ 'F.b': '5.13.2' },
			'Types with bit 31 clear; only 0, the warm reset, is defined.',
		],
		['warm', 'SYSTEM_RESET2: warm reset', { 'F.b': '5.13.2.1' }, 'Keeps main memory; the cookie is ignored.'],
		[
			'vendor',
			'SYSTEM_RESET2: vendor resets',
			{ 'F.b': '5.13.3' },
			"Types with bit 31 set are the vendor's.",
		],
		['caller', 'SYSTEM_RESET2: caller', { 'F.b': '5.13.4' }, 'What the caller sees to before it asks.'],
		[
			'implementation',
			'SYSTEM_RESET2: implementation',
			{ 'F.b': '5.13.5' },
			'Reserved types are refused with INVALID_PARAMETERS.',
		],
	),
	...of(
		'MEM_PROTECT',
		[
			'prototype',
			'MEM_PROTECT: prototype',
			{ 'F.b': '5.1.13' },
			'Zero switches off, anything else on; the result is the state before.',
		],
		[
			'use',
			'MEM_PROTECT: use',
			{ 'F.b': '5.14' },
			'When on, memory is overwritten on the boot after a reset or loss of power, not after a warm reset.',
		],
	),
	...of(
		'MEM_PROTECT_CHECK_RANGE',
		[
			'prototype',
			'MEM_PROTECT_CHECK_RANGE: prototype',
			{ 'F.b': '5.1.14' },
			'base and length; SUCCESS, DENIED or NOT_SUPPORTED.',
		],
		['use', 'MEM_PROTECT_CHECK_RANGE: use', { 'F.b': '5.15' }, 'Whether a range would be overwritten.'],
	),
	...of(
		'PSCI_FEATURES',
		[
			'prototype',
			'PSCI_FEATURES: prototype',
			{ 'F.b': '5.1.15', D: '5.1.14' },
			'psci_func_id; NOT_SUPPORTED, or flags of the function.',
		],
		[
			'use',
			'PSCI_FEATURES: use',
			{ 'F.b': '5.16', D: '5.15' },
			'Asks whether a function exists. SMCCC_VERSION may be asked about too, from 1.0.',
		],
		[
			'flags',
			'PSCI_FEATURES: flags',
			{ 'F.b': '5.16.2' },
			"CPU_SUSPEND: bit 1 extended format, bit 0 OS-initiated. SYSTEM_OFF2: bit 0 HIBERNATE_OFF, must be 1. Others 0. What a 32-bit caller is told of an SMC64 number is the implementation's choice.",
		],
	),
	...of(
		'CPU_FREEZE',
		['prototype', 'CPU_FREEZE: prototype', { 'F.b': '5.1.16' }, 'No arguments; no return on success.'],
		['use', 'CPU_FREEZE: use', { 'F.b': '5.17' }, 'Only CPU_ON ends it; interrupts stay pending.'],
	),
	...of(
		'CPU_DEFAULT_SUSPEND',
		[
			'prototype',
			'CPU_DEFAULT_SUSPEND: prototype',
			{ 'F.b': '5.1.17' },
			'entry_point_address and context_id.',
		],
		[
			'use',
			'CPU_DEFAULT_SUSPEND: use',
			{ 'F.b': '5.18' },
			'Suspend of the calling core in a state the platform picks.',
		],
	),
	...of(
		'NODE_HW_STATE',
		[
			'prototype',
			'NODE_HW_STATE: prototype',
			{ 'F.b': '5.1.18' },
			'target_cpu and power_level; HW_ON, HW_OFF or HW_STANDBY.',
		],
		[
			'use',
			'NODE_HW_STATE: use',
			{ 'F.b': '5.19' },
			"The hardware's state, not the state of the calls as AFFINITY_INFO tells it.",
		],
	),
	...of(
		'SYSTEM_SUSPEND',
		[
			'prototype',
			'SYSTEM_SUSPEND: prototype',
			{ 'F.b': '5.1.19' },
			"entry_point_address and context_id. The list of errors here and the one in the caller's section do not agree.",
		],
		['overview', 'SYSTEM_SUSPEND', { 'F.b': '5.20', D: '5.19' }, 'The whole machine is suspended to RAM.'],
		[
			'use',
			'SYSTEM_SUSPEND: use',
			{ 'F.b': '5.20.1', D: '5.19.1' },
			'Suspends to RAM; the caller resumes at the entry point with context_id.',
		],
		[
			'caller',
			'SYSTEM_SUSPEND: caller',
			{ 'F.b': '5.20.2', D: '5.19.2' },
			'All other cores must be off by AFFINITY_INFO, else DENIED; a bad entry point gives INVALID_ADDRESS.',
		],
	),
	...of(
		'PSCI_SET_SUSPEND_MODE',
		[
			'prototype',
			'PSCI_SET_SUSPEND_MODE: prototype',
			{ 'F.b': '5.1.20', D: '5.1.19' },
			'mode: 0 platform-coordinated, 1 OS-initiated.',
		],
		[
			'use',
			'PSCI_SET_SUSPEND_MODE: use',
			{ 'F.b': '5.21', D: '5.20' },
			'Changes who coordinates; allowed only while the cores are in a state that makes the change safe.',
		],
	),
	...of(
		'PSCI_STAT_RESIDENCY',
		[
			'prototype',
			'PSCI_STAT_RESIDENCY: prototype',
			{ 'F.b': '5.1.21' },
			'target_cpu and power_state; microseconds since cold boot.',
		],
		[
			'use',
			'PSCI_STAT_RESIDENCY: use',
			{ 'F.b': '5.22' },
			'0 for an invalid state; the SMC32 counter wraps after about 71 minutes.',
		],
	),
	...of(
		'PSCI_STAT_COUNT',
		[
			'prototype',
			'PSCI_STAT_COUNT: prototype',
			{ 'F.b': '5.1.22' },
			'target_cpu and power_state; how often since cold boot.',
		],
		['use', 'PSCI_STAT_COUNT: use', { 'F.b': '5.22' }, '0 for an invalid state.'],
	),
];
