// One guest call of a recorded session, put together from its rows: what was asked, what came back.

import { type DecodedCall, decodeCall } from '../psci/call.ts';
import { type DecodedResult, decodeResult } from '../psci/result.ts';
import { EventKind } from '../trace/event.ts';
import type { CallRows } from './calls.ts';
import type { Session } from './session.ts';

export interface RecordedCall {
	readonly index: number;
	readonly rows: CallRows;
	readonly conduit: 'HVC' | 'SMC';
	/** undefined where the trace does not even have the function ID (an SMC without probes) */
	readonly call: DecodedCall | undefined;
	/** x0 at the `ret` probe, decoded; undefined where it was not recorded */
	readonly result: DecodedResult | undefined;
	/** the handler's return value: 1 the vCPU goes on, 0 KVM_RUN returns to the VMM; undefined: not recorded */
	readonly goesOn: number | undefined;
}

export function recordedCall(session: Session, index: number): RecordedCall | undefined {
	const rows = session.calls.at(index);
	if (!rows) return undefined;
	const { events } = session.trace;
	const siteKind = events.kind(rows.site);
	const call = rows.functionId < 0 ? undefined : decodeCall(callRegisters(session, rows));
	const ret = rows.ret >= 0 ? events.detail(rows.ret) : undefined;
	const x0 = ret?.kind === 'ret' ? ret.x[0] : undefined;
	return {
		index,
		rows,
		conduit: siteKind === EventKind.kvm_exit ? 'SMC' : 'HVC',
		call,
		result: call && x0 !== undefined ? decodeResult(call, x0) : undefined,
		goesOn: ret?.kind === 'ret' ? ret.ret : undefined,
	};
}

/** The row at which KVM decides the call: its handler's entry where that was recorded, else the site. */
export function callAnchor(rows: CallRows): number {
	return rows.entry >= 0 ? rows.entry : rows.site;
}

/** x0 and up as recorded at the call: all of x0..x3 by the `call` probe, only x0 by kvm_hvc_arm64. */
export function callRegisters(session: Session, rows: CallRows): readonly (bigint | undefined)[] {
	const { events } = session.trace;
	const entry = rows.entry >= 0 ? events.detail(rows.entry) : undefined;
	if (entry?.kind === 'call') return entry.x;
	const site = events.detail(rows.site);
	return site.kind === 'kvm_hvc_arm64' ? [site.r0] : [];
}

/** The call in one line: `CPU_ON target_cpu=0x1 …`, without its result. */
export function callText({ call, conduit }: RecordedCall): string {
	if (!call) return `${conduit} (function not recorded)`;
	// The question of PSCI_FEATURES is a name to a person, not a number; other arguments explain themselves elsewhere.
	const asks = call.fn?.arguments.some((a) => a.kind === 'function_id');
	return asks ? [call.name, ...call.arguments.map((a) => `${a.name}=${a.text}`)].join(' ') : call.text;
}

/** Calls whose result KVM writes but whose caller does not run on to see it (arch/arm64/kvm/psci.c, 7.2). */
const NEVER_SEEN: ReadonlySet<string> = new Set(['CPU_OFF']);

/** What the call gave, in words. */
export function resultText({ call, result, goesOn }: RecordedCall): string {
	if (goesOn === 0) return 'exits to the VMM';
	if (!result) return 'not recorded';
	return NEVER_SEEN.has(call?.name ?? '') && !result.isError
		? `${result.text}, which the guest never sees`
		: result.text;
}
