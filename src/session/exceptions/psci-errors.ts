// Calls that return an error to the guest.

import { callText, recordedCall, resultText } from '../recorded-call.ts';
import type { Session } from '../session.ts';
import { atRow, type FoundException, type Search } from './found.ts';

export function* psciErrors(session: Session): Search {
	const found: FoundException[] = [];
	for (let index = 0; index < session.calls.length; index++) {
		if (index % 8 === 7) yield index;
		const call = recordedCall(session, index);
		if (!call?.result?.isError || call.goesOn === 0) continue;
		const { site, ret, vcpu } = call.rows;
		found.push({
			filterId: 'psci-error',
			id: call.result.name ?? String(call.result.value),
			description: `${callText(call)} by vCPU ${vcpu} gives ${resultText(call)}: ${call.result.meaning}`,
			details: [
				{ row: site, text: callText(call) },
				{ row: ret, text: resultText(call) },
			],
			position: atRow(ret),
		});
	}
	return found;
}
