// KVM_ARM_VCPU_INIT: features, then a reset, then the power state (arch/arm64/kvm/arm.c; up to 6.2 also
// reset.c and guest.c).

import type { Returned } from './answer.ts';
import { ERRNO } from './operation.ts';
import { changeVcpu, changeVm, decide, type Path, vcpuAt } from './path.ts';
import { powerOff } from './power.ts';
import { resetVcpu } from './reset.ts';
import { FEATURE, MP_STATE } from './vcpu.ts';

/** `features` is the first word of struct kvm_vcpu_init's bitmap, unsigned. */
export function initVcpu(path: Path, index: number, features: number): Returned {
	const scope = path.vm.profile.behaviours.featuresScope;
	const errno = scope === 'vcpu' ? initPerVcpu(path, index, features) : initPerVm(path, index, features);
	if (errno !== 0) return { r: -errno };
	clearLines(path, index);
	// Features of a vCPU's own include what an init that failed (ENOENT) left behind.
	const taken = scope === 'vcpu' ? vcpuAt(path, index).features : features;
	if (taken & FEATURE.POWER_OFF) {
		decide(path, 'vcpu_init.power_off', index, 'stopped', { features: taken });
		powerOff(path, index);
	} else {
		decide(path, 'vcpu_init.runnable', index, 'runnable', { features: taken });
		changeVcpu(path, index, { mpState: MP_STATE.RUNNABLE });
	}
	return { r: 0 };
}

/** Up to 6.2: each vCPU has its own features, POWER_OFF among them, and a later init must repeat them. */
function initPerVcpu(path: Path, index: number, features: number): number {
	const before = vcpuAt(path, index);
	const known = path.vm.profile.behaviours.vcpuFeatures;
	// The kernel walks the bits upwards: a known bit that differs is found before an unknown one.
	if (before.initialized && before.features !== (features & known)) {
		decide(path, 'vcpu_init.features_differ', index, 'EINVAL', { features, before: before.features });
		return ERRNO.EINVAL;
	}
	const kept = before.features | (features & known);
	if ((features & ~known) !== 0) {
		decide(path, 'vcpu_init.feature_unknown', index, 'ENOENT, known bits below stay set', { features });
		changeVcpu(path, index, { features: kept });
		return ERRNO.ENOENT;
	}
	decide(path, 'vcpu_init.features_per_vcpu', index, 'features taken', { features: kept });
	changeVcpu(path, index, { features: kept });
	if (!resetVcpu(path, index)) {
		decide(path, 'vcpu_init.reset_failed', index, 'EINVAL, no longer initialised');
		changeVcpu(path, index, { features: 0, initialized: false });
		return ERRNO.EINVAL;
	}
	changeVcpu(path, index, { initialized: true });
	return 0;
}

/** 6.3 and later: one set of features for the VM, without POWER_OFF, which holds for one init only. */
function initPerVm(path: Path, index: number, features: number): number {
	const { vcpuFeatures } = path.vm.profile.behaviours;
	const lasting = (features & ~FEATURE.POWER_OFF) >>> 0;
	if ((lasting & ~vcpuFeatures) !== 0) {
		decide(path, 'vcpu_init.feature_unknown', index, 'ENOENT', { features });
		return ERRNO.ENOENT;
	}
	if (lasting & FEATURE.EL1_32BIT && !path.vm.profile.host.aarch32El1) {
		decide(path, 'reset.no_aarch32', index, 'EINVAL', { aarch32El1: false });
		return ERRNO.EINVAL;
	}
	if (path.vm.features !== undefined && path.vm.features !== lasting) {
		decide(path, 'vcpu_init.features_differ', index, 'EINVAL', { features, before: path.vm.features });
		return ERRNO.EINVAL;
	}
	decide(path, 'vcpu_init.features_per_vm', index, 'features taken', { features: lasting });
	changeVm(path, { features: lasting });
	resetVcpu(path, index);
	changeVcpu(path, index, { initialized: true });
	return 0;
}

/** vcpu_reset_hcr: the interrupt lines live in the same register. */
function clearLines(path: Path, index: number): void {
	const { lines, ranOnce } = vcpuAt(path, index);
	if (lines === 0) return;
	if (path.vm.profile.behaviours.initClearsLines === 'before the first run' && ranOnce) {
		decide(path, 'vcpu_init.lines_survive', index, 'lines stay', { lines, ran_once: ranOnce });
		return;
	}
	decide(path, 'vcpu_init.lines_cleared', index, 'lines cleared', { lines, ran_once: ranOnce });
	changeVcpu(path, index, { lines: 0 });
}
