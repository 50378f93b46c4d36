// The same session on other kernels: every call whose outcome, as the guest or the VMM sees it, differs.
// Each kernel decides each call from the state that was recorded there.

import type { KernelProfile } from '../kvm/index.ts';
import { modelledCall } from './modelled-call.ts';
import { answerText } from './modelled-text.ts';
import { callAnchor, callText, recordedCall, resultText } from './recorded-call.ts';
import type { Session } from './session.ts';
import { sliced } from './sliced.ts';

export interface KernelOutcome {
	readonly kernel: string;
	/** as the guest or the VMM sees it */
	readonly outcome: string;
	/** the rule that decides */
	readonly rule: string | undefined;
	readonly assumed: readonly string[];
}

export interface KernelDifference {
	readonly call: number;
	readonly row: number;
	readonly line: number;
	readonly vcpu: number;
	readonly text: string;
	readonly recorded: string;
	/** one for each kernel, in the order asked for */
	readonly outcomes: readonly KernelOutcome[];
}

/** Ascending by row; calls that the model cannot decide are left out. */
export function compareKernels(
	session: Session,
	kernels: readonly KernelProfile[],
	signal?: AbortSignal,
): Promise<readonly KernelDifference[]> {
	return sliced(differences(session, kernels), signal);
}

function* differences(
	session: Session,
	kernels: readonly KernelProfile[],
): Generator<number, readonly KernelDifference[]> {
	const found: KernelDifference[] = [];
	const views = kernels.map((profile) => onKernel(session, profile));
	for (let index = 0; index < session.calls.length; index++) {
		yield index;
		const call = recordedCall(session, index);
		if (!call) continue;
		const outcomes = views.flatMap((view, n) => {
			const model = modelledCall(view, index);
			return model
				? {
						kernel: kernels[n]?.name ?? '',
						outcome: answerText(call, model.x0),
						rule: model.decisions.at(-1)?.rule,
						assumed: model.assumed,
					}
				: [];
		});
		if (new Set(outcomes.map(({ outcome }) => outcome)).size < 2) continue;
		const { events } = session.trace;
		const row = callAnchor(call.rows);
		found.push({
			call: index,
			row,
			line: events.line(call.rows.site),
			vcpu: call.rows.vcpu,
			text: callText(call),
			recorded: resultText(call),
			outcomes,
		});
	}
	return found.sort((a, b) => a.row - b.row);
}

/** The session as it is, but followed with another kernel. */
export function onKernel(session: Session, profile: KernelProfile): Session {
	const { kind, trace, calls, statements, length, vcpus, shownVms } = session;
	return {
		kind,
		trace,
		calls,
		statements,
		length,
		vcpus,
		shownVms,
		kernel: { profile, origin: 'launch configuration' },
		stateAt: (row) => session.stateAt(row),
		modelled: (call) => session.modelled(call),
		decisionsAt: (row) => session.decisionsAt(row),
		decidedRows: () => session.decidedRows(),
	};
}
