// Which rules can decide anything on a kernel, and under a version of PSCI that it shows to a guest. What a
// rule needs stands here once, in terms of named behaviours; a rule that is not listed can decide everywhere.
// Tests hold this against recorded vectors: no rule that decided may be out of reach.

import type { Behaviours } from '../kvm/profile.ts';
import type { RuleId } from '../kvm/rules.ts';
import { PSCI_VERSIONS, versionText } from '../psci/versions.ts';

const V = PSCI_VERSIONS;

interface Needs {
	/** what the kernel must be like */
	readonly kernel?: (b: Behaviours) => boolean;
	/** first and last version of PSCI under which it can decide */
	readonly from?: bigint;
	readonly to?: bigint;
	/** versions that depend on the kernel too */
	readonly version?: (version: bigint, b: Behaviours) => boolean;
}

const serves =
	(service: Behaviours['services'][number]) =>
	(b: Behaviours): boolean =>
		b.services.includes(service);
const refusesStray = (b: Behaviours): boolean => b.strayAffinityBits === 'refused';
const features: Needs = { from: V['1.0'] };
const filter: Needs = { kernel: (b) => b.smcccFilter };
const suspend: Needs = { kernel: (b) => b.systemSuspend === 'capability', from: V['1.0'] };
const suspended: Needs = { kernel: (b) => b.mpStates.includes(10) };
const reset2: Needs = { kernel: (b) => b.systemReset2 !== 'none', from: V['1.1'] };
const off2: Needs = {
	kernel: (b) => b.systemOff2 !== 'none',
	from: V['1.0'],
	version: (version, b) => b.systemOff2 === 'capability' || version >= V['1.3'],
};
const event: Needs = {
	kernel: (b) => b.systemOffReset !== 'none',
	version: (version, b) => (b.systemOffReset === '0.2') === version >= V['0.2'],
};
const perVcpu: Needs = { kernel: (b) => b.featuresScope === 'vcpu' };
const table: Needs = { kernel: (b) => b.mpidrLookup !== 'in order' };
const owed: Needs = { kernel: (b) => b.cpuOnReset === 'by the target' };
const versionRegister: Needs = { kernel: (b) => b.firmwareRegisters > 0 };
const workarounds: Needs = { kernel: (b) => b.firmwareRegisters > 1 };
const bitmaps: Needs = { kernel: (b) => Object.keys(b.bitmaps).length > 0 };
const smcServed: Needs = { kernel: (b) => b.smc === 'served' };

