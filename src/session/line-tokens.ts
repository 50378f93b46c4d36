// What the numbers and names on a line of a trace mean, for its colours: which vCPU, which function, whether the
// call was refused. A grammar cannot know: that takes the recording.

import type { FunctionInfo } from '../psci/function-info.ts';
import { EventKind } from '../trace/event.ts';
import { rowOnLine } from './call-lines.ts';
import { type RecordedCall, recordedCall } from './recorded-call.ts';
import type { Session } from './session.ts';

export const TOKEN_TYPES = ['psciFunction', 'psciResult', 'psciVcpu'] as const;
/** `refused`: the call gave an error; `inferred`: that, or whose event it is, is not recorded but follows from other events */
export const TOKEN_MODIFIERS = ['query', 'power', 'system', 'refused', 'inferred'] as const;

export interface LineToken {
	/** in characters of the line */
	readonly start: number;
	readonly length: number;
	readonly type: (typeof TOKEN_TYPES)[number];
	readonly modifiers: readonly (typeof TOKEN_MODIFIERS)[number][];
}

/** In the order in which they stand; none overlap. */
export function lineTokens(session: Session, line: number, text: string): LineToken[] {
	const row = rowOnLine(session, line);
	if (row === undefined) return [];
	const found = [...vcpuTokens(session, row, text), ...callTokens(session, row, text)];
	return found.sort((a, b) => a.start - b.start);
}

function* vcpuTokens({ trace }: Session, row: number, text: string): Generator<LineToken> {
	const { events, threads } = trace;
	if (events.vcpu(row) < 0) return;
	const comm = threads[events.thread(row)]?.comm;
	const at = comm ? text.indexOf(comm) : -1;
	const inferred = events.attribution(row) === 'first-entry';
	if (comm && at >= 0)
		yield { start: at, length: comm.length, type: 'psciVcpu', modifiers: inferred ? ['inferred'] : [] };
	const named = /\bvcpu=(\d+)|"vcpu":(\d+)|\bcpuid=(0x[\da-f]+)/d.exec(text);
	const place = firstGroup(named);
	if (place && place.start >= at + (comm?.length ?? 0)) yield { ...place, type: 'psciVcpu', modifiers: [] };
}

function* callTokens(session: Session, row: number, text: string): Generator<LineToken> {
	const { events } = session.trace;
	const kind = events.kind(row);
	const isReturn = kind === EventKind.ret;
	if (!isReturn && kind !== EventKind.kvm_hvc_arm64 && kind !== EventKind.call) return;
	const place = firstGroup(
		/\br0: (0x[\da-f]+)|\bx0=(0x[\da-f]+)|\bx=\{(0x[\da-f]+)|"x":\["(\w+)"/d.exec(text),
	);
	const call = recordedCall(session, session.calls.around(events.vm(row), events.vcpu(row), row));
	if (!place || !call?.call) return;
	if (!isReturn) yield { ...place, type: 'psciFunction', modifiers: modifiersOf(call) };
	else if (call.goesOn !== 0 && call.result)
		yield { ...place, type: 'psciResult', modifiers: call.result.isError ? ['refused'] : [] };
}

function modifiersOf(recorded: RecordedCall): LineToken['modifiers'] {
	const { call, result, goesOn, inferred } = recorded;
	const sure = result || goesOn === 0 || !inferred?.result?.sure ? undefined : inferred.result;
	const refused = goesOn !== 0 && (result ?? sure?.likely)?.isError === true;
	return [...(refused ? (['refused'] as const) : kindOf(call?.fn)), ...(sure ? (['inferred'] as const) : [])];
}

/** What a function is for: nothing for calls that are none of PSCI's. */
function kindOf(fn: FunctionInfo | undefined): readonly ('query' | 'power' | 'system')[] {
	if (fn?.service !== 'PSCI') return [];
	if (fn.name.startsWith('SYSTEM_')) return ['system'];
	return /^(CPU_|MIGRATE$)/.test(fn.name) ? ['power'] : ['query'];
}

function firstGroup(
	match: RegExpExecArray | null,
): { readonly start: number; readonly length: number } | undefined {
	const range = match?.indices?.slice(1).find((group) => group !== undefined);
	return range && { start: range[0], length: range[1] - range[0] };
}
