// The requests that a vCPU serves before it enters the guest, in the kernel's order
// (check_vcpu_requests, arch/arm64/kvm/arm.c).

import { SYSTEM_EVENT, type SystemEvent } from './answer.ts';
import { ERRNO } from './operation.ts';
import { decide, makeRequest, type Path, takeRequest, vcpuAt } from './path.ts';
import { event } from './power.ts';
import { serveOwedReset } from './reset.ts';
import { isStopped, MP_STATE } from './vcpu.ts';
import { isRunnable, waitForInterrupt } from './wait.ts';

export type RequestsEnd =
	| { readonly kind: 'enters' }
	/** asleep until a signal; the requests behind it have been served all the same */
	| { readonly kind: 'sleeps' }
	| { readonly kind: 'exits'; readonly exit: SystemEvent }
	| { readonly kind: 'fails'; readonly errno: number };

export function serveRequests(path: Path, index: number): RequestsEnd {
	if (vcpuAt(path, index).requests === 0) return { kind: 'enters' };
	if (takeRequest(path, index, 'VM_DEAD')) {
		decide(path, 'request.vm_dead', index, 'EIO');
		makeRequest(path, index, 'VM_DEAD');
		return { kind: 'fails', errno: ERRNO.EIO };
	}
	const slept = serveSleep(path, index);
	serveOwedReset(path, index, 'entry');
	if (takeRequest(path, index, 'IRQ_PENDING'))
		decide(path, 'request.irq_pending', index, 'seen; the lines decide', {
			lines: vcpuAt(path, index).lines,
		});
	const suspended = serveSuspend(path, index);
	if (suspended.kind === 'exits') return suspended;
	return slept || suspended.kind === 'sleeps' ? { kind: 'sleeps' } : { kind: 'enters' };
}

/** KVM_REQ_SLEEP: a stopped vCPU sleeps, and asks to sleep again when it is woken still stopped. */
function serveSleep(path: Path, index: number): boolean {
	if (!takeRequest(path, index, 'SLEEP')) return false;
	const vcpu = vcpuAt(path, index);
	if (!isStopped(vcpu)) {
		decide(path, 'request.sleep_not_stopped', index, 'no longer stopped: goes on', {
			mp_state: vcpu.mpState,
		});
		return false;
	}
	decide(path, 'request.sleep_stopped', index, 'sleeps, and will again', { mp_state: vcpu.mpState });
	makeRequest(path, index, 'SLEEP');
	return true;
}

/** KVM_REQ_SUSPEND (5.19 and later): wait for an interrupt, and tell userspace when there is one. */
function serveSuspend(path: Path, index: number): RequestsEnd {
	if (!takeRequest(path, index, 'SUSPEND')) return { kind: 'enters' };
	const vcpu = vcpuAt(path, index);
	if (vcpu.mpState !== MP_STATE.SUSPENDED) {
		decide(path, 'request.suspend_not_suspended', index, 'no longer suspended', { mp_state: vcpu.mpState });
		return { kind: 'enters' };
	}
	const woken = waitForInterrupt(path, index);
	makeRequest(path, index, 'SUSPEND');
	if (woken && isRunnable(path, index)) {
		decide(path, 'request.suspend_wakeup', index, 'exit WAKEUP; stays suspended', { lines: vcpu.lines });
		return { kind: 'exits', exit: event(path, SYSTEM_EVENT.WAKEUP, 0, 0n) };
	}
	decide(path, 'request.suspend_sleeps', index, 'stays suspended', { lines: vcpu.lines });
	return { kind: 'sleeps' };
}
