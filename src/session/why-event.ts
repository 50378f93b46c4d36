// Why an event came to be, or a call was answered as it was: the rule that decided it, then what made the value that
// was decided by what it is.

import { ruleOf } from '../kvm/index.ts';
import { vcpuPath, vmPath } from './inspect.ts';
import { vcpuIdOfMpidr } from './kvm-names.ts';
import { type RecordedCall, recordedCall, resultText } from './recorded-call.ts';
import type { Session } from './session.ts';
import { linkAt, ruleBehind, type WhyChain, type WhyLink, why } from './why.ts';

/** Undefined where there is no such event. */
export function whyEvent(session: Session, row: number): WhyChain | undefined {
	if (!Number.isInteger(row) || row < 0 || row >= session.length) return undefined;
	const { events } = session.trace;
	const call = recordedCall(session, session.calls.around(events.vm(row), events.vcpu(row), row));
	const { kind } = events.detail(row);
	const value = call ? resultText(call) : kind === 'operation' ? 'done by the VMM' : kind;
	const link = linkAt(session, '', value, row, { provenance: provenanceOf(session, call) });
	const decides = call && ruleBehind(session, call, '');
	const itself = call ? { ...link, rule: decides, says: decides && ruleOf(decides).says } : link;
	const about = pathBehind(session, row, call);
	const before =
		about === undefined ? undefined : why(session, { row: call?.rows.site ?? row, decision: 0 }, about);
	const links = (before?.links ?? []).map((link) => ({ ...link, value: `${about} ${link.value}` }));
	const within = itself.call && itself.call.row !== row ? `, of ${itself.call.text}` : '';
	const decided = itself.rule ? `, decided by ${itself.rule}` : '';
	return {
		path: itself.event,
		value,
		links: [itself, ...links],
		text: `${value}${within}${decided}${before ? `; ${about} was ${before.text}` : ''}`,
	};
}

/** Of a call it is the answer's. */
function provenanceOf(session: Session, call: RecordedCall | undefined): WhyLink['provenance'] {
	if (session.kind === 'simulated') return 'modelled';
	return call && call.result === undefined && call.goesOn !== 0
		? (call.inferred?.result?.provenance ?? 'unknown')
		: 'recorded';
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
