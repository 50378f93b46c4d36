// What resets a vCPU, or sets its state, from outside: KVM_ARM_VCPU_INIT, the reset that a CPU_ON leaves, and
// KVM_SET_MP_STATE.

import { MP_STATE } from '../../kvm/index.ts';
import type { EventDetail } from '../../trace/event.ts';
import type { Step } from './step.ts';

export function reset(
	step: Step,
	{ pending, pc, r0, be }: Extract<EventDetail, { readonly kind: 'reset' }>,
): void {
	const { vcpu } = step;
	const why = pending
		? 'kvm_reset_vcpu clears x1 and above'
		: 'KVM_ARM_VCPU_INIT clears the registers and forgets a reset that was owed';
	const zero = step.inferred(0n, why);
	vcpu.resetState = step.recorded({ reset: false, pc, r0, be });
	step.served(vcpu, 'KVM_REQ_VCPU_RESET');
	if (pending) {
		vcpu.x = [step.recorded(r0), zero, zero, zero];
		vcpu.pc = step.recorded(pc);
		if (vcpu.mpState?.value === MP_STATE.STOPPED)
			vcpu.mpState = step.inferred(
				MP_STATE.RUNNABLE,
				'the CPU_ON whose reset is carried out here made it RUNNABLE',
			);
	} else {
		vcpu.x = [zero, zero, zero, zero];
		vcpu.pc = zero;
		// RUNNABLE, or STOPPED with KVM_ARM_VCPU_POWER_OFF: the event does not say which.
		vcpu.mpState = undefined;
		vcpu.call = -1;
	}
}

export function setMpState(step: Step, mpState: number): void {
	const { vcpu } = step;
	vcpu.mpState = step.recorded(mpState);
	if (mpState === MP_STATE.STOPPED)
		step.request(vcpu, 'KVM_REQ_SLEEP', 'inferred', 'KVM_SET_MP_STATE to STOPPED makes the request');
	if (mpState === MP_STATE.SUSPENDED)
		step.request(vcpu, 'KVM_REQ_SUSPEND', 'inferred', 'KVM_SET_MP_STATE to SUSPENDED makes the request');
}
