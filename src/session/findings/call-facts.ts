// What findings ask of a call.

import type { RuleId } from '../../kvm/index.ts';
import type { DecodedResult } from '../../psci/result.ts';
import { callAnchor, callText, type RecordedCall, resultText } from '../recorded-call.ts';
import type { Session } from '../session.ts';
import { vcpuName } from '../view.ts';
import type { Certainty, Evidence } from './finding.ts';

/** An argument by the name that DEN0022 gives it; undefined where nothing shows it for sure. */
export function argument({ call, inferred }: RecordedCall, name: string): bigint | undefined {
	const sure = inferred?.arguments.every((one) => one.sure) ? inferred.call : call;
	return sure?.arguments.find((argument) => argument.name === name)?.value;
}

/** What came back, where that is recorded or nothing else can have; undefined where KVM_RUN exits, too. */
export function resultOf({ result, goesOn, inferred }: RecordedCall): DecodedResult | undefined {
	// A call that the filter forwards has no result yet: x0 is still the function ID.
	if (goesOn === 0) return undefined;
	return result ?? (inferred?.result?.sure ? inferred.result.likely : undefined);
}

/** KVM_RUN returned to the VMM instead of answering. */
export function exits({ goesOn, inferred }: RecordedCall): boolean {
	return goesOn === 0 || inferred?.result?.exits === true;
}

/** The rule that had the last word about a call; undefined where the model would answer otherwise than was recorded. */
export function decidedBy(session: Session, call: RecordedCall): RuleId | undefined {
	if (session.modelled(call.index)?.agrees === false) return undefined;
	return session.decisionsAt(callAnchor(call.rows)).at(-1)?.rule;
}

/** How sure one can be of a call's result. */
export function whoseResult(call: RecordedCall): Certainty {
	return call.rows.ret >= 0 ? 'seen' : 'deduced';
}

/** The call itself as an evidence. */
export function callEvidence(session: Session, call: RecordedCall): Evidence {
	const who = vcpuName(session, { vm: call.rows.vm, id: call.rows.vcpu });
	// Question marks alone say nothing.
	const nothing = call.call?.arguments.every(({ value }) => value === undefined);
	const text = nothing ? call.call?.name : callText(call);
	return { row: call.rows.site, text: `${text} by ${who}: ${resultText(call)}` };
}