const NEEDS: { readonly [rule in RuleId]?: Needs } = {
	'psci.version_0_1': { to: V['0.1'] },
	'psci.version_0_2': { from: V['0.2'], to: V['0.2'] },
	'psci.version_1_x': { from: V['1.0'] },
	'psci.version_unknown': { kernel: (b) => b.unknownVersion === 'NOT_SUPPORTED' },
	'psci.version_unknown_error': { kernel: (b) => b.unknownVersion === 'EINVAL' },
	'psci.smc64_from_32bit': { kernel: (b) => b.smc64From32Bit !== 'served' },
	'psci.not_supported': { from: V['0.2'] },
	'psci.not_supported_0_1': { to: V['0.1'] },
	'psci.unknown_is_undefined': {
		kernel: (b) => b.unknownCalls === 'undefined instruction',
	},
	'psci.narrow_arguments': { kernel: (b) => b.narrowsSmc32, from: V['0.2'] },
	'psci_version.answers': { from: V['0.2'] },
	'psci_features.smc64_from_32bit': {
		kernel: (b) => b.smc64From32Bit !== 'served',
		from: V['1.0'],
	},
	'psci_features.implemented': features,
	'psci_features.not_implemented': features,
	'cpu_suspend.is_wfi': { from: V['0.2'] },
	'cpu_on.stray_affinity_bits': { kernel: refusesStray },
	'cpu_on.stray_affinity_bits_ignored': { kernel: (b) => b.strayAffinityBits === 'ignored' },
	'cpu_on.target_not_stopped': { from: V['0.2'] },
	'cpu_on.target_not_stopped_0_1': { to: V['0.1'] },
	'cpu_on.reset_in_call': { kernel: (b) => b.cpuOnReset === 'in the call' },
	'affinity_info.stray_affinity_bits': { kernel: refusesStray, from: V['0.2'] },
	'affinity_info.bad_level': { from: V['0.2'] },
	'affinity_info.no_match': { kernel: (b) => b.affinityNoMatch === 'INVALID_PARAMETERS', from: V['0.2'] },
	'affinity_info.no_match_off': { kernel: (b) => b.affinityNoMatch === 'OFF', from: V['0.2'] },
	'affinity_info.one_is_on': { from: V['0.2'] },
	'affinity_info.all_stopped': { from: V['0.2'] },
	'migrate_info_type.none': { from: V['0.2'] },
	'system_event.stops_all': { ...event, kernel: (b) => b.systemOffReset !== 'none' && b.systemEventStops },
	'system_off.exits': event,
	'system_reset.exits': event,
	'system_suspend.not_enabled': suspend,
	'system_suspend.exits': suspend,
	'system_reset2.version_too_low': {
		kernel: (b) => b.systemReset2 !== 'none',
		from: V['1.0'],
		to: V['1.0'],
	},
	'system_reset2.reserved_type': reset2,
	'system_reset2.exits': reset2,
	'system_off2.not_available': {
		kernel: (b) => b.systemOff2 !== 'none',
		from: V['1.0'],
		version: (version, b) => b.systemOff2 === 'capability' || version < V['1.3'],
	},
	'system_off2.bad_type': off2,
	'system_off2.cookie_set': {
		...off2,
		kernel: (b) => b.systemOff2 !== 'none' && b.off2CookieChecked,
	},
	'system_off2.exits': off2,
	'hvc.workaround_in_vectors': { kernel: (b) => b.vectorWorkarounds > 0 },
	'hvc.handler_failed': { kernel: (b) => b.smc !== 'served' },
	'smc.undefined': { kernel: (b) => b.smc === 'undefined instruction' },
	'smc.not_served': { kernel: (b) => b.smc === 'refused' },
	'smc.immediate_not_zero': smcServed,
	'smc.served': smcServed,
	'smccc_filter.handles': filter,
	'smccc_filter.denies': filter,
	'smccc_filter.forwards': filter,
	'smccc_filter.not_available': { kernel: (b) => !b.smcccFilter },
	'smccc_filter.malformed': filter,
	'smccc_filter.after_run': filter,
	'smccc_filter.reserved': filter,
	'smccc_filter.overlaps': filter,
	'smccc_filter.set': filter,
	'has_attr.present': filter,
	'smccc.service_on': bitmaps,
	'smccc.service_off': bitmaps,
	'smccc.no_such_service': { kernel: (b) => b.unlistedCalls === 'denied' },
	'smccc.version': { kernel: serves('SMCCC') },
	'smccc.arch_features_host': { kernel: serves('SMCCC') },
	'smccc.arch_features_unknown': { kernel: serves('SMCCC') },
	'smccc.arch_features_pv_time': { kernel: serves('PV time') },
	'pv_time.no_record': { kernel: serves('PV time') },
	'pv_time.record': { kernel: serves('PV time') },
	'pv_time.unknown': { kernel: serves('PV time') },
	'vendor_hyp.uid': { kernel: serves('vendor hypervisor') },
	'vendor_hyp.features': { kernel: serves('vendor hypervisor') },
	'vendor_hyp.ptp': { kernel: serves('vendor hypervisor') },
	'vendor_hyp.ptp_unknown_counter': { kernel: serves('vendor hypervisor') },
	'trng.version': { kernel: serves('TRNG') },
	'trng.features': { kernel: serves('TRNG') },
	'trng.uuid': { kernel: serves('TRNG') },
	'trng.too_many_bits': { kernel: serves('TRNG') },
	'trng.random': { kernel: serves('TRNG') },
	'run.makes_mpidr_table': table,
	'vcpu_create.drops_mpidr_table': { kernel: (b) => b.mpidrLookup === 'table, then in order' },
	'request.vcpu_reset': owed,
	'one_reg.owed_reset': { kernel: (b) => b.cpuOnReset === 'by the target' && b.registerAccessResets },
	'request.suspend_not_suspended': suspended,
	'request.suspend_wakeup': suspended,
	'request.suspend_sleeps': suspended,
	'mp_state.suspended': suspended,
	'mp_state.runnable': { kernel: (b) => b.mpStates.includes(0) },
	'mp_state.stopped': { kernel: (b) => b.mpStates.includes(5) },
	'vcpu_init.features_per_vcpu': perVcpu,
	'vcpu_init.reset_failed': perVcpu,
	'vcpu_init.features_per_vm': { kernel: (b) => b.featuresScope === 'vm' },
	'vcpu_init.lines_survive': { kernel: (b) => b.initClearsLines === 'before the first run' },
	'enable_cap.enabled': {
		kernel: (b) => b.systemSuspend === 'capability' || b.systemOff2 === 'capability',
	},
	'fw_reg.version_read': versionRegister,
	'fw_reg.version_set': versionRegister,
	'fw_reg.version_unknown': versionRegister,
	'fw_reg.version_not_of_feature': versionRegister,
	'fw_reg.workaround_read': workarounds,
	'fw_reg.workaround_accepted': workarounds,
	'fw_reg.workaround_malformed': workarounds,
	'fw_reg.workaround_too_high': workarounds,
	'fw_reg.bitmap_read': bitmaps,
	'fw_reg.bitmap_set': bitmaps,
	'fw_reg.bitmap_unknown_bit': bitmaps,
	'fw_reg.bitmap_after_run': bitmaps,
};

/**
 * Why a rule decides nothing on a kernel that behaves so, for a guest that is shown `version` (any version
 * of the kernel's where undefined), in a few words; undefined: it can decide.
 */
export function outOfReach(
	rule: RuleId,
	behaviours: Behaviours,
	version: bigint | undefined,
): string | undefined {
	const needs = NEEDS[rule];
	if (!needs) return undefined;
	if (needs.kernel && !needs.kernel(behaviours)) return 'not on this kernel';
	const able = behaviours.psciVersions.filter((v) => underVersion(needs, v, behaviours));
	if (able.length === 0) return 'not on this kernel';
	if (version === undefined || able.includes(version)) return undefined;
	return `not under PSCI ${versionText(version)}`;
}

function underVersion({ from, to, version }: Needs, v: bigint, behaviours: Behaviours): boolean {
	return (
		(from === undefined || from <= v) && (to === undefined || v <= to) && (version?.(v, behaviours) ?? true)
	);
}
