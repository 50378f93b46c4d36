// Conditions over a session's values: `vcpu[2].mp_state == STOPPED && x1 > 0x40000000`. A small language of
// its own, parsed by hand and bounded: nothing of it is ever evaluated as JavaScript.
//
//   or         = and { '||' and }
//   and        = not { '&&' not }
//   not        = '!' not | '(' or ')' | comparison
//   comparison = operand [ ('==' | '!=' | '<' | '<=' | '>' | '>=') operand ]
//   operand    = number | path | NAME

/** What an operand stands for: a number, a name, or both (STOPPED is 5). Neither: unknown. */
export interface Operand {
	readonly number?: bigint;
	readonly name?: string;
}

/** The value of a path such as `vcpu[1].mp_state`, or the meaning of a name such as ALREADY_ON. */
export type Lookup = (path: string) => Operand | undefined;

export type Condition =
	| { readonly kind: 'or' | 'and'; readonly parts: readonly Condition[] }
	| { readonly kind: 'not'; readonly part: Condition }
	| { readonly kind: 'compare'; readonly operator: Operator; readonly left: Term; readonly right: Term }
	| { readonly kind: 'truth'; readonly term: Term };

type Term = { readonly number: bigint } | { readonly path: string };
type Operator = '==' | '!=' | '<' | '<=' | '>' | '>=';

/** Says where a text is no condition. */
export class ConditionError extends Error {}

/** Longer is no condition that a person wrote; it also bounds the depth of nesting. */
const MAX_LENGTH = 500;
const TOKEN = /\s*(?:(0x[0-9a-fA-F]{1,16}|-?\d{1,20})|([A-Za-z_][\w.[\]]*)|(==|!=|<=|>=|&&|\|\||[<>!()]))/y;

export function parseCondition(text: string): Condition {
	if (text.length > MAX_LENGTH) throw new ConditionError(`a condition has at most ${MAX_LENGTH} characters`);
	const parser = new Parser(tokensOf(text));
	const condition = parser.or();
	parser.end();
	return condition;
}

interface Token {
	readonly text: string;
	readonly kind: 'number' | 'name' | 'operator';
	readonly at: number;
}

function tokensOf(text: string): Token[] {
	const tokens: Token[] = [];
	const scanner = new RegExp(TOKEN);
	const end = text.trimEnd().length;
	while (scanner.lastIndex < end) {
		const at = scanner.lastIndex;
		const [, number, name, operator] = scanner.exec(text) ?? [];
		const found = number ?? name ?? operator;
		if (found === undefined)
			throw new ConditionError(`unexpected '${text.slice(at).trim()[0]}' at ${at + 1}`);
		tokens.push({ text: found, kind: number ? 'number' : name ? 'name' : 'operator', at });
	}
	return tokens;
}

class Parser {
	readonly #tokens: readonly Token[];
	#next = 0;

	constructor(tokens: readonly Token[]) {
		this.#tokens = tokens;
	}

	or(): Condition {
		return this.#chain('||', 'or', () => this.#chain('&&', 'and', () => this.#not()));
	}

	end(): void {
		const token = this.#tokens[this.#next];
		if (token) throw new ConditionError(`unexpected '${token.text}' at ${token.at + 1}`);
	}

	#chain(operator: string, kind: 'or' | 'and', part: () => Condition): Condition {
		const first = part();
		const parts = [first];
		while (this.#take(operator)) parts.push(part());
		return parts.length === 1 ? first : { kind, parts };
	}

	#not(): Condition {
		if (this.#take('!')) return { kind: 'not', part: this.#not() };
		if (this.#take('(')) {
			const inner = this.or();
			if (!this.#take(')')) throw new ConditionError("a ')' is missing");
			return inner;
		}
		const left = this.#term();
		const operator = (['==', '!=', '<=', '>=', '<', '>'] as const).find((o) => this.#take(o));
		return operator
			? { kind: 'compare', operator, left, right: this.#term() }
			: { kind: 'truth', term: left };
	}

	#term(): Term {
		const token = this.#tokens[this.#next];
		if (!token || token.kind === 'operator')
			throw new ConditionError(`expected a value ${token ? `at ${token.at + 1}` : 'at the end'}`);
		this.#next++;
		if (token.kind === 'name') return { path: token.text };
		return { number: BigInt(token.text) };
	}

	#take(operator: string): boolean {
		const token = this.#tokens[this.#next];
		if (token?.kind !== 'operator' || token.text !== operator) return false;
		this.#next++;
		return true;
	}
}

/** Whether the condition holds. What is unknown equals nothing, and is neither less nor greater. */
export function holds(condition: Condition, lookup: Lookup): boolean {
	switch (condition.kind) {
		case 'or':
			return condition.parts.some((part) => holds(part, lookup));
		case 'and':
			return condition.parts.every((part) => holds(part, lookup));
		case 'not':
			return !holds(condition.part, lookup);
		case 'truth': {
			const { number, name } = operandOf(condition.term, lookup);
			return number === undefined ? name !== undefined : number !== 0n;
		}
		case 'compare':
			return compare(
				condition.operator,
				operandOf(condition.left, lookup),
				operandOf(condition.right, lookup),
			);
	}
}

function operandOf(term: Term, lookup: Lookup): Operand {
	if ('number' in term) return { number: term.number };
	// A name that is no value and no known constant stands for itself: `function == CPU_ON`.
	return lookup(term.path) ?? { name: term.path };
}

function compare(operator: Operator, a: Operand, b: Operand): boolean {
	const numbers = a.number !== undefined && b.number !== undefined;
	const equal = numbers
		? a.number === b.number || BigInt.asUintN(64, a.number ?? 0n) === BigInt.asUintN(64, b.number ?? 0n)
		: a.name !== undefined && a.name.toUpperCase() === b.name?.toUpperCase();
	if (operator === '==') return equal;
	if (operator === '!=') return !equal;
	if (!numbers || a.number === undefined || b.number === undefined) return false;
	if (operator === '<') return a.number < b.number;
	if (operator === '<=') return a.number <= b.number;
	if (operator === '>') return a.number > b.number;
	return a.number >= b.number;
}
