// From the text of an expression to its tree. The grammar stands in ../expression.ts.

import { type NamePath, pathOf } from './names.ts';
import type { Arithmetic, Comparison, Operand } from './operand.ts';
import { ExpressionError, type Token, tokensOf } from './tokens.ts';

export type Node =
	| { readonly kind: 'value'; readonly value: Operand }
	| { readonly kind: 'path'; readonly path: NamePath }
	| { readonly kind: 'or' | 'and'; readonly left: Node; readonly right: Node }
	| { readonly kind: 'not' | 'negative' | 'complement'; readonly of: Node }
	| { readonly kind: 'compare'; readonly operator: Comparison; readonly left: Node; readonly right: Node }
	| { readonly kind: 'calculate'; readonly operator: Arithmetic; readonly left: Node; readonly right: Node }
	| { readonly kind: 'matches'; readonly left: Node; readonly pattern: string }
	| { readonly kind: 'in'; readonly left: Node; readonly list: readonly Node[] };

/** Whether it looks at a place that `is` says yes to. */
export function anyPath(node: Node, is: (path: NamePath) => boolean): boolean {
	switch (node.kind) {
		case 'value':
			return false;
		case 'path':
			return is(node.path);
		case 'not':
		case 'negative':
		case 'complement':
			return anyPath(node.of, is);
		case 'matches':
			return anyPath(node.left, is);
		case 'in':
			return anyPath(node.left, is) || node.list.some((item) => anyPath(item, is));
		default:
			return anyPath(node.left, is) || anyPath(node.right, is);
	}
}

/** From loosest to tightest. */
const LEVELS: readonly (readonly string[])[] = [
	['||'],
	['&&'],
	['==', '!=', '<', '<=', '>', '>=', '~', 'in'],
	['|'],
	['^'],
	['&'],
	['<<', '>>'],
	['+', '-'],
];
const COMPARISON_LEVEL = 2;

/** Deeper is nothing that a person wrote, and would be too deep for the stack at some point. */
const MAX_DEPTH = 50;

export function parse(text: string): Node {
	const parser = new Parser(tokensOf(text), text.length);
	return parser.whole();
}

class Parser {
	readonly #tokens: readonly Token[];
	readonly #end: number;
	#next = 0;
	#depth = 0;

	constructor(tokens: readonly Token[], end: number) {
		this.#tokens = tokens;
		this.#end = end;
	}

	whole(): Node {
		const node = this.#level(0);
		const rest = this.#tokens[this.#next];
		if (rest) throw new ExpressionError(`unexpected '${rest.text}'`, rest.at);
		return node;
	}

	/** All binary operators of `level` and tighter; those of one level from left to right. */
	#level(level: number): Node {
		const operators = LEVELS[level];
		if (!operators) return this.#unary();
		let left = this.#level(level + 1);
		for (let operator = this.#take(operators); operator; operator = this.#take(operators)) {
			left = this.#binary(operator, left, level + 1);
			// `1 < x < 3` is no chain: what it would mean is not what it says.
			if (level === COMPARISON_LEVEL) break;
		}
		return left;
	}

	#binary(operator: string, left: Node, tighter: number): Node {
		switch (operator) {
			case '||':
				return { kind: 'or', left, right: this.#level(tighter) };
			case '&&':
				return { kind: 'and', left, right: this.#level(tighter) };
			case '~':
				return { kind: 'matches', left, pattern: this.#pattern() };
			case 'in':
				return { kind: 'in', left, list: this.#list() };
			case '==':
			case '!=':
			case '<':
			case '<=':
			case '>':
			case '>=':
				return { kind: 'compare', operator, left, right: this.#level(tighter) };
			default:
				return {
					kind: 'calculate',
					operator: operator as Arithmetic,
					left,
					right: this.#level(tighter),
				};
		}
	}

	#unary(): Node {
		this.#deeper();
		const operator = this.#take(['!', '-', '~']);
		if (!operator) {
			const node = this.#primary();
			this.#depth--;
			return node;
		}
		const of = this.#unary();
		this.#depth--;
		return { kind: operator === '!' ? 'not' : operator === '-' ? 'negative' : 'complement', of };
	}

	#primary(): Node {
		if (this.#take(['('])) {
			const inner = this.#level(0);
			this.#expect(')');
			return inner;
		}
		const token = this.#tokens[this.#next];
		if (!token || token.kind === 'operator') throw this.#expected('a value');
		this.#next++;
		if (token.kind === 'number') return { kind: 'value', value: { number: BigInt(token.text) } };
		if (token.kind === 'text') return { kind: 'value', value: { name: token.text } };
		if (token.text === 'true' || token.text === 'false')
			return { kind: 'value', value: { truth: token.text === 'true' } };
		const meant = pathOf(token);
		return 'root' in meant ? { kind: 'path', path: meant } : { kind: 'value', value: meant };
	}

	#pattern(): string {
		const token = this.#tokens[this.#next];
		if (token?.kind !== 'text') throw this.#expected('a pattern in quotes');
		this.#next++;
		return token.text;
	}

	#list(): Node[] {
		const closing = this.#take(['[']) ? ']' : this.#take(['(']) ? ')' : undefined;
		if (!closing) throw this.#expected("a list such as [CPU_ON, 'SYSTEM_*']");
		const list: Node[] = [this.#level(COMPARISON_LEVEL + 1)];
		while (this.#take([','])) list.push(this.#level(COMPARISON_LEVEL + 1));
		this.#expect(closing);
		return list;
	}

	#expect(closing: string): void {
		if (!this.#take([closing])) throw this.#expected(`'${closing}'`);
	}

	#expected(what: string): ExpressionError {
		const token = this.#tokens[this.#next];
		return token
			? new ExpressionError(`expected ${what}, not '${token.text}'`, token.at)
			: new ExpressionError(`expected ${what}`, this.#end, 'at the end');
	}

	/** The next token's text where it is one of `operators`, stepping over it. */
	#take(operators: readonly string[]): string | undefined {
		const token = this.#tokens[this.#next];
		const possible = token?.kind === 'operator' || (token?.kind === 'name' && token.text === 'in');
		if (!token || !possible || !operators.includes(token.text)) return undefined;
		this.#next++;
		return token.text;
	}

	#deeper(): void {
		if (++this.#depth > MAX_DEPTH)
			throw new ExpressionError('nested too deeply', this.#tokens[this.#next]?.at ?? this.#end);
	}
}
