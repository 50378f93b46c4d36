// How the exceptions of each filter are found.

import { EventKind } from '../trace/event.ts';
import type { ExceptionFilterId, FoundException } from './exceptions.ts';
import { positionCode } from './position.ts';
import { callText, recordedCall, resultText } from './recorded-call.ts';
import type { Session } from './session.ts';

export function* findExceptions(
	session: Session,
	filterId: ExceptionFilterId,
): Generator<number, readonly FoundException[]> {
	switch (filterId) {
		case 'psci-error':
			return yield* psciErrors(session);
		case 'lost-events':
			return yield* lostEvents(session);
		default:
			return [];
	}
}

const at = (row: number) => positionCode({ row, decision: 0 });

function* psciErrors(session: Session): Generator<number, FoundException[]> {
	const found: FoundException[] = [];
	for (let index = 0; index < session.calls.length; index++) {
		if (index % 64 === 63) yield index;
		const call = recordedCall(session, index);
		if (!call?.result?.isError || call.goesOn === 0) continue;
		const { site, ret } = call.rows;
		found.push({
			filterId: 'psci-error',
			id: call.result.name ?? String(call.result.value),
			description: `${callText(call)} by vCPU ${call.rows.vcpu} gives ${resultText(call)}: ${call.result.meaning}`,
			details: [
				{ row: site, text: callText(call) },
				{ row: ret, text: resultText(call) },
			],
			position: at(ret),
		});
	}
	return found.sort((a, b) => a.position - b.position);
}

function* lostEvents(session: Session): Generator<number, FoundException[]> {
	const { events } = session.trace;
	const found: FoundException[] = [];
	for (let row = 0; row < session.length; row++) {
		if (row % 16384 === 16383) yield row;
		if (events.kind(row) !== EventKind.lost) continue;
		const detail = events.detail(row);
		const count = detail.kind === 'lost' ? detail.count : undefined;
		const text = count === undefined ? 'events were lost here' : `${count} events were lost here`;
		found.push({
			filterId: 'lost-events',
			id: 'lost',
			description: text,
			details: [{ row, text }],
			position: at(row),
		});
	}
	return found;
}
