// System events that leave the kernel: where each is made.

import { EventKind } from '../../trace/event.ts';
import { exitReason } from '../../trace/event-code.ts';
import { KVM_EXIT_SYSTEM_EVENT } from '../calls.ts';
import { describeEvent } from '../describe.ts';
import { systemEventFlags, systemEventName } from '../kvm-names.ts';
import { reached } from '../reached.ts';
import { callText, recordedCall } from '../recorded-call.ts';
import type { Session } from '../session.ts';
import { systemEventAt } from '../system-event-at.ts';
import { atRow, type FoundException, type Search } from './found.ts';

export function* systemEvents(session: Session): Search {
	const { events } = session.trace;
	const found: FoundException[] = [];
	for (let row = 0; row < session.length; row++) {
		if (row % 256 === 255) yield row;
		const kind = events.kind(row);
		if (kind !== EventKind.system_event && kind !== EventKind.kvm_userspace_exit) continue;
		if (kind === EventKind.kvm_userspace_exit && exitReason(events, row) === KVM_EXIT_SYSTEM_EVENT)
			yield* reached(session, row);
		const event = systemEventAt(session, row);
		if (!event || event.delivery) continue;
		const type = event.type === undefined ? 'unknown' : systemEventName(event.type);
		const flags = systemEventFlags(event.type ?? 0, event.flags ?? 0n);
		const call = recordedCall(session, session.calls.around(events.vm(row), events.vcpu(row), row));
		found.push({
			filterId: 'system-event',
			id: type,
			description: `System event ${type}${flags ? ` (${flags})` : ''} by vCPU ${events.vcpu(row)}${call ? `: ${callText(call)}` : ''}`,
			details: [
				...(call && call.rows.site !== row ? [{ row: call.rows.site, text: callText(call) }] : []),
				{ row, text: describeEvent(session, row) },
			],
			position: atRow(row),
		});
	}
	return found;
}
