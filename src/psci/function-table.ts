// Every function of PSCI 0.1 to 1.3. Numbers and prototypes: DEN0022 F.b 5.1.1 to 5.1.22; mandatory or
// optional: table 17 (6.9); KVM's numbers for 0.1: arch/arm64/include/uapi/asm/kvm.h (KVM_PSCI_FN_BASE).

import type { ArgumentInfo, FunctionInfo, PsciVersion, ResultKind } from './function-info.ts';

const arg = (
	name: string,
	width: ArgumentInfo['width'],
	kind: ArgumentInfo['kind'],
	meaning: string,
): ArgumentInfo => ({ name, width, kind, meaning });

const TARGET = arg('target_cpu', 'register', 'affinity', "affinity fields of the core's MPIDR_EL1");
const ENTRY = arg('entry_point_address', 'register', 'address', 'where the core starts, as it sees memory');
const CONTEXT = arg('context_id', 'register', 'number', 'handed to the core in x0 when it starts');
const POWER_STATE = arg('power_state', 32, 'power_state', "how deep, in the platform's encoding");

interface Row {
	name: string;
	/** low bits of the ID; 32: SMC32 form exists, 64: SMC64 form exists */
	number: number;
	forms: readonly (32 | 64)[];
	kvm01?: number;
	since: PsciVersion;
	mandatory: FunctionInfo['mandatory'];
	presence?: string;
	args?: readonly ArgumentInfo[];
	args01?: readonly ArgumentInfo[];
	result?: ResultKind;
	codes?: readonly string[];
	noReturn?: boolean;
	alphaOnly?: boolean;
	section: string;
	summary: string;
}

