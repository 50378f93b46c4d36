// Breakpoints, resolved to positions of the session. Continuing is then a search in sorted positions,
// in either direction.

import type { DebugProtocol } from '@vscode/debugprotocol';
import { FUNCTIONS, functionById, functionByName } from '../psci/functions.ts';
import { ConditionError, parseCondition } from '../session/condition.ts';
import { where } from '../session/filter-positions.ts';
import { type Position, positionCode } from '../session/position.ts';
import { RulePositions } from '../session/rule-positions.ts';
import type { Session } from '../session/session.ts';
import type { SpecPlace } from '../spec/index.ts';

export interface ResolvedBreakpoint {
	/** codes of the positions to stop at, ascending */
	readonly positions: readonly number[];
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

/** A function breakpoint stops where a guest calls the function. */
export function resolveFunction(session: Session, id: number, name: string): ResolvedBreakpoint {
	const ids = functionIds(name.trim());
	if (ids === undefined)
		return {
			positions: [],
			kind: 'function',
			answer: {
				id,
				verified: false,
				message: `'${name}' is no PSCI or SMCCC function. Use a name (CPU_ON), a pattern (SYSTEM_*) or an ID (0xc4000003).`,
			},
		};
	const positions: number[] = [];
	for (let call = 0; call < session.calls.length; call++)
		if (ids.has(session.calls.functionId(call))) positions.push(atRow(session.calls.site(call)));
	return {
		positions,
		kind: 'function',
		answer: {
			id,
			verified: true,
			...(positions.length === 0 ? { message: `The recording has no call of ${name}.` } : {}),
		},
	};
}

/** All function IDs that `name` (a name, a pattern with `*`, or a number) stands for; undefined: none. */
function functionIds(name: string): ReadonlySet<number> | undefined {
	if (/^(0x[0-9a-f]{1,8}|\d{1,10})$/i.test(name)) {
		const id = Number(name);
		return functionById(id) || id <= 0xffffffff ? new Set([id]) : undefined;
	}
	const plain = name.toUpperCase().replace(/^PSCI_(?!VERSION|FEATURES|SET_|STAT_)/, '');
	const matches = plain.includes('*')
		? FUNCTIONS.filter((fn) => globMatches(plain, fn.name))
		: [functionByName(plain)].filter((fn) => fn !== undefined);
	const ids = new Set(matches.flatMap((fn) => fn.ids));
	return ids.size > 0 ? ids : undefined;
}

/** `*` stands for any run of characters. Linear: no regular expression is built from user input. */
function globMatches(pattern: string, name: string): boolean {
	const parts = pattern.split('*');
	const first = parts[0] ?? '';
	const last = parts.at(-1) ?? '';
	if (!name.startsWith(first)) return false;
	let at = first.length;
	for (const part of parts.slice(1, -1)) {
		const found = name.indexOf(part, at);
		if (found < 0) return false;
		at = found + part.length;
	}
	return name.length - last.length >= at && name.endsWith(last);
}

/** The breakpoint, stopping only where `condition` holds; not verified where that is no condition. */
export async function withCondition(
	session: Session,
	breakpoint: ResolvedBreakpoint,
	condition: string | undefined,
): Promise<ResolvedBreakpoint> {
	if (!condition?.trim() || !breakpoint.answer.verified) return breakpoint;
	try {
		const positions = await where(session, breakpoint.positions, parseCondition(condition));
		return { ...breakpoint, positions };
	} catch (error) {
		if (!(error instanceof ConditionError)) throw error;
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
		this.#positions ??= Float64Array.from([...this.#all()].flatMap((b) => b.positions)).sort();
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
