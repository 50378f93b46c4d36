// Exceptional things that a session can stop at, each as a filter: what happened, where, and the evidence.

import { allAsleep } from './exceptions/all-asleep.ts';
import { divergingCalls } from './exceptions/diverging-calls.ts';
import { failedExpectations } from './exceptions/failed-expectations.ts';
import { forbiddenCalls } from './exceptions/forbidden-calls.ts';
import type { Exception, ExceptionFilterId, FoundException, Search } from './exceptions/found.ts';
import { lostEvents } from './exceptions/lost-events.ts';
import { neverRan } from './exceptions/never-ran.ts';
import { psciErrors } from './exceptions/psci-errors.ts';
import { systemEvents } from './exceptions/system-events.ts';
import { withFindings } from './exceptions/with-findings.ts';
import type { Expression } from './expression.ts';
import { filterPositions } from './filter-positions.ts';
import { type Position, positionCode } from './position.ts';
import type { Session } from './session.ts';
import { SharedPass } from './shared-pass.ts';

export type { Exception, ExceptionFilterId, FoundException } from './exceptions/found.ts';

export interface ExceptionFilter {
	readonly id: ExceptionFilterId;
	readonly label: string;
	readonly description: string;
	readonly default: boolean;
	/** what a condition may say, with an example */
	readonly conditionDescription: string;
}

export const EXCEPTION_FILTERS: readonly ExceptionFilter[] = [
	{
		id: 'finding',
		label: 'Findings',
		description:
			'Stops where something is wrong: a CPU that never comes up, a system event that the VMM ignores, …',
		default: false,
		conditionDescription: 'Which, e.g. call == CPU_ON or vcpu == 1',
	},
	{
		id: 'psci-error',
		label: 'PSCI errors',
		description: 'Stops where a call returns an error to the guest.',
		default: false,
		conditionDescription: 'Which errors, e.g. result == ALREADY_ON or call == CPU_ON',
	},
	{
		id: 'forbidden-call',
		label: 'Calls that the specification forbids',
		description: 'Stops at a call that breaks what PSCI asks of its caller.',
		default: false,
		conditionDescription: 'Which calls, e.g. call == CPU_ON or vcpu == 1',
	},
	{
		id: 'divergence',
		label: 'Divergence from the model',
		description: 'Stops at a call that was answered otherwise than the model of the kernel answers it.',
		default: true,
		conditionDescription: 'Which calls, e.g. call ~ "SYSTEM_*"',
	},
	{
		id: 'system-event',
		label: 'System events',
		description: 'Stops where a shutdown, reset, crash, suspend or wakeup leaves the kernel.',
		default: false,
		conditionDescription: 'Which types, e.g. type == RESET or type in [SHUTDOWN, SUSPEND]',
	},
	{
		id: 'never-ran',
		label: 'vCPUs started that never run',
		description: 'Stops at a CPU_ON that succeeds and whose target does not enter the guest afterwards.',
		default: true,
		conditionDescription: 'Which starts, e.g. target_cpu == 0x2',
	},
	{
		id: 'all-asleep',
		label: 'All vCPUs off or asleep',
		description: 'Stops where the last vCPU of a VM goes off or to sleep and nothing wakes one afterwards.',
		default: true,
		conditionDescription: 'Where, e.g. vm == 0',
	},
	{
		id: 'lost-events',
		label: 'Lost events',
		description: 'Stops where the recorder dropped events: what follows may miss causes.',
		default: false,
		conditionDescription: 'Where, e.g. event.count > 100',
	},
	{
		id: 'expectation',
		label: 'Expectations that fail',
		description: 'Stops at a statement of a scenario that does not come out as expected.',
		default: true,
		conditionDescription: 'Where, e.g. call == CPU_ON or vcpu == 1',
	},
];

const SEARCHES: Readonly<Record<ExceptionFilterId, (session: Session) => Search>> = {
	finding: withFindings,
	'psci-error': psciErrors,
	'forbidden-call': forbiddenCalls,
	divergence: divergingCalls,
	'system-event': systemEvents,
	'never-ran': neverRan,
	'all-asleep': allAsleep,
	'lost-events': lostEvents,
	expectation: failedExpectations,
};

interface Searched {
	/** of the session when it was searched: a session that is attached to grows */
	readonly length: number;
	readonly pass: SharedPass<readonly FoundException[]>;
}

const searched = new WeakMap<Session, Map<ExceptionFilterId, Searched>>();

/** All exceptions of one filter, ascending by position. Found once, then kept with the session. */
export function exceptionsOf(
	session: Session,
	filterId: ExceptionFilterId,
	signal?: AbortSignal,
): Promise<readonly FoundException[]> {
	const ofSession = searched.get(session) ?? new Map<ExceptionFilterId, Searched>();
	searched.set(session, ofSession);
	const before = ofSession.get(filterId);
	if (before?.length === session.length && !before.pass.isOver) return before.pass.wait(signal);
	const pass = new SharedPass(searchFor(session, filterId));
	ofSession.set(filterId, { length: session.length, pass });
	return pass.wait(signal);
}

function* searchFor(session: Session, filterId: ExceptionFilterId): Search {
	const all = yield* SEARCHES[filterId](session);
	return all.sort((a, b) => a.position - b.position);
}

export async function positionsOfException(
	session: Session,
	filterId: ExceptionFilterId,
	condition?: Expression,
	signal?: AbortSignal,
): Promise<readonly number[]> {
	const all = await exceptionsOf(session, filterId, signal);
	const positions = [...new Set(all.map(({ position }) => position))];
	return condition ? filterPositions(session, positions, condition, signal) : positions;
}

/** What of the given filters is the case at a position; of several the first in the order of the filters. */
export async function exceptionAt(
	session: Session,
	position: Position,
	filters: readonly ExceptionFilterId[] = EXCEPTION_FILTERS.map(({ id }) => id),
	signal?: AbortSignal,
): Promise<Exception | undefined> {
	const code = positionCode(position);
	for (const filter of filters) {
		const hit = (await exceptionsOf(session, filter, signal)).find((e) => e.position === code);
		if (hit) return hit;
	}
	return undefined;
}
