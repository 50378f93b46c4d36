// Breakpoints, resolved to positions of the session. Continuing is then a search in sorted positions,
// in either direction.

import type { DebugProtocol } from '@vscode/debugprotocol';
import { ExpressionError, parseExpression } from '../session/expression.ts';
import { type Position, positionCode } from '../session/position.ts';
import { filterPositions, type Positions, positionsOfFunction } from '../session/predicates.ts';
import { RulePositions } from '../session/rule-positions.ts';
import type { Session } from '../session/session.ts';
import type { SpecPlace } from '../spec/index.ts';

export interface ResolvedBreakpoint {
	/** codes of the positions to stop at, ascending */
	readonly positions: Positions;
	readonly kind: 'line' | 'function' | 'rule';
	readonly answer: DebugProtocol.Breakpoint;
}

/** A breakpoint on a line of the trace stops at the event on it, else at the next event below. */
export function resolveLine(
	session: Session,
	id: number,
	line: number,
	source: DebugProtocol.Source,
): ResolvedBreakpoint {
	const row = session.trace.events.rowAtOrAfterLine(line);
	if (row >= session.length)
		return {
			positions: [],
			kind: 'line',
			answer: { id, verified: false, line, source, message: 'There is no event on this line or below it.' },
		};
	return {
		positions: [atRow(row)],
		kind: 'line',
		answer: { id, verified: true, line: session.trace.events.line(row), source },
	};
}

const atRow = (row: number) => positionCode({ row, decision: 0 });

/** A breakpoint on a line of a document stops wherever the rule, or a rule resting on the clause, decides. */
export async function resolveRule(
	session: Session,
	id: number,
	place: SpecPlace | undefined,
	line: number,
	source: DebugProtocol.Source,
): Promise<ResolvedBreakpoint> {
	if (!place) {
		const message = 'There is no rule or clause on this line or below it.';
		return { positions: [], kind: 'rule', answer: { id, verified: false, line, source, message } };
	}
	const rules = await RulePositions.of(session);
	const { kind, id: name } = place.anchor;
	const positions = kind === 'rule' ? rules.ofRule(name) : rules.ofClause(name);
	const never = positions.length === 0 ? { message: `No call of the recording is decided by ${name}.` } : {};
	return { positions, kind: 'rule', answer: { id, verified: true, line: place.line, source, ...never } };
}

/** A function breakpoint stops where a guest calls the function, or KVM's function runs. */
export async function resolveFunction(
	session: Session,
	id: number,
	name: string,
): Promise<ResolvedBreakpoint> {
	const positions = await positionsOfFunction(session, name);
	if (!positions) {
		const message = `'${name}' is no PSCI or SMCCC function. Use a name (CPU_ON), a pattern (SYSTEM_*), an ID (0xc4000003) or a function of KVM (kvm_psci_vcpu_on).`;
		return { positions: [], kind: 'function', answer: { id, verified: false, message } };
	}
	const never = positions.length === 0 ? { message: `The recording has no call of ${name}.` } : {};
	return { positions, kind: 'function', answer: { id, verified: true, ...never } };
}

/** The breakpoint, stopping only where `condition` holds; not verified where that is no condition. */
export async function withCondition(
	session: Session,
	breakpoint: ResolvedBreakpoint,
	condition: string | undefined,
): Promise<ResolvedBreakpoint> {
	if (!condition?.trim() || !breakpoint.answer.verified) return breakpoint;
	try {
		const positions = await filterPositions(session, breakpoint.positions, parseExpression(condition));
		return { ...breakpoint, positions };
	} catch (error) {
		if (!(error instanceof ExpressionError)) throw error;
		const message = `The condition cannot be read: ${error.message}.`;
		return { ...breakpoint, positions: [], answer: { ...breakpoint.answer, verified: false, message } };
	}
}

/** The breakpoints of a session: lines by source and functions, each replaced as a whole, as DAP does. */
export class Breakpoints {
	#lines = new Map<string, readonly ResolvedBreakpoint[]>();
	#functions: readonly ResolvedBreakpoint[] = [];
	#nextId = 1;
	#positions: Float64Array | undefined;

	nextId(): number {
		return this.#nextId++;
	}

	setLines(path: string, breakpoints: readonly ResolvedBreakpoint[]): void {
		this.#lines.set(path, breakpoints);
		this.#positions = undefined;
	}

	setFunctions(breakpoints: readonly ResolvedBreakpoint[]): void {
		this.#functions = breakpoints;
		this.#positions = undefined;
	}

	/** Codes of all positions to stop at, ascending. */
	get positions(): Float64Array {
		this.#positions ??= Float64Array.from([...this.#all()].flatMap((b) => [...b.positions])).sort();
		return this.#positions;
	}

	/** Ids of the breakpoints that stop at a position, and whether only functions' do. */
	hitAt(position: Position): { ids: number[]; byFunction: boolean } {
		const code = positionCode(position);
		const hits = [...this.#all()].filter((b) => b.positions.includes(code));
		return {
			ids: hits.map((b) => b.answer.id).filter((id) => id !== undefined),
			byFunction: hits.length > 0 && hits.every((b) => b.kind === 'function'),
		};
	}

	*#all(): Generator<ResolvedBreakpoint> {
		for (const list of this.#lines.values()) yield* list;
		yield* this.#functions;
	}
}
