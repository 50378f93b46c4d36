// Every guest call of a recording in a line each: what "Run Without Debugging" prints.

import { timeText } from '../session/describe.ts';
import { callText, recordedCall, resultText } from '../session/recorded-call.ts';
import type { Session } from '../session/session.ts';
import { vcpuName } from '../session/view.ts';

/** Lines with their ends; a recording of millions of calls is cut, and says so. */
export function* callLog(session: Session, most = 10_000): Generator<string> {
	const { trace, calls } = session;
	for (let index = 0; index < Math.min(calls.length, most); index++) {
		const call = recordedCall(session, index);
		if (!call) continue;
		const time = timeText(trace.events.time(call.rows.site), trace.clockUnit);
		const who = vcpuName(session, { vm: call.rows.vm, id: call.rows.vcpu });
		yield `${time}  ${who}  ${callText(call)}  =>  ${resultText(call)}\n`;
	}
	if (calls.length > most) yield `… and ${calls.length - most} more calls\n`;
	if (calls.length === 0) yield 'The recording has no guest calls.\n';
}
