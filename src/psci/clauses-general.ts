// DEN0022's clauses that hold for all functions, and the few of the calling convention (DEN0028) and of
// the other services that KVM's answers rest on. No section numbers of DEN0028 have been verified.

import type { Clause, ClauseDocument } from './clause.ts';

function general(id: string, title: string, section: string, summary: string): Clause {
	return { id, document: 'DEN0022', function: 'general', title, sections: { 'F.b': section }, summary };
}

function other(document: ClauseDocument, fn: string, id: string, title: string, summary: string): Clause {
	return { id, document, function: fn, title, sections: {}, summary };
}

export const GENERAL_CLAUSES: readonly Clause[] = [
	general(
		'general.conduits',
		'Conduits',
		'3.4',
		'Calls are made by HVC or SMC; which one the platform describes to the OS.',
	),
	general(
		'general.hotplug',
		'Hotplug',
		'4.3',
		'A core is either available to the OS or taken out of it by CPU_OFF until CPU_ON.',
	),
	general(
		'general.system',
		'What a system is',
		'4.4',
		'The machine that the caller sees; for a guest, its virtual machine.',
	),
	general(
		'general.registers',
		'Register use',
		'5.2.1',
		'The function number in w0, arguments in x1 to x3, the result in x0. A 32-bit caller of an SMC64 number gets NOT_SUPPORTED (0.2: INVALID_PARAMETERS).',
	),
	general(
		'general.errors',
		'Return codes',
		'5.2.2',
		'The signed codes 0 to -9; 32 bits wide by SMC32, 64 bits by SMC64.',
	),
	general(
		'start.level',
		'Start: exception level',
		'6.4.1',
		"A core starts at the highest level that the caller's world has.",
	),
	general(
		'start.entry',
		'Start: entry point',
		'6.4.2',
		"The entry point is an address as the caller's level sees memory with its MMU off.",
	),
	general(
		'start.state',
		'Start: state of the core',
		'6.4.3',
		'Execution state, endianness of the caller, exceptions masked, MMU and caches off, T32 by bit 0 of the entry, context_id in x0.',
	),
	general(
		'general.races',
		'CPU_ON and CPU_OFF races',
		'6.6',
		'OFF to ON_PENDING by CPU_ON, to ON when the core initialises, to OFF when its CPU_OFF is processed. A core that has begun CPU_OFF still counts as on.',
	),
	general('general.discovery', 'Discovery', '6.7', 'How an OS learns that PSCI is there and how to call it.'),
	general(
		'general.mandatory',
		'Mandatory and optional functions',
		'6.9',
		'Which function each version requires.',
	),
	general(
		'general.power_states',
		'Power states',
		'4.1',
		'Run, standby, retention and powerdown, for cores and for the levels above them.',
	),
	general(
		'general.coordination',
		'Coordination of power states',
		'4.2',
		'How the requests of the cores below a shared level add up, platform-coordinated or OS-initiated.',
	),
	general('general.call_flows', 'Call flows', '6.1', 'Who calls whom when a core goes on, off or to sleep.'),
	general(
		'general.views',
		'Views of power states',
		'6.2',
		'What the OS, the hypervisor and the firmware each take a core for.',
	),
	general(
		'general.osi_races',
		'Races of OS-initiated suspend',
		'6.3',
		'What may go wrong between the last core that goes and one that wakes.',
	),
	{
		id: 'general.state_id',
		document: 'DEN0022',
		function: 'general',
		title: 'StateID',
		sections: { 'F.b': '6.5', C: '6.5' },
		summary: 'How a platform may number its states, one field per level.',
	},
	general('general.context', 'Context', '6.8', 'What of a core is kept over each state, and by whom.'),
	other(
		'DEN0028',
		'general',
		'smccc.function_id',
		'SMCCC: function identifiers',
		'Bit 31 fast call, bit 30 SMC64, bits 29:24 the owning service, bits 15:0 the number. Only the low 32 bits of x0 count.',
	),
	other(
		'DEN0028',
		'general',
		'smccc.narrow',
		'SMCCC: SMC32 arguments',
		'An SMC32 call uses the low 32 bits of its argument registers.',
	),
	other(
		'DEN0028',
		'general',
		'smccc.immediate',
		'SMCCC: immediate',
		'The immediate of HVC and SMC must be 0 for calls of the convention.',
	),
	other(
		'DEN0028',
		'general',
		'smccc.unknown',
		'SMCCC: unknown function',
		'A number that no service owns gives -1, NOT_SUPPORTED.',
	),
	other(
		'DEN0028',
		'SMCCC_VERSION',
		'SMCCC_VERSION.use',
		'SMCCC_VERSION',
		'The version of the convention, major in bits 30:16 and minor in bits 15:0.',
	),
	other(
		'DEN0028',
		'SMCCC_ARCH_FEATURES',
		'SMCCC_ARCH_FEATURES.use',
		'SMCCC_ARCH_FEATURES',
		'Whether an architecture service exists here and whether this core needs it.',
	),
	other(
		'DEN0028',
		'SMCCC_ARCH_WORKAROUND_1',
		'SMCCC_ARCH_WORKAROUND_1.use',
		'SMCCC_ARCH_WORKAROUND_1',
		'Mitigates branch target injection on the calling core.',
	),
	other(
		'DEN0028',
		'SMCCC_ARCH_WORKAROUND_2',
		'SMCCC_ARCH_WORKAROUND_2.use',
		'SMCCC_ARCH_WORKAROUND_2',
		'Switches the mitigation of speculative store bypass.',
	),
	other(
		'DEN0028',
		'SMCCC_ARCH_WORKAROUND_3',
		'SMCCC_ARCH_WORKAROUND_3.use',
		'SMCCC_ARCH_WORKAROUND_3',
		'Mitigates branch history injection on the calling core.',
	),
	other(
		'DEN0098',
		'TRNG_VERSION',
		'TRNG_VERSION.use',
		'TRNG_VERSION',
		'Version of the random number interface; its presence.',
	),
	other(
		'DEN0098',
		'TRNG_FEATURES',
		'TRNG_FEATURES.use',
		'TRNG_FEATURES',
		'SUCCESS for a function that exists.',
	),
	other(
		'DEN0098',
		'TRNG_GET_UUID',
		'TRNG_GET_UUID.use',
		'TRNG_GET_UUID',
		'Identity of the implementation in four words.',
	),
	other(
		'DEN0098',
		'TRNG_RND',
		'TRNG_RND.use',
		'TRNG_RND',
		'Up to 96 bits by SMC32 or 192 by SMC64; more is INVALID_PARAMETERS.',
	),
	other(
		'DEN0057',
		'PV_TIME_FEATURES',
		'PV_TIME_FEATURES.use',
		'PV_TIME_FEATURES',
		'Which stolen-time calls exist.',
	),
	other(
		'DEN0057',
		'PV_TIME_ST',
		'PV_TIME_ST.use',
		'PV_TIME_ST',
		'Address of the stolen-time structure, or NOT_SUPPORTED.',
	),
];
