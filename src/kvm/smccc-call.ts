// kvm_smccc_call_handler: every call that reaches KVM's C code, PSCI or not
// (arch/arm64/kvm/hypercalls.c; kvm_hvc_call_handler up to 6.3).

import type { HypercallExit } from './answer.ts';
import { argument, type CallEnd, functionNumber, returns } from './call-end.ts';
import type { Conduit } from './operation.ts';
import { decide, type Path, vcpuAt } from './path.ts';
import { psciCall } from './psci-call.ts';
import { allowedByDefault, switchOf } from './service-switch.ts';
import { filterAction } from './smccc-filter.ts';
import { isTrng, trngCall } from './trng.ts';

const NOT_SUPPORTED = -1n;
/** UUID of KVM as a vendor hypervisor service, as VENDOR_HYP_CALL_UID returns it. */
const KVM_UID = [0xb66fb428n, 0xe911c52en, 0x564bcaa9n, 0x743a004dn] as const;

export function smcccCall(path: Path, index: number, conduit: Conduit): CallEnd {
	const id = functionNumber(path, index);
	const { behaviours } = path.vm.profile;
	if (behaviours.smcccFilter) {
		const action = filterAction(path.vm.filter, id);
		const looked = { function: id, configured: path.vm.filter !== undefined };
		if (action === 'deny') {
			decide(path, 'smccc_filter.denies', index, 'NOT_SUPPORTED', looked);
			return returns(path, index, NOT_SUPPORTED);
		}
		if (action === 'fwd_to_user') {
			decide(path, 'smccc_filter.forwards', index, 'exit HYPERCALL', looked);
			return { kind: 'exits', exit: hypercallExit(id, conduit) };
		}
		decide(path, 'smccc_filter.handles', index, 'KVM handles it', looked);
	}
	const allowed = switchOf(path.vm, id);
	if (allowed) {
		const { bitmap, bit, on } = allowed;
		decide(path, on ? 'smccc.service_on' : 'smccc.service_off', index, on ? 'allowed' : 'NOT_SUPPORTED', {
			function: id,
			[bitmap]: path.vm.bitmaps[bitmap] ?? 0n,
			bit,
		});
		if (!on) return returns(path, index, NOT_SUPPORTED);
	} else if (behaviours.unlistedCalls === 'denied' && !allowedByDefault(id)) {
		decide(path, 'smccc.no_such_service', index, 'NOT_SUPPORTED', { function: id });
		return returns(path, index, NOT_SUPPORTED);
	}
	return service(path, index, id);
}

/** Bit 0: SMC. No 16-bit instruction makes a hypercall, so bit 1 stays clear. */
function hypercallExit(nr: number, conduit: Conduit): HypercallExit {
	return { outcome: 'hypercall', nr, flags: conduit === 'smc' ? 1 : 0 };
}

function service(path: Path, index: number, id: number): CallEnd {
	const { services } = path.vm.profile.behaviours;
	if (services.includes('SMCCC')) {
		if (id === 0x80000000) {
			decide(path, 'smccc.version', index, '1.1');
			return returns(path, index, 0x10001n);
		}
		if (id === 0x80000001) return returns(path, index, archFeatures(path, index));
	}
	if (services.includes('PV time') && (id === PV_TIME_FEATURES || id === PV_TIME_ST))
		return returns(path, index, pvTime(path, index, id));
	if (services.includes('vendor hypervisor')) {
		if (id === 0x8600ff01) {
			decide(path, 'vendor_hyp.uid', index, "KVM's UUID");
			return returns(path, index, ...KVM_UID);
		}
		if (id === 0x86000000) {
			decide(path, 'vendor_hyp.features', index, 'bitmap');
			const { VENDOR_HYP_BMAP, VENDOR_HYP_BMAP_2 } = path.vm.bitmaps;
			return returns(path, index, VENDOR_HYP_BMAP ?? 0n, 0n, VENDOR_HYP_BMAP_2 ?? 0n);
		}
		if (id === 0x86000001) return ptp(path, index);
	}
	if (services.includes('TRNG') && isTrng(id)) return trngCall(path, index);
	return psciCall(path, index);
}

const PV_TIME_FEATURES = 0xc5000020;
const PV_TIME_ST = 0xc5000021;

/** Stolen time (pvtime.c): available once userspace gave the vCPU a record. */
function pvTime(path: Path, index: number, id: number): bigint {
	const asked = Number(BigInt.asUintN(32, argument(path, index, 1)));
	const record = vcpuAt(path, index).stolenTime;
	if (record === undefined) {
		decide(path, 'pv_time.no_record', index, 'NOT_SUPPORTED', { function: id });
		return NOT_SUPPORTED;
	}
	if (id === PV_TIME_ST) {
		decide(path, 'pv_time.record', index, 'its address', { record });
		return record;
	}
	if (asked === PV_TIME_FEATURES || asked === PV_TIME_ST) {
		decide(path, 'pv_time.record', index, 'SUCCESS', { record, asked });
		return 0n;
	}
	decide(path, 'pv_time.unknown', index, 'NOT_SUPPORTED', { asked });
	return NOT_SUPPORTED;
}

const WORKAROUNDS: readonly bigint[] = [0x80008000n, 0x80007fffn, 0x80003fffn];

/** ARCH_FEATURES: what is asked about is cut to 32 bits; the workarounds depend on the host. */
function archFeatures(path: Path, index: number): bigint {
	const asked = BigInt.asUintN(32, argument(path, index, 1));
	const workaround = WORKAROUNDS.indexOf(asked);
	if (workaround >= 0) {
		const answer = path.vm.profile.host.archFeatures[workaround] ?? NOT_SUPPORTED;
		decide(path, 'smccc.arch_features_host', index, `${answer}`, { asked });
		return answer;
	}
	if (asked === 0xc5000020n && path.vm.profile.behaviours.services.includes('PV time')) {
		const on = ((path.vm.bitmaps.STD_HYP_BMAP ?? 1n) & 1n) !== 0n;
		decide(path, 'smccc.arch_features_pv_time', index, on ? 'SUCCESS' : 'NOT_SUPPORTED', { asked });
		return on ? 0n : NOT_SUPPORTED;
	}
	decide(path, 'smccc.arch_features_unknown', index, 'NOT_SUPPORTED', { asked });
	return NOT_SUPPORTED;
}

/** The host's clock paired with a counter: both modelled as 0, and the decision says so. */
function ptp(path: Path, index: number): CallEnd {
	const counter = BigInt.asUintN(32, argument(path, index, 1));
	if (counter > 1n) {
		decide(path, 'vendor_hyp.ptp_unknown_counter', index, 'NOT_SUPPORTED', { counter });
		return returns(path, index, NOT_SUPPORTED);
	}
	decide(path, 'vendor_hyp.ptp', index, 'host time modelled as 0', { counter });
	return returns(path, index, 0n);
}
