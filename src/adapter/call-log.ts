// Every guest call of a session in a line each, and what did not come out as expected: what "Run Without
// Debugging" prints.

import { timeText } from '../session/describe.ts';
import { callText, recordedCall, resultText } from '../session/recorded-call.ts';
import { vcpuName } from '../session/view.ts';
import type { Conversation } from './conversation.ts';
import type { Debuggee } from './debuggee.ts';
import { placeOf } from './output.ts';

/** Bodies of output events; a recording of millions of calls is cut, and says so. */
export function* callLog(
	conversation: Conversation,
	{ session }: Debuggee,
	most = 10_000,
): Generator<object> {
	const { trace, calls } = session;
	const line = (text: string) => ({ category: 'stdout', output: `${text}\n` });
	for (let index = 0; index < Math.min(calls.length, most); index++) {
		const call = recordedCall(session, index);
		if (!call) continue;
		const time = timeText(trace.events.time(call.rows.site), trace.clockUnit);
		const who = vcpuName(session, { vm: call.rows.vm, id: call.rows.vcpu });
		const text = `${time}  ${who}  ${callText(call)}  =>  ${resultText(call)}`;
		yield { ...line(text), ...placeOf(conversation, call.rows.site) };
	}
	if (calls.length > most) yield line(`… and ${calls.length - most} more calls`);
	if (calls.length === 0)
		yield line(`The ${session.kind === 'simulated' ? 'scenario' : 'recording'} has no guest calls.`);
	for (const { row, expected, got, rule } of session.failures?.() ?? []) {
		const output = `expected ${expected}, got ${got}${rule ? `, by ${rule}` : ''}\n`;
		yield { category: 'stderr', output, ...placeOf(conversation, row) };
	}
}
