// Rules on the way from the trap to a service, and of the services besides PSCI:
// arch/arm64/kvm/{handle_exit,hypercalls,trng}.c and hyp/hyp-entry.S.

import type { RuleTable } from './rule.ts';

export const SMCCC_RULES = {
	'hvc.workaround_in_vectors': {
		says: 'An ARCH_WORKAROUND call by HVC is answered by the vector code: x0 and x1 zero, nothing else of KVM sees it, the filter neither.',
		clauses: ['SMCCC_ARCH_WORKAROUND_1.use', 'SMCCC_ARCH_WORKAROUND_2.use', 'SMCCC_ARCH_WORKAROUND_3.use'],
		source: 'hyp/hyp-entry.S',
	},
	'hvc.any_immediate': {
		says: 'An HVC is served whatever its immediate says.',
		clauses: ['general.conduits', 'smccc.immediate'],
		source: 'handle_exit.c, handle_hvc',
	},
	'hvc.handler_failed': {
		says: 'The handler failed; the guest sees all ones in x0.',
		clauses: ['general.errors'],
		source: 'handle_exit.c, handle_hvc (up to 6.3)',
	},
	'smc.undefined': {
		says: 'SMC is no conduit here: the guest takes an undefined-instruction exception.',
		clauses: ['general.conduits'],
		source: 'handle_exit.c, handle_smc (before acfb3b883f6d, 4.15)',
	},
	'smc.not_served': {
		says: 'SMC is no conduit here: x0 all ones, x1 to x3 untouched, whatever was asked.',
		clauses: ['general.conduits'],
		source: 'handle_exit.c, handle_smc (up to 6.3)',
	},
	'smc.immediate_not_zero': {
		says: 'An SMC with an immediate is no call of the convention: x0 all ones, x1 to x3 untouched.',
		clauses: ['smccc.immediate'],
		source: 'handle_exit.c, handle_smc (6.4 and later)',
	},
	'smc.served': {
		says: 'An SMC without an immediate is served like an HVC. From AArch32 the immediate is not known and counts as zero.',
		clauses: ['general.conduits', 'smccc.immediate'],
		source: 'handle_exit.c, handle_smc (6.4 and later)',
	},
	'smccc_filter.handles': {
		says: 'The filter leaves this number to KVM, or there is no filter.',
		clauses: ['kvm-api.smccc_filter'],
		source: 'hypercalls.c, kvm_smccc_get_action (6.4 and later)',
	},
	'smccc_filter.denies': {
		says: 'The filter denies this number: NOT_SUPPORTED.',
		clauses: ['kvm-api.smccc_filter', 'smccc.unknown'],
		source: 'hypercalls.c, kvm_smccc_call_handler (6.4 and later)',
	},
	'smccc_filter.forwards': {
		says: 'The filter forwards this number: KVM_RUN returns with the registers untouched and the pc behind the call.',
		clauses: ['kvm-api.smccc_filter', 'kvm-api.hypercall_exit'],
		source: 'hypercalls.c, kvm_prepare_hypercall_exit (6.4 and later)',
	},
	'smccc.service_on': {
		says: 'The bitmap register switches this service on.',
		clauses: ['kvm-api.bitmaps'],
		source: 'hypercalls.c, kvm_smccc_test_fw_bmap',
	},
	'smccc.service_off': {
		says: 'The bitmap register switches this service off: NOT_SUPPORTED.',
		clauses: ['kvm-api.bitmaps', 'smccc.unknown'],
		source: 'hypercalls.c, kvm_smccc_test_fw_bmap',
	},
	'smccc.no_such_service': {
		says: 'The number is none of PSCI, nor of any service that KVM knows: NOT_SUPPORTED, before PSCI is asked.',
		clauses: ['smccc.unknown'],
		source: 'hypercalls.c, kvm_smccc_default_allowed (5.19 and later)',
	},
	'smccc.version': { says: 'SMCCC_VERSION is 1.1.', clauses: ['SMCCC_VERSION.use'], source: 'hypercalls.c' },
	'smccc.arch_features_host': {
		says: "ARCH_FEATURES of a workaround: what the host's processor needs.",
		clauses: ['SMCCC_ARCH_FEATURES.use'],
		source: 'hypercalls.c',
	},
	'smccc.arch_features_pv_time': {
		says: 'ARCH_FEATURES of PV_TIME_FEATURES: SUCCESS while its bitmap bit is on.',
		clauses: ['SMCCC_ARCH_FEATURES.use', 'PV_TIME_FEATURES.use'],
		source: 'hypercalls.c',
	},
	'smccc.arch_features_unknown': {
		says: 'ARCH_FEATURES of anything else: NOT_SUPPORTED.',
		clauses: ['SMCCC_ARCH_FEATURES.use'],
		source: 'hypercalls.c',
	},
	'pv_time.no_record': {
		says: 'Userspace gave this vCPU no stolen-time record: NOT_SUPPORTED.',
		clauses: ['PV_TIME_FEATURES.use', 'PV_TIME_ST.use'],
		source: 'pvtime.c',
	},
	'pv_time.record': {
		says: 'Userspace gave this vCPU a stolen-time record: SUCCESS, or its address.',
		clauses: ['PV_TIME_FEATURES.use', 'PV_TIME_ST.use'],
		source: 'pvtime.c',
	},
	'pv_time.unknown': {
		says: 'PV_TIME_FEATURES of another number: NOT_SUPPORTED.',
		clauses: ['PV_TIME_FEATURES.use'],
		source: 'pvtime.c',
	},
	'vendor_hyp.uid': {
		says: 'The vendor hypervisor service identifies itself as KVM.',
		clauses: ['smccc.function_id'],
		source: 'hypercalls.c',
	},
	'vendor_hyp.features': {
		says: 'The vendor hypervisor service tells its bitmap; the second bitmap stands in x2.',
		clauses: ['kvm-api.bitmaps'],
		source: 'hypercalls.c',
	},
	'vendor_hyp.ptp': {
		says: "The host's time and a counter, taken together; the model has no clock and answers zeros.",
		clauses: ['smccc.function_id'],
		source: 'hypercalls.c, kvm_ptp_get_time',
	},
	'vendor_hyp.ptp_unknown_counter': {
		says: 'Only the virtual and the physical counter can be asked for: NOT_SUPPORTED.',
		clauses: ['smccc.function_id'],
		source: 'hypercalls.c, kvm_ptp_get_time',
	},
	'trng.version': {
		says: 'The random number service is version 1.0.',
		clauses: ['TRNG_VERSION.use'],
		source: 'trng.c',
	},
	'trng.features': {
		says: 'TRNG_FEATURES: SUCCESS for the five numbers of the service, all 64 bits of x1 compared.',
		clauses: ['TRNG_FEATURES.use'],
		source: 'trng.c',
	},
	'trng.uuid': { says: "TRNG_GET_UUID: KVM's identity.", clauses: ['TRNG_GET_UUID.use'], source: 'trng.c' },
	'trng.too_many_bits': {
		says: 'More bits than three registers hold, the number cut to 32 bits: INVALID_PARAMETERS.',
		clauses: ['TRNG_RND.use'],
		source: 'trng.c, kvm_trng_do_rnd',
	},
	'trng.random': {
		says: 'Random bits, none of them for a request of 0; the model answers zeros.',
		clauses: ['TRNG_RND.use'],
		source: 'trng.c, kvm_trng_do_rnd',
	},
} as const satisfies RuleTable;
