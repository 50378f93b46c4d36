// A vCPU that asks AFFINITY_INFO over and over: it waits for another to come or to go, and that does not happen.

import { vcpuIdOfMpidr } from '../kvm-names.ts';
import { type RecordedCall, recordedCall } from '../recorded-call.ts';
import type { Session } from '../session.ts';
import { vcpuName } from '../view.ts';
import { argument, callEvidence, resultOf, whoseResult } from './call-facts.ts';
import type { Detector, MakeDetector } from './detector.ts';
import type { Finding } from './finding.ts';
import type { SeenMachine, SeenVcpu } from './seen.ts';

/** Linux polls for 100 ms at most (cpu_psci_cpu_kill, arch/arm64/kernel/psci.c, 7.2). */
const TOO_LONG_NS = 1_000_000_000n;
/** Of a scenario, which has no time. */
const TOO_OFTEN = 16;

/** So many of the first calls are kept: one or two before may have been about another vCPU. */
const FIRST_ONES = 16;

interface Polls {
	/** numbers of the calls */
	readonly first: readonly number[];
	last: number;
	count: number;
}

export const polling: MakeDetector = (seen, report): Detector => {
	const polls = new Map<SeenVcpu, Polls>();
	const over = (caller: SeenVcpu) => {
		const these = polls.get(caller);
		polls.delete(caller);
		const finding = these && these.count >= TOO_OFTEN && tell(seen, caller, these);
		if (finding) report(finding);
	};
	return {
		poll(index, caller) {
			const these = polls.get(caller);
			const first = these?.first ?? [];
			polls.set(caller, {
				first: first.length < FIRST_ONES ? [...first, index] : first,
				last: index,
				count: (these?.count ?? 0) + 1,
			});
		},
		call({ call }, caller) {
			over(caller);
			// Somebody goes: who waits, waits for the next one from here on.
			if (call?.name === 'CPU_OFF')
				for (const other of [...polls.keys()]) if (other.vm === caller.vm) polls.delete(other);
		},
		lifeEnds(vm) {
			for (const caller of [...polls.keys()]) if (caller.vm === vm) over(caller);
		},
		end() {
			for (const caller of [...polls.keys()]) over(caller);
		},
	};
};

/** Undefined where those were calls about several, or with several answers, or few: nobody waits so. */
function tell(seen: SeenMachine, caller: SeenVcpu, polls: Polls): Finding | undefined {
	const { session } = seen;
	const last = recordedCall(session, polls.last);
	if (!last) return undefined;
	const [affinity, answer] = [argument(last, 'target_affinity'), resultOf(last)];
	const same = (call: RecordedCall | undefined) =>
		call && argument(call, 'target_affinity') === affinity && resultOf(call)?.value === answer?.value;
	const before = polls.first.findIndex((index) => same(recordedCall(session, index)));
	const first = recordedCall(session, polls.first[before] ?? -1);
	const count = polls.count - before;
	if (!first || count < TOO_OFTEN || !isLong(session, first, last)) return undefined;
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
		cause: `${vcpuName(session, caller)} asks AFFINITY_INFO of ${who} ${count} times, and calls nothing else of PSCI${why[answer?.name ?? ''] ?? ''}.`,
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

function isLong(session: Session, first: RecordedCall, last: RecordedCall): boolean {
	if (session.kind === 'simulated') return true;
	const { events, clockUnit } = session.trace;
	return clockUnit === 'ns' && events.time(last.rows.site) - events.time(first.rows.site) > TOO_LONG_NS;
}
