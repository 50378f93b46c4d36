// Whether a vCPU can run guest code. `asleep` of the language; what a vCPU waits for is known only to the
// program that runs on it (thread.ts).

import { MP_STATE, type Vcpu } from '../kvm/index.ts';

/** Stopped, or suspended with nothing pending that would wake it. */
export function isAsleep(vcpu: Vcpu): boolean {
	if (vcpu.mpState === MP_STATE.SUSPENDED) return vcpu.lines === 0;
	return vcpu.mpState !== MP_STATE.RUNNABLE;
}
