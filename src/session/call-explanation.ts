// A recorded call explained: what was asked and what it means, what came back, the rules that the model
// decides it by and the clauses that these rest on. Plain data, for hovers, lenses and hints.

import { ruleOf } from '../kvm/index.ts';
import type { DecodedArgument, DecodedCall } from '../psci/call.ts';
import type { Clause } from '../psci/clause.ts';
import { clauseById, clausesOf } from '../psci/clauses.ts';
import { affinityText } from '../psci/mpidr.ts';
import { vcpuIdOfMpidr } from './kvm-names.ts';
import type { ModelledCall } from './modelled-call.ts';
import { type RecordedCall, recordedCall, resultText } from './recorded-call.ts';
import type { Session } from './session.ts';
import { vcpuName } from './view.ts';

export interface ExplainedArgument {
	readonly name: string;
	readonly text: string;
	/** what the argument is for */
	readonly meaning: string;
	/** the vCPU that an affinity stands for */
	readonly target: string | undefined;
}

export interface ExplainedRule {
	readonly id: string;
	readonly says: string;
	readonly outcome: string;
	readonly clauses: readonly string[];
}

export interface CallExplanation {
	readonly call: RecordedCall;
	readonly name: string;
	/** who called */
	readonly caller: string;
	/** what the function is for; empty where the table does not have it */
	readonly summary: string;
	/** `0xc4000003, SMC64, by HVC`; only the conduit where the function was not recorded */
	readonly how: string;
	readonly arguments: readonly ExplainedArgument[];
	/** the vCPU that the call is about, where it names one */
	readonly target: string | undefined;
	readonly result: string;
	readonly resultMeaning: string;
	/** undefined where the recording lacks what the model needs */
	readonly model: ModelledCall | undefined;
	readonly kernel: string;
	readonly rules: readonly ExplainedRule[];
	/** the clauses that the rules rest on, the deciding one first; without a model those of the function */
	readonly clauses: readonly Clause[];
}

export function explainCall(session: Session, index: number): CallExplanation | undefined {
	const call = recordedCall(session, index);
	if (!call) return undefined;
	const decoded = call.call;
	const name = decoded?.name ?? `${call.conduit} call`;
	const model = session.modelled(index);
	const args = explainArguments(session, call);
	return {
		call,
		name,
		caller: vcpuName(session, { vm: call.rows.vm, id: call.rows.vcpu }),
		summary: decoded?.fn?.summary ?? '',
		how: decoded
			? `0x${decoded.functionId.toString(16)}, ${decoded.convention}, ${call.conduit}`
			: call.conduit,
		arguments: args,
		target: args.find((argument) => argument.target)?.target,
		result: resultText(call),
		resultMeaning: call.goesOn === 0 ? '' : (call.result?.meaning ?? call.inferred?.result?.why ?? ''),
		model,
		kernel: session.kernel.profile.name,
		rules: (model?.decisions ?? []).map(({ rule, outcome }) => ({
			id: rule,
			says: ruleOf(rule).says,
			outcome,
			clauses: ruleOf(rule).clauses,
		})),
		clauses: clausesBehind(decoded?.name ?? '', model),
	};
}

export function explainArguments(session: Session, call: RecordedCall): ExplainedArgument[] {
	const decoded = call.inferred?.call ?? call.call;
	return decoded?.arguments.map((argument) => explainArgument(session, call, decoded, argument)) ?? [];
}

function explainArgument(
	session: Session,
	call: RecordedCall,
	decoded: DecodedCall,
	argument: DecodedArgument,
): ExplainedArgument {
	const info = decoded.fn?.arguments.find((a) => a.name === argument.name);
	const isVcpu = info?.kind === 'affinity' && !aboutMoreThanOne(decoded);
	const inferred = call.inferred?.arguments.find(({ register }) => register === argument.register);
	return {
		name: argument.name,
		text: inferred
			? `${argument.text} (${inferred.sure ? 'inferred' : 'inferred, uncertain'})`
			: argument.text,
		meaning: info?.meaning ?? '',
		target:
			isVcpu && argument.value !== undefined ? targetName(session, call.rows.vm, argument.value) : undefined,
	};
}

/** AFFINITY_INFO and its like can ask about a whole cluster. */
function aboutMoreThanOne({ fn, arguments: given }: DecodedCall): boolean {
	const level = fn?.arguments.findIndex((argument) => argument.kind === 'level') ?? -1;
	return level >= 0 && given[level]?.value !== 0n;
}

function targetName(session: Session, vm: number, affinity: bigint): string {
	const id = vcpuIdOfMpidr(affinity);
	return session.vcpus.some((vcpu) => vcpu.vm === vm && vcpu.id === id)
		? vcpuName(session, { vm, id })
		: `no vCPU ${affinityText(affinity)}`;
}

/** The last rule to decide comes first: what stands before it only led there. */
function clausesBehind(name: string, model: ModelledCall | undefined): readonly Clause[] {
	const ids = (model?.decisions ?? []).toReversed().flatMap(({ rule }) => ruleOf(rule).clauses);
	const clauses = [...new Set(ids)].map(clauseById).filter((clause) => clause !== undefined);
	const own = clauses.filter((clause) => clause.function === name);
	if (clauses.length > 0) return [...own, ...clauses.filter((clause) => clause.function !== name)];
	const all = clausesOf(name);
	// What the function is for says more of a call than what its registers are.
	return all.toSorted((a, b) => Number(b.id.endsWith('.use')) - Number(a.id.endsWith('.use')));
}

/** `DEN0022 F.b 5.6.1`; the document alone where no source confirms a number. */
export function sectionText({ document, sections }: Clause): string {
	return sections['F.b'] ? `${document} F.b ${sections['F.b']}` : document;
}

/** What the call gave, as short as it can be said: `SUCCESS`, `1.3`, `exits to the VMM`. */
export function shortResult(call: RecordedCall): string {
	if (call.goesOn === 0) return resultText(call);
	const inferred = call.inferred?.result;
	if (call.result?.name) return call.result.name;
	return inferred?.sure && inferred.likely?.name
		? `${inferred.likely.name} (${inferred.provenance})`
		: resultText(call);
}
