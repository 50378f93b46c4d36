// The two small numbers that tell, of the events that are most of any recording, the few that matter.

import type { EventDetail } from './event.ts';
import type { EventTable } from './trace.ts';

/** Exception class (ESR_ELx.EC) of the kvm_exit at `row`; undefined where it is no trap. */
export function trapClass(events: EventTable, row: number): number | undefined {
	return codeAt(events, row);
}

/** KVM_EXIT_* number of the kvm_userspace_exit at `row`. */
export function exitReason(events: EventTable, row: number): number | undefined {
	return codeAt(events, row);
}

/** The code that a detail has. */
export function codeOfDetail(detail: EventDetail): number | undefined {
	return detail.kind === 'kvm_exit'
		? detail.ec
		: detail.kind === 'kvm_userspace_exit'
			? detail.reason
			: undefined;
}

function codeAt(events: EventTable, row: number): number | undefined {
	const code = events.code?.(row);
	return code === undefined ? codeOfDetail(events.detail(row)) : code < 0 ? undefined : code;
}
