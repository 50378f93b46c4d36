// Which VM a name without one is about: that of the event, else the first that is shown. A VM that never ran a
// guest is not, though events of it are in the recording.

import type { Session } from './session.ts';

export function vmAtHand({ trace, vcpus, length }: Session, row: number): number {
	const ofEvent = row < length ? trace.events.vm(row) : -1;
	return vcpus.some(({ vm }) => vm === ofEvent) ? ofEvent : (vcpus[0]?.vm ?? 0);
}
