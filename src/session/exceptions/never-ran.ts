// vCPUs that a CPU_ON started and that never entered the guest.

import { EventKind } from '../../trace/event.ts';
import { cpuOnTarget } from '../cpu-on-target.ts';
import { callText, resultText } from '../recorded-call.ts';
import type { Session } from '../session.ts';
import { atRow, type Evidence, type FoundException, type Search } from './found.ts';
import { entriesRecorded, showsGuest } from './runs.ts';

export function* neverRan(session: Session): Search {
	const { events } = session.trace;
	const found: FoundException[] = [];
	/** starts whose target was not seen in the guest yet, by VM and vcpu_id */
	const open = new Map<string, FoundException>();
	const sureOfEntries = yield* entriesRecorded(session);
	let call = 0;
	const close = (key: string, end: Evidence | undefined) => {
		const start = open.get(key);
		open.delete(key);
		if (start) found.push(end ? { ...start, details: [...start.details, end] } : start);
	};
	for (let row = 0; row < session.length; row++) {
		if (row % 256 === 255) yield row;
		const key = `${events.vm(row)}/${events.vcpu(row)}`;
		const kind = events.kind(row);
		// The reset that a CPU_ON leaves is carried out on the way in: good enough where entries are not recorded.
		if (open.has(key) && (showsGuest(kind) || (!sureOfEntries && kind === EventKind.reset))) open.delete(key);
		if (open.has(key) && STOPPED_AGAIN.has(kind)) close(key, { row, text: 'it is stopped again' });
		if (kind === EventKind.system_event)
			for (const other of [...open.keys()].filter((k) => k.startsWith(`${events.vm(row)}/`)))
				close(other, { row, text: 'the whole machine is stopped' });
		for (; call < session.calls.length && session.calls.site(call) <= row; call++) {
			const start = startBy(session, call);
			if (!start) continue;
			close(start.key, undefined);
			open.set(start.key, start.exception);
		}
	}
	for (const key of [...open.keys()]) close(key, undefined);
	return found;
}

const STOPPED_AGAIN: ReadonlySet<EventKind> = new Set([EventKind.power_off, EventKind.set_mp_state]);

/** The start that a successful CPU_ON is. */
function startBy(session: Session, index: number): { key: string; exception: FoundException } | undefined {
	const start = cpuOnTarget(session, index);
	if (start?.call.result?.value !== 0n || start.call.goesOn === 0) return undefined;
	const { call, vcpu: id } = start;
	const { vm, vcpu, site, ret } = call.rows;
	if (!session.vcpus.some((v) => v.vm === vm && v.id === id)) return undefined;
	return {
		key: `${vm}/${id}`,
		exception: {
			filterId: 'never-ran',
			id: `vcpu[${id}]`,
			description: `vCPU ${id} is started here by vCPU ${vcpu} and does not enter the guest afterwards`,
			details: [
				{ row: site, text: callText(call) },
				{ row: ret, text: resultText(call) },
			],
			position: atRow(site),
		},
	};
}
