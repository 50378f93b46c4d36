// A recorded session beside its model: for each call the recorded and the modelled answer, and where they
// differ the rule that decides. After a divergence the session goes on from what was recorded.

import { answerText } from './outcome.ts';
import { reached } from './reached.ts';
import { callAnchor, callText, recordedCall, resultText } from './recorded-call.ts';
import { RowList } from './row-list.ts';
import type { Session } from './session.ts';
import { sliced } from './sliced.ts';

export interface ComparedCall {
	/** index of the call */
	readonly call: number;
	/** row at which the call is decided */
	readonly row: number;
	readonly text: string;
	readonly recorded: string;
	/** undefined where the recording lacks what the model would need */
	readonly modelled: string | undefined;
	/** undefined where one side has no answer */
	readonly agrees: boolean | undefined;
	/** the rule that decides, the last of the call's */
	readonly rule: string | undefined;
	/** row that shows the recorded answer */
	readonly answered: number;
	readonly assumed: readonly string[];
}

export interface Divergence extends ComparedCall {
	readonly modelled: string;
	readonly rule: string;
	readonly agrees: false;
}

export function comparedCall(session: Session, index: number): ComparedCall | undefined {
	const call = recordedCall(session, index);
	if (!call) return undefined;
	const model = session.modelled(index);
	return {
		call: index,
		row: callAnchor(call.rows),
		text: callText(call),
		recorded: resultText(call),
		modelled: model && answerText(call, model.x0),
		agrees: model?.agrees,
		rule: model?.decisions.at(-1)?.rule,
		answered: call.rows.ret >= 0 ? call.rows.ret : call.rows.end,
		assumed: model?.assumed ?? [],
	};
}

/** All of the session, ascending by row. */
export function divergences(session: Session, signal?: AbortSignal): Promise<readonly Divergence[]> {
	return sliced(findDivergences(session), signal);
}

/** The same as a pass that can be sliced. */
export function* findDivergences(session: Session): Generator<number, readonly Divergence[]> {
	const { calls, trace } = session;
	const rows = new RowList();
	yield* session.decided((row, { agrees }) => {
		if (agrees === false) rows.push(row);
	});
	const found: Divergence[] = [];
	for (const row of rows.rows) {
		yield row;
		yield* reached(session, row);
		const call = calls.around(trace.events.vm(row), trace.events.vcpu(row), row);
		const compared = comparedCall(session, call);
		if (compared?.modelled !== undefined && compared.rule !== undefined)
			found.push({ ...compared, modelled: compared.modelled, rule: compared.rule, agrees: false });
	}
	return found;
}
