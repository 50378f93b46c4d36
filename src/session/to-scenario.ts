// A recorded session, or a range of it, as a scenario that does the same on the model: the machine as it is known
// where the guest begins, then each guest call and each ioctl of the VMM in the recorded order, with the recorded
// answers as expectations. The model runs along, so that what a recording does not show (an interrupt that ends
// a CPU_SUSPEND, say) is put in where it must have been. What could not be reproduced is told.

import { EventKind } from '../trace/event.ts';
import { Conversion, type Converted } from './conversion.ts';
import { machineOf } from './conversion-machine.ts';
import type { Session } from './session.ts';
import { Pace, sliced } from './sliced.ts';

export interface ScenarioRange {
	/** index into the trace's VMs; undefined: the first that is shown */
	readonly vm?: number | undefined;
	/** rows from `first` up to, not including, `end` */
	readonly first?: number;
	readonly end?: number;
}

/** A scenario is text for people: a longer recording is cut, and says so. */
const MOST_CALLS = 20_000;

export async function toScenario(
	session: Session,
	range: ScenarioRange = {},
	signal?: AbortSignal,
): Promise<Converted> {
	const vm = range.vm ?? session.vcpus[0]?.vm ?? 0;
	const plain = await convert(session, vm, range, new Set(), signal);
	// A function that is denied each time although the kernel serves it: the VMM's filter has it.
	return plain.denied.size > 0 ? convert(session, vm, range, plain.denied, signal) : plain;
}

async function convert(
	session: Session,
	vm: number,
	{ first = 0, end = session.length }: ScenarioRange,
	denied: ReadonlySet<number>,
	signal: AbortSignal | undefined,
): Promise<Converted & { readonly denied: ReadonlySet<number> }> {
	const range = { vm, start: firstOfGuest(session, vm, first), end: Math.min(end, session.length) };
	const machine = await sliced(machineOf(session, range, denied), signal);
	const conversion = new Conversion(session, range, machine);
	const pace = new Pace(signal);
	for (let row = range.start; row < range.end && conversion.calls < MOST_CALLS; row++) {
		conversion.event(row);
		if (row % 16 === 15 && pace.due) await pace.breathe();
	}
	return conversion.result(conversion.calls >= MOST_CALLS);
}

/** Kinds that show a guest at work. */
const GUEST: ReadonlySet<EventKind> = new Set([
	EventKind.kvm_entry,
	EventKind.kvm_exit,
	EventKind.kvm_hvc_arm64,
	EventKind.call,
]);

function firstOfGuest({ trace, length }: Session, vm: number, first: number): number {
	for (let row = first; row < length; row++)
		if (trace.events.vm(row) === vm && GUEST.has(trace.events.kind(row))) return row;
	return first;
}
