// A vCPU that asks AFFINITY_INFO over and over: it waits for another to come or to go, and that does not happen.

import { vcpuIdOfMpidr } from '../kvm-names.ts';
import { recordedCall } from '../recorded-call.ts';
import { vcpuName } from '../view.ts';
import { argument, callEvidence, resultOf, whoseResult } from './call-facts.ts';
import type { Detector, MakeDetector } from './detector.ts';
import type { Finding } from './finding.ts';
import type { SeenMachine, SeenVcpu } from './seen.ts';

/** Linux polls for 100 ms at most (cpu_psci_cpu_kill, arch/arm64/kernel/psci.c, 7.2). */
const TOO_LONG_NS = 1_000_000_000n;
/** Of a scenario, which has no time. */
const TOO_OFTEN = 16;

interface Polls {
	/** numbers of the calls */
	readonly first: number;
	last: number;
	count: number;
}

export const polling: MakeDetector = (seen, report): Detector => {
	const polls = new Map<SeenVcpu, Polls>();
	const over = (caller: SeenVcpu) => {
		const these = polls.get(caller);
		polls.delete(caller);
		const finding = these && isTooLong(seen, these) && tell(seen, caller, these);
		if (finding) report(finding);
	};
	return {
		poll(index, caller) {
			const these = polls.get(caller);
			if (!these) polls.set(caller, { first: index, last: index, count: 1 });
			else {
				these.last = index;
				these.count++;
			}
		},
		call: (_call, caller) => over(caller),
		lifeEnds(vm) {
			for (const caller of [...polls.keys()]) if (caller.vm === vm) over(caller);
		},
		end() {
			for (const caller of [...polls.keys()]) over(caller);
		},
	};
};

function isTooLong({ session }: SeenMachine, { first, last, count }: Polls): boolean {
	const { calls, trace } = session;
	if (count < TOO_OFTEN) return false;
	if (session.kind === 'simulated') return true;
	const passed = trace.events.time(calls.site(last)) - trace.events.time(calls.site(first));
	return trace.clockUnit === 'ns' && passed > TOO_LONG_NS;
}

/** Undefined where those were calls about several, or with several answers: nobody waits so. */
function tell(seen: SeenMachine, caller: SeenVcpu, polls: Polls): Finding | undefined {
	const { session } = seen;
	const [first, last] = [polls.first, polls.last].map((index) => recordedCall(session, index));
	if (!first || !last) return undefined;
	const [affinity, answer] = [argument(last, 'target_affinity'), resultOf(last)];
	if (argument(first, 'target_affinity') !== affinity || resultOf(first)?.value !== answer?.value)
		return undefined;
	const target = affinity === undefined ? undefined : seen.vcpu(caller.vm, vcpuIdOfMpidr(affinity));
	const who = target ? vcpuName(session, target) : 'another vCPU';
	const why: Readonly<Record<string, string>> = {
		ON: `: it stays ON, as ${who} does not call CPU_OFF`,
		OFF: `: it stays OFF, as nobody turned ${who} on`,
	};
	const sure = answer !== undefined;
	return {
		code: 'PSCI-403',
		severity: 'warning',
		row: first.rows.site,
		vm: caller.vm,
		vcpu: caller.id,
		evidence: [callEvidence(session, first), callEvidence(session, last)],
		cause: `${vcpuName(session, caller)} asks AFFINITY_INFO of ${who} ${polls.count} times, and calls nothing else of PSCI${why[answer?.name ?? ''] ?? ''}.`,
		clauses: ['AFFINITY_INFO.use'],
		advice:
			'Look at the vCPU that is waited for: whether it reaches its CPU_OFF, or whether its CPU_ON succeeded. Linux gives up after 100 ms.',
		certainty: sure ? whoseResult(last) : 'possible',
		...(sure
			? {}
			: {
					possibilities: [
						{
							code: 'PSCI-403',
							cause: 'it waits for a vCPU that does not call CPU_OFF, or was not turned on',
							toldBy: 'x1 and the results of the calls',
						},
						{ cause: 'it asks for several in turn, and gets what it wants', toldBy: 'the same' },
					],
				}),
	};
}
