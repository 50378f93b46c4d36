// One guest call of a recorded session, put together from its rows: what was asked, what came back. What was
// recorded and what is inferred stay apart; the texts say which is which.

import { type DecodedCall, decodeCall } from '../psci/call.ts';
import { type DecodedResult, decodeResult } from '../psci/result.ts';
import { EventKind } from '../trace/event.ts';
import type { CallRows } from './calls.ts';
import { type InferredCall, type InferredResult, inferArguments, inferCall } from './inferred-call.ts';
import type { Session } from './session.ts';

export interface RecordedCall {
	readonly index: number;
	readonly rows: CallRows;
	readonly conduit: 'HVC' | 'SMC';
	/** what its events are: of a recording, or made by the model */
	readonly provenance: 'recorded' | 'modelled';
	/** undefined where the trace does not even have the function ID (an SMC without probes) */
	readonly call: DecodedCall | undefined;
	/** x0 at the `ret` probe, decoded; undefined where it was not recorded */
	readonly result: DecodedResult | undefined;
	/** the handler's return value: 1 the vCPU goes on, 0 KVM_RUN returns to the VMM; undefined: not recorded */
	readonly goesOn: number | undefined;
	/** what was not recorded, as far as other events or the model tell; undefined where all was */
	readonly inferred: InferredCall | undefined;
	/** arguments that were not recorded, as far as other events tell: of a call without probes alone */
	readonly inferredArguments: InferredCall['arguments'];
}

export function recordedCall(session: Session, index: number): RecordedCall | undefined {
	const rows = session.calls.at(index);
	if (!rows) return undefined;
	const { events } = session.trace;
	const siteKind = events.kind(rows.site);
	const x = callRegisters(session, rows);
	const conduit = siteKind === EventKind.kvm_exit ? 'SMC' : 'HVC';
	const call = rows.functionId < 0 ? undefined : decodeCall(x);
	let inferred: { readonly call: InferredCall | undefined } | undefined;
	const ret = rows.ret >= 0 ? events.detail(rows.ret) : undefined;
	const x0 = ret?.kind === 'ret' ? ret.x[0] : undefined;
	return {
		index,
		rows,
		conduit,
		provenance: session.kind === 'simulated' ? 'modelled' : 'recorded',
		call,
		result: call && x0 !== undefined ? decodeResult(call, x0) : undefined,
		goesOn: ret?.kind === 'ret' ? ret.ret : undefined,
		// Many look at many calls, and at this of few.
		get inferred() {
			if (rows.entry >= 0 && rows.ret >= 0) return undefined;
			inferred ??= { call: inferCall(session, rows, conduit === 'SMC' ? 'smc' : 'hvc', x) };
			return inferred.call;
		},
		get inferredArguments() {
			return inferArguments(session, rows);
		},
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
export function callText({ call, conduit, inferred }: RecordedCall): string {
	if (!call) return `${conduit} (function not recorded)`;
	const known = inferred?.arguments.length ? inferred.call : call;
	// The question of PSCI_FEATURES is a name to a person, not a number; other arguments explain themselves elsewhere.
	const asks = known.fn?.arguments.some((a) => a.kind === 'function_id');
	const text = asks
		? [known.name, ...known.arguments.map((a) => `${a.name}=${a.text}`)].join(' ')
		: known.text;
	if (known === call) return text;
	return `${text} (${inferred?.arguments.every(({ sure }) => sure) ? 'inferred' : 'inferred, uncertain'})`;
}

/** Calls whose result KVM writes but whose caller does not run on to see it (arch/arm64/kvm/psci.c, 7.2). */
const NEVER_SEEN: ReadonlySet<string> = new Set(['CPU_OFF']);

/** What the call gave, in words. */
export function resultText({ call, result, goesOn, inferred }: RecordedCall): string {
	if (goesOn === 0) return 'exits to the VMM';
	const known = result ?? (inferred?.result?.sure ? inferred.result.likely : undefined);
	if (!known) return inferred?.result ? inferredText(inferred.result) : 'not recorded';
	const unseen = NEVER_SEEN.has(call?.name ?? '') && !known.isError;
	const text = unseen ? `${known.text}, which the guest never sees` : known.text;
	return result ? text : `${text} (${inferred?.result?.provenance})`;
}

/** `exits to the VMM (inferred)`, `probably 1.3 (modelled)`, `one of SUCCESS (0), DENIED (-3) (modelled)`. */
function inferredText({ exits, likely, candidates, open, provenance }: InferredResult): string {
	if (exits) return `exits to the VMM (${provenance})`;
	if (likely) return `probably ${likely.text} (${provenance})`;
	if (open || candidates.length > MOST_NAMED) return `not recorded, ${open ? 'any' : 'one'} of many`;
	return `one of ${candidates.map(({ text }) => text).join(', ')} (${provenance})`;
}

const MOST_NAMED = 4;
