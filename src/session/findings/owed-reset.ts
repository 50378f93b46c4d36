// A CPU_ON leaves the reset of its vCPU to be carried out later. A VMM that reads the registers before the vCPU has run
// must find it done, or what it saves is the state from before.

import { EventKind } from '../../trace/event.ts';
import type { Session } from '../session.ts';
import { vcpuName } from '../view.ts';
import type { Detector, MakeDetector } from './detector.ts';
import type { SeenMachine, SeenVcpu } from './seen.ts';

export const owedReset: MakeDetector = (seen, report): Detector => {
	const found = (row: number, vcpu: SeenVcpu) =>
		report({
			code: 'PSCI-501',
			severity: 'note',
			row,
			vm: vcpu.vm,
			vcpu: vcpu.id,
			evidence: [{ row, text: 'the reset, carried out for the access to a register' }],
			rule: 'one_reg.owed_reset',
			cause: `The VMM accessed registers of ${vcpuName(seen.session, vcpu)} between the CPU_ON and its first run: KVM carried out the reset that it owed there.`,
			clauses: ['CPU_ON.use', 'start.state'],
			advice: OWED_RESET_ADVICE,
			certainty: 'deduced',
		});
	return {
		reset(row, vcpu, { pending }) {
			if (pending && resetByVmm(seen, row, vcpu)) found(row, vcpu);
		},
		operation(row, vcpu) {
			if (resetByVmm(seen, row, vcpu)) found(row, vcpu);
		},
	};
};

export const OWED_RESET_ADVICE =
	'Nothing is wrong on this kernel. One without 6826c6849b46 (before 5.15, where not backported) shows the registers from before the CPU_ON: a VM saved then loses the start of its CPU.';

/** The vCPU's own thread carries a reset out on its way into the guest; any other does for a register access. */
export function resetByVmm(seen: SeenMachine, row: number, vcpu: SeenVcpu): boolean {
	const { session } = seen;
	const { events } = session.trace;
	if (session.kind === 'simulated')
		return session.decisionsAt(row).some(({ rule }) => rule === 'one_reg.owed_reset');
	const thread = events.thread(row);
	if (vcpu.thread >= 0 && vcpu.thread !== thread) return true;
	if (!session.calls.recorded.entries) return false;
	// QEMU reads registers on the vCPU's own thread, once a signal has taken it out of KVM_RUN.
	if (vcpu.interrupted > vcpu.lastEntry && vcpu.thread === thread) return !isInRun(session, row);
	// One that never ran has no thread yet, and a test program may run all vCPUs by one: does it run this one next?
	if (runsNext(session, row)) return false;
	return seen.ofVm(vcpu.vm).some((other) => other !== vcpu && other.thread === thread);
}

/** The thread's next event, looked for nearby, is the vCPU's entry into the guest. */
function runsNext(session: Session, row: number): boolean {
	return kindOfNext(session, row) === EventKind.kvm_entry;
}

/** Within KVM_RUN: it enters next, or a signal comes before that. */
function isInRun(session: Session, row: number): boolean {
	const next = kindOfNext(session, row);
	return next === EventKind.kvm_entry || next === EventKind.kvm_userspace_exit;
}

/** Of the thread's next event, looked for nearby, if it is of the same vCPU. */
function kindOfNext({ trace: { events }, length }: Session, row: number): EventKind | undefined {
	for (let next = row + 1; next < Math.min(length, row + 100); next++)
		if (events.thread(next) === events.thread(row))
			return events.vcpu(next) === events.vcpu(row) ? events.kind(next) : undefined;
	return undefined;
}
