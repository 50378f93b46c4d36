// Whom a CPU_ON is for, as far as its recorded arguments tell.

import { vcpuIdOfMpidr } from './kvm-names.ts';
import { type RecordedCall, recordedCall } from './recorded-call.ts';
import type { Session } from './session.ts';

const CPU_ON = 'CPU_ON';

export interface CpuOnTarget {
	readonly call: RecordedCall;
	readonly vcpu: number;
}

/** Undefined where `call` (an index, or -1) is no CPU_ON, or its argument was not recorded or names no vCPU. */
export function cpuOnTarget(session: Session, call: number): CpuOnTarget | undefined {
	const asked = call < 0 ? undefined : recordedCall(session, call);
	if (asked?.call?.name !== CPU_ON) return undefined;
	const target = asked.call.arguments[0]?.value;
	const vcpu = target === undefined ? -1 : vcpuIdOfMpidr(target);
	return vcpu < 0 ? undefined : { call: asked, vcpu };
}
