// SYSTEM_RESET2 and SYSTEM_OFF2 with arguments that KVM does not take: they come back, and the guest does something else.

import { ruleOf } from '../../kvm/index.ts';
import { callText } from '../recorded-call.ts';
import { vcpuName } from '../view.ts';
import { callEvidence, decidedBy, resultOf, whoseResult } from './call-facts.ts';
import type { Detector, MakeDetector } from './detector.ts';

const ADVICE: ReadonlyMap<string, string> = new Map([
	[
		'SYSTEM_RESET2',
		"The type in x1 must be 0, the warm reset, or a vendor's, which has bit 31 set; 1 to 0x7fffffff are reserved.",
	],
	[
		'SYSTEM_OFF2',
		'The type in x1 must be 0 or 1, HIBERNATE_OFF, and the cookie in x2 zero. Linux calls it with type 0, as some implementations refuse 1.',
	],
]);

export const refusedSystemCall: MakeDetector = ({ session }, report): Detector => ({
	call(call, caller) {
		const advice = ADVICE.get(call.call?.name ?? '');
		const result = resultOf(call);
		if (!advice || result?.name !== 'INVALID_PARAMETERS') return;
		const rule = decidedBy(session, call);
		report({
			code: 'PSCI-212',
			severity: 'warning',
			row: call.rows.site,
			vm: caller.vm,
			vcpu: caller.id,
			evidence: [callEvidence(session, call)],
			...(rule ? { rule } : {}),
			cause: `${callText(call)} by ${vcpuName(session, caller)} was refused with ${result.text}${rule ? `. ${withoutStatus(ruleOf(rule).says)}` : '.'}`,
			clauses: [`${call.call?.name}.use`],
			advice,
			certainty: whoseResult(call),
		});
	},
});

/** What a rule says, without the status at its end. */
export function withoutStatus(says: string): string {
	return says.replace(/: [A-Z_]+\.$/, '.');
}
