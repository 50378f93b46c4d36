// What it shows of a vCPU that it got into the guest, or that KVM goes on with it.

import { MP_STATE } from '../../kvm/index.ts';
import type { Whereabouts } from '../state.ts';
import type { Step } from './step.ts';

/** The vCPU got into the guest: it is RUNNABLE, and what KVM serves before each entry has been served. */
export function runs(step: Step, shownBy: string): void {
	const { vcpu } = step;
	if (vcpu.requests.length > 0) vcpu.requests = [];
	if (vcpu.resetState?.value.reset) {
		const why = `${shownBy}: a reset that is owed is carried out before the vCPU enters the guest`;
		vcpu.resetState = step.inferred({ ...vcpu.resetState.value, reset: false }, why);
	}
	if (vcpu.mpState?.value !== MP_STATE.RUNNABLE)
		vcpu.mpState = step.inferred(MP_STATE.RUNNABLE, `${shownBy}: only a RUNNABLE vCPU enters the guest`);
}

/** The entry that ends a call, or begins what a CPU_ON asked for: x0 is no longer what was recorded. */
export function enters(step: Step): void {
	const { vcpu } = step;
	const reset = vcpu.resetState?.value;
	if (reset?.reset) {
		const zero = step.inferred(0n, 'kvm_reset_vcpu clears x1 and above');
		const context =
			reset.r0 === undefined ? undefined : step.inferred(reset.r0, 'the context_id of its CPU_ON');
		vcpu.x = [context, zero, zero, zero];
	} else if (step.calls.next(vcpu.call) === step.row && !step.calls.has('ret', vcpu.call)) {
		vcpu.x = [undefined, ...vcpu.x.slice(1)];
	}
}

/** The handler returned 1: KVM's run loop serves the requests and enters the guest, or sleeps where it must not. */
export function goesOn(step: Step): void {
	const { vcpu } = step;
	if (vcpu.mpState?.value !== MP_STATE.STOPPED) {
		const why = 'the handler returned 1, so KVM goes back into the guest';
		vcpu.whereabouts = step.inferred<Whereabouts>('guest', why);
		return;
	}
	const why = 'KVM_REQ_SLEEP is served before the next entry, and a STOPPED vCPU then sleeps in KVM';
	vcpu.whereabouts = step.inferred<Whereabouts>('waiting', why);
	step.served(vcpu, 'KVM_REQ_SLEEP');
}
