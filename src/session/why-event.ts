// Why an event came to be, or a call was answered as it was: the rule that decided it, then what made the value that
// was decided by what it is.

import { vcpuPath, vmPath } from './inspect.ts';
import { vcpuIdOfMpidr } from './kvm-names.ts';
import { type RecordedCall, recordedCall, resultText } from './recorded-call.ts';
import type { Session } from './session.ts';
import { linkAt, type WhyChain, why } from './why.ts';

/** Undefined where there is no such event. */
export function whyEvent(session: Session, row: number): WhyChain | undefined {
	if (!Number.isInteger(row) || row < 0 || row >= session.length) return undefined;
	const { events } = session.trace;
	const call = recordedCall(session, session.calls.around(events.vm(row), events.vcpu(row), row));
	const value = call ? resultText(call) : events.detail(row).kind;
	const itself = linkAt(session, '', value, row, { provenance: 'recorded' });
	const about = pathBehind(session, row, call);
	const before =
		about === undefined ? undefined : why(session, { row: call?.rows.site ?? row, decision: 0 }, about);
	const links = (before?.links ?? []).map((link) => ({ ...link, value: `${about} ${link.value}` }));
	const within = itself.call && itself.call.row !== row ? `, of ${itself.call.text}` : '';
	const rule = itself.rule ? `, decided by ${itself.rule}` : '';
	return {
		path: itself.event,
		value,
		links: [itself, ...links],
		text: `${value}${within}${rule}${before ? `; ${about} was ${before.text}` : ''}`,
	};
}

/** What KVM looks at to decide such a call; of any other event the state of its vCPU. */
function pathBehind(session: Session, row: number, call: RecordedCall | undefined): string | undefined {
	const { events } = session.trace;
	const state = session.stateAt(call?.rows.site ?? row);
	const [vm, vcpu] = [events.vm(row), events.vcpu(row)];
	if (vcpu < 0) return undefined;
	const ofVcpu = (id: number) => `${vcpuPath(state, { vm, id })}.mp_state`;
	switch (call?.call?.name) {
		case 'PSCI_VERSION':
		case 'PSCI_FEATURES':
			return `${vmPath(state, vm)}.psci_version`;
		case 'CPU_ON':
		case 'AFFINITY_INFO': {
			const affinity = call.call.arguments[0]?.value;
			const target = affinity === undefined ? -1 : vcpuIdOfMpidr(affinity);
			// Nobody has it: that no state is behind the answer is the answer.
			return state.vcpus.some((one) => one.vm === vm && one.id === target) ? ofVcpu(target) : undefined;
		}
		default:
			return ofVcpu(vcpu);
	}
}
