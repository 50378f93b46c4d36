// The SMCCC calls besides PSCI that KVM serves, with the numbers of include/linux/arm-smccc.h (7.2)
// and the services of arch/arm64/kvm/hypercalls.c. They share x0, the conduits and the filter with PSCI.

import type { ArgumentInfo, FunctionInfo, ResultKind, Service } from './function-info.ts';

interface Row {
	name: string;
	service: Service;
	smc32?: number;
	smc64?: number;
	args?: readonly ArgumentInfo[];
	result?: ResultKind;
	codes?: readonly string[];
	summary: string;
	source: string;
}

const FUNCTION: ArgumentInfo = {
	name: 'function_id',
	width: 32,
	kind: 'function_id',
	meaning: 'the function asked about',
};

const ROWS: readonly Row[] = [
	{
		name: 'SMCCC_VERSION',
		service: 'SMCCC architecture',
		smc32: 0x80000000,
		result: 'version',
		summary: 'which version of the SMC calling convention is implemented',
		source: 'DEN0028',
	},
	{
		name: 'SMCCC_ARCH_FEATURES',
		service: 'SMCCC architecture',
		smc32: 0x80000001,
		args: [FUNCTION],
		codes: ['SUCCESS', 'NOT_SUPPORTED', 'NOT_REQUIRED'],
		summary: 'whether an architecture service is implemented',
		source: 'DEN0028',
	},
	{
		name: 'SMCCC_ARCH_WORKAROUND_1',
		service: 'SMCCC architecture',
		smc32: 0x80008000,
		summary: 'mitigation of Spectre variant 2; under KVM answered before C code runs',
		source: 'DEN0028; arch/arm64/kvm/hyp/hyp-entry.S',
	},
	{
		name: 'SMCCC_ARCH_WORKAROUND_2',
		service: 'SMCCC architecture',
		smc32: 0x80007fff,
		args: [{ name: 'enable', width: 32, kind: 'number', meaning: '0: mitigation off, 1: on' }],
		summary: 'mitigation of Spectre variant 4; under KVM answered before C code runs',
		source: 'DEN0028; arch/arm64/kvm/hyp/hyp-entry.S',
	},
	{
		name: 'SMCCC_ARCH_WORKAROUND_3',
		service: 'SMCCC architecture',
		smc32: 0x80003fff,
		summary: 'mitigation of Spectre-BHB; under KVM answered before C code runs',
		source: 'DEN0028; arch/arm64/kvm/hyp/hyp-entry.S',
	},
	{
		name: 'TRNG_VERSION',
		service: 'TRNG',
		smc32: 0x84000050,
		result: 'version',
		summary: 'version of the random number service',
		source: 'DEN0098; arch/arm64/kvm/trng.c',
	},
	{
		name: 'TRNG_FEATURES',
		service: 'TRNG',
		smc32: 0x84000051,
		args: [FUNCTION],
		codes: ['SUCCESS', 'NOT_SUPPORTED'],
		summary: 'whether a function of the random number service is implemented',
		source: 'DEN0098; arch/arm64/kvm/trng.c',
	},
	{
		name: 'TRNG_GET_UUID',
		service: 'TRNG',
		smc32: 0x84000052,
		result: 'uid',
		summary: 'who implements the random number service',
		source: 'DEN0098; arch/arm64/kvm/trng.c',
	},
	{
		name: 'TRNG_RND',
		service: 'TRNG',
		smc32: 0x84000053,
		smc64: 0xc4000053,
		args: [
			{ name: 'bits', width: 32, kind: 'number', meaning: 'how many random bits: up to 96, or 192 by SMC64' },
		],
		codes: ['SUCCESS', 'NOT_SUPPORTED', 'INVALID_PARAMETERS', 'NO_ENTROPY'],
		summary: 'random bits in x1 to x3',
		source: 'DEN0098; arch/arm64/kvm/trng.c',
	},
	{
		name: 'PV_TIME_FEATURES',
		service: 'PV time',
		smc64: 0xc5000020,
		args: [FUNCTION],
		codes: ['SUCCESS', 'NOT_SUPPORTED'],
		summary: 'whether stolen-time accounting is available',
		source: 'DEN0057; arch/arm64/kvm/pvtime.c',
	},
	{
		name: 'PV_TIME_ST',
		service: 'PV time',
		smc64: 0xc5000021,
		result: 'address',
		codes: ['NOT_SUPPORTED'],
		summary: "address of the calling core's stolen-time record",
		source: 'DEN0057; arch/arm64/kvm/pvtime.c',
	},
	{
		name: 'VENDOR_HYP_CALL_UID',
		service: 'vendor hypervisor',
		smc32: 0x8600ff01,
		result: 'uid',
		summary: "which hypervisor this is; KVM's identity in x0 to x3",
		source: 'arch/arm64/kvm/hypercalls.c',
	},
	{
		name: 'VENDOR_HYP_KVM_FEATURES',
		service: 'vendor hypervisor',
		smc32: 0x86000000,
		result: 'bitmap',
		summary: "bitmap of KVM's own functions",
		source: 'arch/arm64/kvm/hypercalls.c',
	},
	{
		name: 'VENDOR_HYP_KVM_PTP',
		service: 'vendor hypervisor',
		smc32: 0x86000001,
		args: [
			{ name: 'counter', width: 32, kind: 'number', meaning: '0: virtual counter, 1: physical counter' },
		],
		result: 'counter',
		codes: ['NOT_SUPPORTED'],
		summary: 'host time paired with a counter value',
		source: 'arch/arm64/kvm/hypercalls.c',
	},
	{
		name: 'VENDOR_HYP_KVM_DISCOVER_IMPL_VER',
		service: 'vendor hypervisor',
		smc32: 0x86000040,
		result: 'version',
		summary: 'version and number of the processor implementations that the guest may run on',
		source: 'arch/arm64/kvm/hypercalls.c',
	},
	{
		name: 'VENDOR_HYP_KVM_DISCOVER_IMPL_CPUS',
		service: 'vendor hypervisor',
		smc32: 0x86000041,
		args: [{ name: 'index', width: 32, kind: 'number', meaning: 'which implementation' }],
		summary: 'one of the processor implementations that the guest may run on',
		source: 'arch/arm64/kvm/hypercalls.c',
	},
];

export const SMCCC_FUNCTIONS: readonly FunctionInfo[] = ROWS.map((row) => ({
	name: row.name,
	service: row.service,
	smc32: row.smc32,
	smc64: row.smc64,
	kvm01: undefined,
	ids: [row.smc32, row.smc64].filter((id) => id !== undefined),
	since: undefined,
	mandatory: undefined,
	presence: '',
	summary: row.summary,
	arguments: row.args ?? [],
	arguments01: undefined,
	result: row.result ?? 'status',
	codes: row.codes ?? [],
	noReturn: false,
	alphaOnly: false,
	source: row.source,
}));
