// The rule that decided a CPU_ON, from its arguments and its result: asking the model would need the state there, and
// with it a walk through all that a long recording has before.

import type { RuleId } from '../../kvm/index.ts';
import { strayAffinityBits } from '../../psci/mpidr.ts';
import type { RecordedCall } from '../recorded-call.ts';
import type { Session } from '../session.ts';
import { argument, decidedBy, resultOf } from './call-facts.ts';

/** KVM's own number of CPU_ON in PSCI 0.1 (arch/arm64/include/uapi/asm/kvm.h, 7.2). */
export const CPU_ON_0_1 = 0x95c1ba60;

export function cpuOnRule(session: Session, call: RecordedCall): RuleId | undefined {
	// There the state is at hand, and a VMM may have answered.
	if (session.kind === 'simulated') return decidedBy(session, call);
	switch (resultOf(call)?.name) {
		case 'SUCCESS':
			return 'cpu_on.target_stopped';
		case 'ALREADY_ON':
			return 'cpu_on.target_not_stopped';
		case 'INVALID_PARAMETERS':
			return refusedBy(session, call);
		default:
			return decidedBy(session, call);
	}
}

function refusedBy(session: Session, call: RecordedCall): RuleId | undefined {
	const affinity = argument(call, 'target_cpu');
	if (affinity === undefined || call.rows.functionId === CPU_ON_0_1) return decidedBy(session, call);
	const refuses = session.kernel.profile.behaviours.strayAffinityBits === 'refused';
	return refuses && strayAffinityBits(affinity) !== 0n
		? 'cpu_on.stray_affinity_bits'
		: 'cpu_on.no_such_target';
}
