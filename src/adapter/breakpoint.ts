// One breakpoint: what the client asked for, and the positions of the session that it means. Positions are found
// in the background, in slices; condition and hit count are filters over them, so that a breakpoint stops at the
// same places whichever way one comes from.

import type { DebugProtocol } from '@vscode/debugprotocol';
import { type Expression, ExpressionError, parseExpression } from '../session/expression.ts';
import { filterPositions, type HitCondition, hitCondition, type Positions } from '../session/predicates.ts';
import type { Session } from '../session/session.ts';

export type BreakpointKind = 'line' | 'function' | 'data' | 'instruction' | 'exception';

/** What DAP lets a client say of any breakpoint. */
export interface Terms {
	readonly condition?: string | undefined;
	readonly hitCondition?: string | undefined;
	readonly logMessage?: string | undefined;
}

/** Finds the positions of a breakpoint in a session, before its condition. */
export type Finder = (session: Session, signal: AbortSignal) => Promise<Positions>;

/** A log message: text and what stands in braces. */
export type LogMessage = readonly (string | Expression)[];

type Answer = DebugProtocol.Breakpoint & { readonly id: number };

/** Of one that has no position yet and may get some, as the session grows: what to say when it has. */
export type Later = (session: Session, positions: Positions) => Omit<Answer, 'id'>;

export class Breakpoint {
	readonly kind: BreakpointKind;
	/** as the client was last told */
	answer: Answer;
	/** codes of the positions to stop at, ascending; undefined while they are being found */
	positions: Positions | undefined;
	/** prints instead of stopping */
	readonly log: LogMessage | undefined;
	/** what to say of it where it stops somewhere */
	readonly #meant: Answer;
	readonly #find: Finder | undefined;
	readonly #condition: Expression | undefined;
	readonly #hits: HitCondition | undefined;
	/** what to say where it turns out to have no positions */
	readonly #never: string;
	readonly #later: Later | undefined;
	/** the client has the answer: what is found out later goes to it by an event */
	told = false;

	/** `find` undefined: `answer` says why it can never stop. Terms that cannot be read say so in the answer, too. */
	constructor(
		kind: BreakpointKind,
		answer: Answer,
		find: Finder | undefined,
		terms: Terms,
		{ never = 'It stops nowhere in this session.', later }: { never?: string; later?: Later } = {},
	) {
		this.#never = never;
		this.#later = later;
		this.kind = kind;
		this.answer = answer;
		this.#meant = answer;
		try {
			if (terms.condition?.trim()) this.#condition = parseExpression(terms.condition);
			if (terms.hitCondition?.trim()) this.#hits = hitCondition(terms.hitCondition);
			this.log = terms.logMessage ? logMessageOf(terms.logMessage) : undefined;
			this.#find = find;
		} catch (error) {
			if (!(error instanceof ExpressionError)) throw error;
			const message = `It cannot be read: ${error.message}.`;
			this.answer = { ...answer, verified: false, reason: 'failed', message };
		}
	}

	/** Finds out where it stops; true where there is something new to say of it. */
	async resolve(session: Session, signal: AbortSignal): Promise<boolean> {
		this.positions = undefined;
		let found: Positions = (await this.#find?.(session, signal)) ?? [];
		if (this.#condition) found = await filterPositions(session, found, this.#condition, signal);
		const hits = this.#hits;
		this.positions = hits ? Array.from(found).filter((_, n) => hits(n + 1)) : found;
		if (!this.#find) return false;
		const { verified, message } = this.answer;
		if (found.length === 0) this.answer = { ...this.#meant, message: this.#never };
		else if (this.#later) this.answer = { id: this.#meant.id, ...this.#later(session, found) };
		else this.answer = this.#meant;
		return verified !== this.answer.verified || message !== this.answer.message;
	}
}

/** `CPU_ON of {target_cpu}`; `{{` is a brace. Throws an ExpressionError. */
function logMessageOf(text: string): LogMessage {
	const parts: (string | Expression)[] = [];
	for (const match of text.matchAll(/\{\{|\}\}|\{([^{}]*)\}|[^{}]+|[{}]/g)) {
		const [whole, expression] = match;
		if (whole === '{') throw new ExpressionError("a '}' is missing", match.index);
		if (expression === undefined) parts.push(whole === '{{' || whole === '}}' ? whole.charAt(0) : whole);
		else parts.push(parseExpression(expression));
	}
	return parts;
}
