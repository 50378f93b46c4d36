// The sweep over all calls against what each of them is asked one by one: rules, agreement, and so where breakpoints on
// functions of KVM, on rules and on clauses stop. Vacuous if nothing were decided, or nothing remembered: both are counted.

import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RULE_IDS, type RuleId, ruleOf } from '../../../src/kvm/index.ts';
import { parseScenario } from '../../../src/kvm/vector.ts';
import { runScenario } from '../../../src/scenario/run.ts';
import { programOfVector } from '../../../src/scenario/vector.ts';
import { functionTargets, KVM_FUNCTIONS } from '../../../src/session/function-targets.ts';
import { positionCode } from '../../../src/session/position.ts';
import { positionsOfClause, positionsOfFunction, positionsOfRule } from '../../../src/session/predicates.ts';
import { RecordedSession } from '../../../src/session/recorded-session.ts';
import type { DecidedBy, Session } from '../../../src/session/session.ts';
import { SimulatedSession } from '../../../src/session/simulated-session.ts';
import { openSample, sample } from '../trace/samples.ts';
import { anyEvents, openEvents } from './any-events.ts';
import { openExample } from './example.ts';
import { withoutProbes } from './stock-events.ts';

/** By row, asked one by one. */
function oneByOne(session: Session): Map<number, DecidedBy> {
	const decided = new Map<number, DecidedBy>();
	for (let row = 0; row < session.length; row++) {
		const rules = session.decisionsAt(row).map(({ rule }) => rule);
		if (rules.length === 0) continue;
		const { events } = session.trace;
		const call = session.calls.around(events.vm(row), events.vcpu(row), row);
		decided.set(row, { rules, agrees: session.modelled(call)?.agrees });
	}
	return decided;
}

function swept(session: Session): Map<number, DecidedBy> {
	const decided = new Map<number, DecidedBy>();
	const pass = session.decided((row, { rules, agrees }) => decided.set(row, { rules, agrees }));
	while (!pass.next().done);
	return decided;
}

function expectSame(session: Session): Map<number, DecidedBy> {
	const decided = oneByOne(session);
	expect([...swept(session)]).toEqual([...decided]);
	return decided;
}

/** Where a rule of the set decides, by what was asked one by one: everywhere, or where one does first. */
function positions(
	decided: ReadonlyMap<number, DecidedBy>,
	set: (rule: RuleId) => boolean,
	first = false,
): number[] {
	return [...decided].flatMap(([row, { rules }]) => {
		const found = rules.flatMap((rule, n) => (set(rule) ? positionCode({ row, decision: n + 1 }) : []));
		return first ? found.slice(0, 1) : found;
	});
}

async function expectSamePositions(
	session: Session,
	decided: ReadonlyMap<number, DecidedBy>,
): Promise<number> {
	let found = 0;
	const clauses = new Set<string>();
	for (const rule of RULE_IDS) {
		const expected = positions(decided, (id) => id === rule);
		expect([...(await positionsOfRule(session, rule))]).toEqual(expected);
		for (const clause of expected.length > 0 ? ruleOf(rule).clauses : []) clauses.add(clause);
		found += expected.length;
	}
	for (const clause of clauses)
		expect([...(await positionsOfClause(session, clause))]).toEqual(
			positions(decided, (id) => ruleOf(id).clauses.includes(clause)),
		);
	const { events } = session.trace;
	const kinds = Array.from({ length: session.length }, (_, row) => events.kind(row));
	for (const name of KVM_FUNCTIONS) {
		const { ids, kvm } = functionTargets(name) ?? { ids: new Set<number>(), kvm: [] };
		expect(kvm, name).toHaveLength(1);
		const [of] = kvm;
		const probed = kinds.flatMap((kind, row) =>
			kind === of?.kind ? positionCode({ row, decision: 0 }) : [],
		);
		const modelled = positions(decided, (rule) => of?.rules.has(rule) === true, true);
		const called = callsOf(session, ids);
		const expected = [...new Set([...called, ...(probed.length > 0 ? probed : modelled)])];
		expect([...((await positionsOfFunction(session, name)) ?? [])], name).toEqual(
			expected.sort((a, b) => a - b),
		);
	}
	return found;
}

function callsOf({ calls }: Session, ids: ReadonlySet<number>): number[] {
	const all = Array.from({ length: calls.length }, (_, index) => index);
	return all
		.filter((index) => ids.has(calls.functionId(index)))
		.map((index) => positionCode({ row: calls.site(index), decision: 0 }));
}

const RECORDINGS = readdirSync(new URL('../../../examples/', import.meta.url)).filter((name) =>
	/\.(txt|dat)$/.test(name),
);

describe.each(RECORDINGS)('%s', (name) => {
	it('is decided as each call is by itself', async () => {
		const session = await openExample(name);
		const decided = expectSame(session);
		expect(decided.size).toBeGreaterThan(0);
		expect(await expectSamePositions(session, decided)).toBeGreaterThan(decided.size);
	});

	it('is so without probes, too', async () => {
		const { trace } = await openExample(name);
		const session = await RecordedSession.open(await withoutProbes(trace));
		await expectSamePositions(session, expectSame(session));
	});
});

describe.each(['5.10.223', '6.1.176', '6.12.107', '7.2.13'])('the scenarios recorded on %s', (kernel) => {
	it('are decided as each call is by itself', async () => {
		const session = await RecordedSession.open(await openSample(`scenarios-${kernel}.txt.gz`));
		const decided = expectSame(session);
		expect(decided.size).toBeGreaterThan(100);
		await expectSamePositions(session, decided);
	});

	it('simulated, are, too', async () => {
		const lines = sample(`scenarios-${kernel}.jsonl.gz`).split('\n').filter(Boolean);
		const found = new Set<RuleId>();
		for (const line of lines) {
			const session = new SimulatedSession(runScenario(programOfVector(parseScenario(line))), '');
			const decided = expectSame(session);
			await expectSamePositions(session, decided);
			for (const { rules } of decided.values()) for (const rule of rules) found.add(rule);
		}
		expect(found.size).toBeGreaterThan(40);
	});
});

it('any events in any order are decided so', async () => {
	let size = 0;
	await fc.assert(
		fc.asyncProperty(anyEvents, async (events) => {
			size += expectSame(await openEvents(events)).size;
		}),
		{ numRuns: 40 },
	);
	expect(size).toBeGreaterThan(100);
});
