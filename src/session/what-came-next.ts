// How a call ended, as far as the events after it on its thread tell: what the stock tracepoints leave to say where
// no probe recorded the result.

import { EventKind } from '../trace/event.ts';
import type { Trace } from '../trace/trace.ts';
import { entersAfter } from './call-finder.ts';
import { type CallRows, type CallTable, KVM_EXIT_HYPERCALL, KVM_EXIT_SYSTEM_EVENT } from './calls.ts';

export type Ending =
	/** the vCPU goes on in the guest right after the call */
	| 'returns'
	/** the vCPU goes on, but was asleep first: CPU_SUSPEND */
	| 'sleeps and returns'
	/** KVM_RUN leaves the call to the VMM: a system event, or a forwarded call */
	| 'system event'
	| 'forwarded'
	/** the vCPU is seen in the guest again, later: entries are not recorded */
	| 'goes on later'
	/** the vCPU does not go on after the call: it is started elsewhere, or never again */
	| 'does not return'
	/** KVM_RUN ended for another reason before the vCPU went on */
	| 'interrupted'
	/** nothing tells */
	| 'unknown';

/** How long nothing must come of a vCPU for that to say something: KVM answers within microseconds. */
const SILENCE_NS = 1_000_000n;

export function endingOf(trace: Trace, calls: CallTable, rows: CallRows): Ending {
	const { events } = trace;
	const { next, site, woke } = rows;
	if (next < 0) return silent(trace, rows) ? 'does not return' : 'unknown';
	const detail = events.detail(next);
	switch (detail.kind) {
		case 'kvm_entry':
			if (!calls.recorded.userspaceExits) return woke >= 0 ? 'sleeps and returns' : 'unknown';
			if (!entersAfter(events, site, next)) return 'does not return';
			return woke >= 0 ? 'sleeps and returns' : 'returns';
		case 'kvm_userspace_exit':
			if (detail.reason === KVM_EXIT_SYSTEM_EVENT) return 'system event';
			return detail.reason === KVM_EXIT_HYPERCALL ? 'forwarded' : 'interrupted';
		case 'lost':
			return 'unknown';
		default:
			return calls.recorded.userspaceExits ? 'goes on later' : 'unknown';
	}
}

/** Whether others went on for long after the call while its vCPU did nothing. */
function silent({ events, clockUnit }: Trace, { site }: CallRows): boolean {
	const last = events.length - 1;
	if (clockUnit !== 'ns') return false;
	return events.kind(last) !== EventKind.lost && events.time(last) - events.time(site) > SILENCE_NS;
}
