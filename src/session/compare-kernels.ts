// The same session on other kernels: every call whose outcome, as the guest or the VMM sees it, differs. Each
// kernel decides each call for a VM that the same VMM made on it, from the state that was recorded there.

import { handleGuestCall, type KernelProfile, type Vm } from '../kvm/index.ts';
import { bootedVm, broughtTo, choicesOf, trapOf, type VmChoices } from './known-vm.ts';
import { answerText, outcomeText } from './outcome.ts';
import { reached } from './reached.ts';
import { callAnchor, callText, type RecordedCall, recordedCall, resultText } from './recorded-call.ts';
import type { Session } from './session.ts';
import { sliced } from './sliced.ts';

export interface KernelOutcome {
	readonly kernel: string;
	/** as the guest or the VMM sees it */
	readonly outcome: string;
	/** the rule that decides, the last of the call's */
	readonly rule: string | undefined;
}

export interface KernelDifference {
	readonly call: number;
	readonly row: number;
	/** 1-based, of the call's site */
	readonly line: number;
	readonly vcpu: number;
	readonly text: string;
	readonly recorded: string;
	/** one for each kernel, in the order asked for */
	readonly outcomes: readonly KernelOutcome[];
}

export interface KernelComparison {
	readonly kernels: readonly string[];
	/** ascending by row */
	readonly differences: readonly KernelDifference[];
	/** calls that were compared */
	readonly compared: number;
	/** calls left out: their arguments, or settings of the VMM that they depend on, were not recorded */
	readonly undecided: number;
}

export function compareKernels(
	session: Session,
	kernels: readonly KernelProfile[],
	signal?: AbortSignal,
): Promise<KernelComparison> {
	return sliced(comparison(session, kernels), signal);
}

function* comparison(
	session: Session,
	kernels: readonly KernelProfile[],
): Generator<number, KernelComparison> {
	const choices = new Map((yield* choicesOf(session)).map((of) => [of.vm, of]));
	const own = booted(session.kernel.profile, choices, session.kernel.profile);
	const others = kernels.map((profile) => booted(profile, choices, session.kernel.profile));
	const differences: KernelDifference[] = [];
	let compared = 0;
	for (let index = 0; index < session.calls.length; index++) {
		if (index % 2 === 1) yield index;
		const call = recordedCall(session, index);
		const of = call && choices.get(call.rows.vm);
		if (!call || !of) continue;
		yield* reached(session, callAnchor(call.rows));
		const decided = decide(session, call, of, own);
		// A call that the session's own kernel would not answer so depends on what was not recorded.
		if (!decided || !asRecorded(call, decided.outcome)) continue;
		compared++;
		const outcomes = others.map((vms, n) => ({
			kernel: kernels[n]?.name ?? '',
			...(decide(session, call, of, vms) ?? { outcome: '?', rule: undefined }),
		}));
		if (new Set([...outcomes.map(({ outcome }) => outcome)]).size < 2 && agrees(outcomes, decided)) continue;
		differences.push({
			call: index,
			row: callAnchor(call.rows),
			line: session.trace.events.line(call.rows.site),
			vcpu: call.rows.vcpu,
			text: callText(call),
			recorded: resultText(call),
			outcomes,
		});
	}
	return {
		kernels: kernels.map(({ name }) => name),
		differences: differences.sort((a, b) => a.row - b.row),
		compared,
		undecided: session.calls.length - compared,
	};
}

/** One kernel asked for: it differs from what the session's own does. */
function agrees(outcomes: readonly KernelOutcome[], own: { readonly outcome: string }): boolean {
	return outcomes.every(({ outcome }) => outcome === own.outcome);
}

/** A version that the session's kernel has as its newest was no choice of the VMM. */
function booted(
	profile: KernelProfile,
	choices: ReadonlyMap<number, VmChoices>,
	own: KernelProfile,
): ReadonlyMap<number, Vm> {
	const newest = own.behaviours.psciVersions.at(-1);
	return new Map(
		[...choices].map(([vm, of]) => [
			vm,
			bootedVm(profile, of.psciVersion === newest ? { ...of, psciVersion: undefined } : of),
		]),
	);
}

function decide(session: Session, call: RecordedCall, of: VmChoices, vms: ReadonlyMap<number, Vm>) {
	const trap = trapOf(session, call);
	const vm = vms.get(of.vm);
	const caller = of.vcpuIds.indexOf(call.rows.vcpu);
	if (!trap || !vm || caller < 0) return undefined;
	const before = broughtTo(vm, session.stateAt(callAnchor(call.rows)), of);
	const piece = handleGuestCall(before, caller, trap);
	return { outcome: outcomeText(call, before, piece), rule: piece.decisions.at(-1)?.rule };
}

function asRecorded(call: RecordedCall, outcome: string): boolean {
	if (call.goesOn === 0) return outcome.startsWith('exits');
	return call.result === undefined || outcome.split(';')[0] === answerText(call, call.result.value);
}
