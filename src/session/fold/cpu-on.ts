// What a CPU_ON does to the vCPU that it names: told by its probes, or by what came next. And a CPU_OFF of which no
// probe told.

import { MP_STATE } from '../../kvm/index.ts';
import { type CallRows, CPU_OFF_IDS, CPU_ON_IDS } from '../calls.ts';
import { vcpuIdOfMpidr } from '../kvm-names.ts';
import type { ResetState, Whereabouts } from '../state.ts';
import { endingOf } from '../what-came-next.ts';
import type { Step, VcpuDraft } from './step.ts';

/** kvm_psci_vcpu_on returned. */
export function cpuOnReturned(step: Step, ret: bigint | undefined): void {
	if (ret !== 0n) return;
	const call = step.call;
	const target = call && cpuOnTarget(step, call);
	if (!target) return;
	const { vcpu, resetState } = target;
	// With several host threads the target's reset is often logged before the caller's return: then it is done.
	if (vcpu.resetState && vcpu.resetState.row > call.site && !vcpu.resetState.value.reset) return;
	const why = `CPU_ON by vCPU ${step.id} succeeded with these arguments`;
	vcpu.resetState = step.inferred(resetState, why);
	vcpu.mpState = step.inferred<number>(MP_STATE.RUNNABLE, why);
	step.request(vcpu, 'KVM_REQ_VCPU_RESET', 'inferred', why);
}

/** The target of the CPU_ON in progress, as far as the recorded arguments tell. */
function cpuOnTarget(
	step: Step,
	call: CallRows,
): { readonly vcpu: VcpuDraft; readonly resetState: ResetState } | undefined {
	if (call.entry < 0 || !CPU_ON_IDS.has(call.functionId)) return undefined;
	const entry = step.trace.events.detail(call.entry);
	const [, x1, x2, x3] = entry.kind === 'call' ? entry.x : [];
	if (x1 === undefined || x2 === undefined || x3 === undefined) return undefined;
	// The SMC32 form takes the low halves only (kvm_psci_narrow_to_32bit); its id has bit 30 clear.
	const narrow = (value: bigint) => (call.functionId & 0x40000000 ? value : value & 0xffffffffn);
	const vcpu = step.vcpuOf(vcpuIdOfMpidr(narrow(x1)));
	const resetState = { reset: true, pc: narrow(x2), r0: narrow(x3), be: undefined };
	return vcpu && { vcpu, resetState };
}

/** A call of which no probe told: what it did follows from what came next. */
export function calledWithoutProbes(step: Step): void {
	const call = step.call;
	if (!call || call.site !== step.row || call.entry >= 0) return;
	if (CPU_OFF_IDS.has(call.functionId) && endingOf(step.trace, step.calls, call) === 'does not return') {
		const why = 'its CPU_OFF does not return to it';
		step.vcpu.mpState = step.inferred<number>(MP_STATE.STOPPED, why);
		step.vcpu.whereabouts = step.inferred<Whereabouts>('waiting', why);
	}
	if (call.started < 0 || !call.startIsSure) return;
	const { events } = step.trace;
	const vcpu = step.vcpuOf(events.vcpu(call.started));
	if (!vcpu) return;
	const entry = events.detail(call.started);
	const why = `CPU_ON by vCPU ${step.id} succeeded: the vCPU starts after it`;
	vcpu.mpState = step.inferred<number>(MP_STATE.RUNNABLE, why);
	if (entry.kind !== 'kvm_entry') return;
	// context_id is not known, and nothing will show it.
	vcpu.resetState = step.inferred({ reset: true, pc: entry.pc, r0: undefined, be: undefined }, why);
	step.request(vcpu, 'KVM_REQ_VCPU_RESET', 'inferred', why);
}
