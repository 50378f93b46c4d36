// Which events show that a vCPU is in the guest, or was.

import { EventKind } from '../../trace/event.ts';
import type { Session } from '../session.ts';

const IN_THE_GUEST: ReadonlySet<EventKind> = new Set([
	EventKind.kvm_entry,
	EventKind.kvm_exit,
	EventKind.kvm_hvc_arm64,
	EventKind.kvm_wfx_arm64,
	EventKind.call,
]);

export const showsGuest = (kind: EventKind) => IN_THE_GUEST.has(kind);

/** Whether every entry into the guest is in the session: else a vCPU may run and never be seen. */
export function* entriesRecorded(session: Session): Generator<number, boolean> {
	const { events } = session.trace;
	for (let row = 0; row < session.length; row++) {
		if (row % 16384 === 16383) yield row;
		if (events.kind(row) === EventKind.kvm_entry) return true;
	}
	return false;
}
