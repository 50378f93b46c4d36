// Where breakpoints stop: each kind resolves to the codes of its positions, ascending, so that continuing is a
// search in sorted numbers, in either direction. All are sliced, and abort with the signal's reason.

import type { EventKind } from '../trace/event.ts';
import { type Expression, expressionText } from './expression.ts';
import { type FunctionTargets, functionTargets, type KvmFunction } from './function-targets.ts';
import { positionCode, positionOf } from './position.ts';
import { merged, PositionList } from './position-list.ts';
import { RulePositions } from './rule-positions.ts';
import type { Session } from './session.ts';
import { sliced } from './sliced.ts';

export { dataIds, positionsOfData } from './data-positions.ts';
export { EXCEPTION_FILTERS, exceptionAt, positionsOfException } from './exceptions.ts';
export { filterPositions } from './filter-positions.ts';
export { type HitCondition, hitCondition } from './hit-condition.ts';

/** Codes of positions, ascending. */
export type Positions = Float64Array | readonly number[];

const atRow = (row: number) => positionCode({ row, decision: 0 });

/**
 * The event on a line, or on the next line that has one; in a scenario each time that the line is carried out.
 * `file` is one of its other files. `line` is where they are; undefined where no event is on the line or below.
 */
export async function positionsOfLine(
	session: Session,
	line: number,
	signal?: AbortSignal,
	file?: string,
): Promise<{ readonly line: number | undefined; readonly positions: Positions }> {
	const { events } = session.trace;
	if (session.kind === 'simulated') return sliced(rowsOfRepeatedLine(session, line, file), signal);
	const row = events.rowAtOrAfterLine(line);
	if (row >= session.length) return { line: undefined, positions: [] };
	return { line: events.line(row), positions: [atRow(row)] };
}

/** Once for each time that the statement is carried out: its other events are of the same line. */
function* rowsOfRepeatedLine(
	{ statements, trace }: Session,
	line: number,
	file: string | undefined,
): Generator<number, { line: number | undefined; positions: number[] }> {
	let best: number | undefined;
	let positions: number[] = [];
	for (let n = 0; n < statements.length; n++) {
		if (n % 4096 === 4095) yield n;
		const row = statements[n] ?? 0;
		const there = trace.elsewhere?.(row);
		if (there?.file !== file) continue;
		const at = there?.line ?? trace.events.line(row);
		if (at < line || (best !== undefined && at > best)) continue;
		if (at !== best) positions = [];
		best = at;
		positions.push(atRow(row));
	}
	return { line: best, positions };
}

/**
 * Where a function is called: of the guest by PSCI or SMCCC name (CPU_ON), pattern (SYSTEM_*) or ID; of KVM
 * by its name (kvm_psci_vcpu_on): its probe where that was recorded, else the model's decisions in it; of a scenario by
 * the name of a program that its lines call, or by a label.
 * Undefined where the pattern names nothing.
 */
export async function positionsOfFunction(
	session: Session,
	pattern: string,
	signal?: AbortSignal,
): Promise<Positions | undefined> {
	const named = session.rowsNamed?.(pattern.trim()) ?? [];
	if (named.length > 0) return named.map(atRow);
	const targets = functionTargets(pattern);
	return targets && functionPositions(session, targets, signal);
}

async function functionPositions(
	session: Session,
	{ ids, kvm }: FunctionTargets,
	signal: AbortSignal | undefined,
): Promise<Positions> {
	const called = ids.size > 0 ? [await sliced(callsOf(session, ids), signal)] : [];
	if (kvm.length === 0) return called[0] ?? [];
	const { positions, recorded } = await sliced(probesOf(session, kvm), signal);
	const unseen = kvm.filter(({ kind }) => kind === undefined || !recorded.has(kind));
	const rules = unseen.map((of) => of.rules).filter(({ size }) => size > 0);
	const decided =
		rules.length > 0 ? [await sliced((await RulePositions.of(session, signal)).ofFirst(rules), signal)] : [];
	return sliced(merged([...called, positions, ...decided]), signal);
}

function* callsOf({ calls }: Session, ids: ReadonlySet<number>): Generator<number, Float64Array> {
	const positions = new PositionList();
	for (let call = 0; call < calls.length; call++) {
		if (call % 4096 === 4095) yield call;
		if (ids.has(calls.functionId(call))) positions.add(calls.site(call), 0);
	}
	return positions.codes;
}

/** The events of the functions' probes, and which of these were recorded at all. */
function* probesOf(
	{ trace, length }: Session,
	functions: readonly KvmFunction[],
): Generator<number, { positions: Float64Array; recorded: ReadonlySet<EventKind> }> {
	const kinds = new Set(functions.map(({ kind }) => kind));
	const recorded = new Set<EventKind>();
	const positions = new PositionList();
	for (let row = 0; row < length; row++) {
		if (row % 16384 === 16383) yield row;
		const kind = trace.events.kind(row);
		if (!kinds.has(kind)) continue;
		recorded.add(kind);
		positions.add(row, 0);
	}
	return { positions: positions.codes, recorded };
}

/** Where a rule of the model decides. */
export async function positionsOfRule(
	session: Session,
	rule: string,
	signal?: AbortSignal,
): Promise<Positions> {
	return sliced((await RulePositions.of(session, signal)).ofRule(rule), signal);
}

/** Where a rule decides that rests on the clause. */
export async function positionsOfClause(
	session: Session,
	clause: string,
	signal?: AbortSignal,
): Promise<Positions> {
	return sliced((await RulePositions.of(session, signal)).ofClause(clause), signal);
}

/** Events at a guest address; of an HVC, whose event has the address after it, at the instruction too. */
export function positionsOfAddress(session: Session, pc: bigint, signal?: AbortSignal): Promise<Positions> {
	return sliced(addressPositions(session, pc), signal);
}

function* addressPositions(session: Session, pc: bigint): Generator<number, Positions> {
	const { events } = session.trace;
	const positions: number[] = [];
	for (let row = 0; row < session.length; row++) {
		if (row % 256 === 255) yield row;
		const detail = events.detail(row);
		if (!('pc' in detail) || detail.pc === undefined) continue;
		// An HVC has four bytes in A64, A32 and T32 alike.
		if (detail.pc === pc || (detail.kind === 'kvm_hvc_arm64' && detail.pc - 4n === pc))
			positions.push(atRow(row));
	}
	return positions;
}

/** A log message with `{expression}` parts, each replaced by its value at the position. */
export function logMessage(session: Session, code: number, parts: readonly (string | Expression)[]): string {
	return parts
		.map((part) =>
			typeof part === 'string' ? part : expressionText(session, positionOf(code), undefined, part),
		)
		.join('');
}