const ROWS: readonly Row[] = [
	{
		name: 'PSCI_VERSION',
		number: 0x00,
		forms: [32],
		since: '0.2',
		mandatory: 'mandatory',
		result: 'version',
		section: '5.1.1',
		summary: 'which version of PSCI is implemented',
	},
	{
		name: 'CPU_SUSPEND',
		number: 0x01,
		forms: [32, 64],
		kvm01: 0,
		since: '0.1',
		mandatory: 'mandatory',
		args: [POWER_STATE, ENTRY, CONTEXT],
		codes: ['SUCCESS', 'INVALID_PARAMETERS', 'INVALID_ADDRESS', 'DENIED'],
		section: '5.1.2',
		summary: 'put the calling core to sleep until it is woken',
	},
	{
		name: 'CPU_OFF',
		number: 0x02,
		forms: [32],
		kvm01: 1,
		since: '0.1',
		mandatory: 'mandatory',
		args01: [POWER_STATE],
		codes: ['DENIED'],
		noReturn: true,
		section: '5.1.3',
		summary: 'switch the calling core off',
	},
	{
		name: 'CPU_ON',
		number: 0x03,
		forms: [32, 64],
		kvm01: 2,
		since: '0.1',
		mandatory: 'mandatory',
		args: [TARGET, ENTRY, CONTEXT],
		codes: [
			'SUCCESS',
			'INVALID_PARAMETERS',
			'INVALID_ADDRESS',
			'ALREADY_ON',
			'ON_PENDING',
			'INTERNAL_FAILURE',
			'DENIED',
		],
		section: '5.1.4',
		summary: 'switch another core on and start it at an address',
	},
	{
		name: 'AFFINITY_INFO',
		number: 0x04,
		forms: [32, 64],
		since: '0.2',
		mandatory: 'mandatory',
		presence: 'levels above 0 are optional from 1.0',
		args: [
			arg('target_affinity', 'register', 'affinity', 'affinity fields, as in CPU_ON'),
			arg('lowest_affinity_level', 32, 'level', 'lowest affinity field that counts, 0 to 3'),
		],
		result: 'affinity',
		codes: ['INVALID_PARAMETERS', 'DISABLED'],
		section: '5.1.5',
		summary: 'whether a core, or any core of a group, is on',
	},
	{
		name: 'MIGRATE',
		number: 0x05,
		forms: [32, 64],
		kvm01: 3,
		since: '0.1',
		mandatory: 'optional',
		args: [TARGET],
		codes: ['SUCCESS', 'NOT_SUPPORTED', 'INVALID_PARAMETERS', 'DENIED', 'INTERNAL_FAILURE', 'NOT_PRESENT'],
		section: '5.1.6',
		summary: 'move a Trusted OS that lives on one core to another core',
	},
	{
		name: 'MIGRATE_INFO_TYPE',
		number: 0x06,
		forms: [32],
		since: '0.2',
		mandatory: 'optional',
		presence: 'optional for 0.2 too, retroactively',
		result: 'trusted_os',
		codes: ['NOT_SUPPORTED'],
		section: '5.1.7',
		summary: 'whether there is a Trusted OS that has to be migrated',
	},
	{
		name: 'MIGRATE_INFO_UP_CPU',
		number: 0x07,
		forms: [32, 64],
		since: '0.2',
		mandatory: 'conditional',
		presence: 'mandatory exactly where MIGRATE is implemented',
		result: 'mpidr',
		section: '5.1.8',
		summary: 'the core on which the Trusted OS lives',
	},
	{
		name: 'SYSTEM_OFF',
		number: 0x08,
		forms: [32],
		since: '0.2',
		mandatory: 'mandatory',
		noReturn: true,
		section: '5.1.9',
		summary: 'switch the machine off',
	},
	{
		name: 'SYSTEM_RESET',
		number: 0x09,
		forms: [32],
		since: '0.2',
		mandatory: 'mandatory',
		noReturn: true,
		section: '5.1.11',
		summary: 'cold restart of the machine',
	},
	{
		name: 'PSCI_FEATURES',
		number: 0x0a,
		forms: [32],
		since: '1.0',
		mandatory: 'conditional',
		presence: 'mandatory from 1.0',
		args: [arg('psci_func_id', 32, 'function_id', 'the function asked about')],
		result: 'features',
		codes: ['NOT_SUPPORTED'],
		section: '5.1.15',
		summary: 'whether a function is implemented, and with which options',
	},
	{
		name: 'CPU_FREEZE',
		number: 0x0b,
		forms: [32],
		since: '1.0',
		mandatory: 'optional',
		codes: ['NOT_SUPPORTED', 'DENIED'],
		noReturn: true,
		section: '5.1.16',
		summary: 'take the calling core out of use without switching it off',
	},
	{
		name: 'CPU_DEFAULT_SUSPEND',
		number: 0x0c,
		forms: [32, 64],
		since: '1.0',
		mandatory: 'optional',
		args: [ENTRY, CONTEXT],
		codes: ['SUCCESS', 'INVALID_ADDRESS', 'NOT_SUPPORTED'],
		section: '5.1.17',
		summary: 'suspend the calling core in a state that the platform picks',
	},
	{
		name: 'NODE_HW_STATE',
		number: 0x0d,
		forms: [32, 64],
		since: '1.0',
		mandatory: 'optional',
		args: [TARGET, arg('power_level', 32, 'level', 'level of the node in the power domain tree')],
		result: 'node_state',
		codes: ['NOT_SUPPORTED', 'INVALID_PARAMETERS'],
		section: '5.1.18',
		summary: 'the true hardware state of a core or of a node above it',
	},
	{
		name: 'SYSTEM_SUSPEND',
		number: 0x0e,
		forms: [32, 64],
		since: '1.0',
		mandatory: 'optional',
		args: [ENTRY, CONTEXT],
		// 5.1.19 lists ALREADY_ON and no DENIED, 5.20.2 lists DENIED: the text contradicts itself.
		codes: ['SUCCESS', 'NOT_SUPPORTED', 'INVALID_ADDRESS', 'DENIED', 'ALREADY_ON'],
		section: '5.1.19',
		summary: 'suspend the machine to RAM',
	},
	{
		name: 'PSCI_SET_SUSPEND_MODE',
		number: 0x0f,
		forms: [32],
		since: '1.0',
		mandatory: 'optional',
		args: [arg('mode', 32, 'suspend_mode', 'who coordinates the suspend of shared levels')],
		codes: ['SUCCESS', 'NOT_SUPPORTED', 'INVALID_PARAMETERS', 'DENIED'],
		section: '5.1.20',
		summary: 'choose who coordinates suspends',
	},
	{
		name: 'PSCI_STAT_RESIDENCY',
		number: 0x10,
		forms: [32, 64],
		since: '1.0',
		mandatory: 'optional',
		presence: 'both PSCI_STAT functions or neither',
		args: [TARGET, POWER_STATE],
		result: 'counter',
		section: '5.1.21',
		summary: 'microseconds spent in a power state since cold boot',
	},
	{
		name: 'PSCI_STAT_COUNT',
		number: 0x11,
		forms: [32, 64],
		since: '1.0',
		mandatory: 'optional',
		presence: 'both PSCI_STAT functions or neither',
		args: [TARGET, POWER_STATE],
		result: 'counter',
		section: '5.1.22',
		summary: 'how often a power state was used since cold boot',
	},
	{
		name: 'SYSTEM_RESET2',
		number: 0x12,
		forms: [32, 64],
		since: '1.1',
		mandatory: 'optional',
		args: [
			arg('reset_type', 32, 'reset_type', "bit 31: the vendor's own; else an architectural type"),
			arg('cookie', 'register', 'number', "further data for a vendor's type"),
		],
		codes: ['NOT_SUPPORTED', 'INVALID_PARAMETERS'],
		noReturn: true,
		section: '5.1.12',
		summary: 'restart of a chosen kind, warm among them',
	},
	{
		name: 'MEM_PROTECT',
		number: 0x13,
		forms: [32],
		since: '1.1',
		mandatory: 'optional',
		presence: 'both MEM_PROTECT functions or neither',
		args: [arg('enable', 32, 'number', '0: off, anything else: on')],
		result: 'previous_state',
		codes: ['NOT_SUPPORTED'],
		section: '5.1.13',
		summary: 'have memory overwritten before the next boot',
	},
	{
		name: 'MEM_PROTECT_CHECK_RANGE',
		number: 0x14,
		forms: [32, 64],
		since: '1.1',
		mandatory: 'optional',
		presence: 'both MEM_PROTECT functions or neither',
		args: [
			arg('base', 'register', 'address', 'start of the range'),
			arg('length', 'register', 'number', 'bytes'),
		],
		codes: ['SUCCESS', 'DENIED', 'NOT_SUPPORTED'],
		section: '5.1.14',
		summary: 'whether a range of memory is covered by MEM_PROTECT',
	},
	{
		name: 'SYSTEM_OFF2',
		number: 0x15,
		forms: [32, 64],
		since: '1.3',
		mandatory: 'optional',
		args: [arg('type', 32, 'off_type', 'how to go off'), arg('cookie', 'register', 'number', 'must be zero')],
		codes: ['NOT_SUPPORTED', 'INVALID_PARAMETERS'],
		noReturn: true,
		section: '5.1.10',
		summary: 'switch the machine off in a chosen way, to hibernate',
	},
	{
		name: 'CLEAN_INV_MEMREGION',
		number: 0x15,
		forms: [64],
		since: '1.3',
		mandatory: 'optional',
		presence: "only in the alpha of 1.3; the number is SYSTEM_OFF2's in the final text",
		alphaOnly: true,
		section: '',
		summary: 'clean and invalidate a range of memory (alpha of 1.3 only, moved to SMCCC)',
	},
	{
		name: 'CLEAN_INV_MEMREGION_ATTRIBUTES',
		number: 0x16,
		forms: [32],
		since: '1.3',
		mandatory: 'optional',
		presence: 'only in the alpha of 1.3',
		alphaOnly: true,
		section: '',
		summary: 'properties of CLEAN_INV_MEMREGION (alpha of 1.3 only)',
	},
];

const KVM_01_BASE = 0x95c1ba5e;

function info(row: Row): FunctionInfo {
	const smc32 = row.forms.includes(32) ? 0x84000000 + row.number : undefined;
	const smc64 = row.forms.includes(64) ? 0xc4000000 + row.number : undefined;
	const kvm01 = row.kvm01 === undefined ? undefined : KVM_01_BASE + row.kvm01;
	return {
		name: row.name,
		service: 'PSCI',
		smc32,
		smc64,
		kvm01,
		ids: [smc32, smc64, kvm01].filter((id) => id !== undefined),
		since: row.since,
		mandatory: row.mandatory,
		presence: row.presence ?? '',
		summary: row.summary,
		arguments: row.args ?? [],
		arguments01: row.args01,
		result: row.result ?? 'status',
		codes: row.codes ?? [],
		noReturn: row.noReturn ?? false,
		alphaOnly: row.alphaOnly ?? false,
		source: row.section ? `DEN0022 F.b ${row.section}` : 'alpha of PSCI 1.3 (2024), not in the final text',
	};
}

export const PSCI_FUNCTIONS: readonly FunctionInfo[] = ROWS.map(info);
