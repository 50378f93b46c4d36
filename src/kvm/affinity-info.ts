// AFFINITY_INFO: whether any vCPU of an affinity instance is on (kvm_psci_vcpu_affinity_info).

import { AFFINITY_BITS, strayAffinityBits } from '../psci/mpidr.ts';
import { PSCI } from '../psci/return-codes.ts';
import { argument } from './call-end.ts';
import { affinityOf } from './mpidr.ts';
import { decide, type Path } from './path.ts';
import { isStopped } from './vcpu.ts';

const ON = 0n;
const OFF = 1n;

/** The result for x0: ON, OFF or a status. ON_PENDING never occurs under KVM. */
export function affinityInfo(path: Path, source: number): bigint {
	const raw = argument(path, source, 1);
	const level = argument(path, source, 2);
	const looked = { target_affinity: raw, lowest_affinity_level: level };
	if (path.vm.profile.behaviours.strayAffinityBits === 'refused' && strayAffinityBits(raw) !== 0n) {
		decide(path, 'affinity_info.stray_affinity_bits', source, 'INVALID_PARAMETERS', looked);
		return PSCI.INVALID_PARAMETERS;
	}
	if (level > 3n) {
		decide(path, 'affinity_info.bad_level', source, 'INVALID_PARAMETERS', looked);
		return PSCI.INVALID_PARAMETERS;
	}
	// Eight bits of affinity per level drop out from below; level 3 is bits 39:32, so its mask starts at 24.
	const mask = AFFINITY_BITS & ~((1n << (8n * level)) - 1n);
	const matching = path.vm.vcpus.filter((vcpu) => (affinityOf(vcpu) & mask) === (raw & mask));
	if (matching.length === 0 && path.vm.profile.behaviours.affinityNoMatch === 'OFF') {
		decide(path, 'affinity_info.no_match_off', source, 'OFF', looked);
		return OFF;
	}
	if (matching.length === 0) {
		decide(path, 'affinity_info.no_match', source, 'INVALID_PARAMETERS', looked);
		return PSCI.INVALID_PARAMETERS;
	}
	const on = matching.find((vcpu) => !isStopped(vcpu));
	const found = { ...looked, matching: matching.length };
	if (on) {
		decide(path, 'affinity_info.one_is_on', source, 'ON', { ...found, vcpu: on.index, mp_state: on.mpState });
		return ON;
	}
	decide(path, 'affinity_info.all_stopped', source, 'OFF', found);
	return OFF;
}
