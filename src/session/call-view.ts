// What the panel shows of a call: what was asked and answered, what stands about it in the documents, and how the
// model decides it.

import { ruleOf } from '../kvm/index.ts';
import { clausesOf } from '../psci/clauses.ts';
import { decodeResult } from '../psci/result.ts';
import { modelText } from './decision-values.ts';
import { callOfVcpu, callValues } from './inspect.ts';
import type { Position } from './position.ts';
import { callAnchor, type RecordedCall, resultText } from './recorded-call.ts';
import type { Session } from './session.ts';
import type { VcpuState } from './state.ts';
import { type ValueView, valueView, vcpuName } from './value-view.ts';

export interface LastCallView {
	readonly text: string;
	readonly result: string;
	readonly isError: boolean;
	readonly inProgress: boolean;
	readonly changed: boolean;
	/** row of its site: to go there */
	readonly row: number;
	readonly line: number;
}

export interface ClauseView {
	readonly title: string;
	/** `DEN0022 F.b 5.6.2`, or that no source confirms a number */
	readonly section: string;
	readonly summary: string;
}

export interface CallView {
	/** of its site */
	readonly row: number;
	readonly vcpu: string;
	readonly name: string;
	/** the cursor is in the call; otherwise it is the vCPU's last one */
	readonly inProgress: boolean;
	readonly arguments: readonly ValueView[];
	readonly result: ValueView;
	readonly meaning: string;
	readonly isError: boolean;
	readonly clauses: readonly ClauseView[];
	/** how the model decides the call; undefined where the recording lacks what it would need */
	readonly model: ModelView | undefined;
}

export interface DecisionView {
	readonly rule: string;
	/** what holds when the rule decides, in a sentence */
	readonly says: string;
	readonly outcome: string;
	/** `mp_state=0 target=0x1` */
	readonly looked: string;
	/** ids of the clauses that the rule rests on */
	readonly clauses: readonly string[];
	/** the debugger stands at this decision */
	readonly current: boolean;
}

export interface ModelView {
	/** name of the kernel's profile */
	readonly kernel: string;
	/** the profile's answers were compared with a real kernel's */
	readonly proven: boolean;
	readonly decisions: readonly DecisionView[];
	/** undefined where the recording has no answer to compare */
	readonly agrees: boolean | undefined;
	/** what the model answers */
	readonly answer: string;
	readonly assumed: readonly string[];
}

/** Of a vCPU as it was at the stop before. */
export function lastCallView(
	session: Session,
	vcpu: VcpuState,
	old: VcpuState | undefined,
	row: number,
): LastCallView | undefined {
	const call = callOfVcpu(session, vcpu, row);
	if (!call) return undefined;
	return {
		text: call.call?.name ?? `${call.conduit} call`,
		result: resultText(call),
		isError: call.goesOn !== 0 && (call.result?.isError ?? false),
		inProgress: row >= call.rows.site && row <= call.rows.end,
		changed: old !== undefined && old.call !== vcpu.call,
		row: call.rows.site,
		line: session.trace.events.line(call.rows.site),
	};
}

export function callView(
	session: Session,
	call: RecordedCall,
	vcpu: VcpuState,
	{ row, decision }: Position,
): CallView {
	const values = callValues(call, row, 'call').map((value) => valueView(session, value));
	const result = values.find((v) => v.name === 'result') ?? {
		name: 'result',
		path: 'call.result',
		text: resultText(call),
		origin: '',
		changed: false,
	};
	const inferred = call.inferred?.result;
	const shown = call.result ?? (inferred?.sure ? inferred.likely : undefined);
	return {
		row: call.rows.site,
		vcpu: vcpuName(session, vcpu),
		name: call.call?.name ?? `${call.conduit} call`,
		inProgress: row >= call.rows.site && row <= call.rows.end,
		arguments: values.filter((v) => v.name !== 'result'),
		result,
		meaning: call.goesOn === 0 ? '' : (shown?.meaning ?? ''),
		isError: call.goesOn !== 0 && (shown?.isError ?? false),
		clauses: clausesOf(call.call?.name ?? '').map((clause) => ({
			title: clause.title,
			section: clause.sections['F.b']
				? `${clause.document} F.b, ${clause.sections['F.b']}`
				: `${clause.document}, section number not confirmed by a source`,
			summary: clause.summary,
		})),
		model: modelView(session, call, row === callAnchor(call.rows) ? decision : 0),
	};
}

function modelView(session: Session, call: RecordedCall, current: number): ModelView | undefined {
	const modelled = session.modelled(call.index);
	if (!modelled || !call.call) return undefined;
	return {
		kernel: session.kernel.profile.name,
		proven: session.kernel.profile.proof === 'proven',
		decisions: modelled.decisions.map((decided, i) => ({
			rule: decided.rule,
			says: ruleOf(decided.rule).says,
			outcome: decided.outcome,
			looked: decided.looked.map(({ name, value }) => `${name}=${modelText(value, name)}`).join(' '),
			clauses: ruleOf(decided.rule).clauses,
			current: i + 1 === current,
		})),
		agrees: modelled.agrees,
		answer: modelled.x0 === undefined ? 'exits to the VMM' : decodeResult(call.call, modelled.x0).text,
		assumed: modelled.assumed,
	};
}
