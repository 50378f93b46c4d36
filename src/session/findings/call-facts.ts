// What findings ask of a call.

import type { RuleId } from '../../kvm/index.ts';
import { callAnchor, callText, type RecordedCall, resultText } from '../recorded-call.ts';
import type { Session } from '../session.ts';
import { vcpuName } from '../view.ts';
import type { Certainty, Evidence } from './finding.ts';

/** An argument by the name that DEN0022 gives it; undefined where nothing shows it. */
export function argument({ call }: RecordedCall, name: string): bigint | undefined {
	return call?.arguments.find((argument) => argument.name === name)?.value;
}

/** The rule that had the last word about a call. */
export function decidedBy(session: Session, call: RecordedCall): RuleId | undefined {
	return session.decisionsAt(callAnchor(call.rows)).at(-1)?.rule;
}

/** How sure one can be of a call's result. */
export function whoseResult(call: RecordedCall): Certainty {
	return call.rows.ret >= 0 ? 'seen' : 'deduced';
}

/** The call itself as an evidence. */
export function callEvidence(session: Session, call: RecordedCall): Evidence {
	const who = vcpuName(session, { vm: call.rows.vm, id: call.rows.vcpu });
	return { row: call.rows.site, text: `${callText(call)} by ${who}: ${resultText(call)}` };
}
