// `print fmt:` of an event, understood: the template and the C expressions of its arguments, as functions of
// a record. Covers what the kernel's KVM events and the dynamic probes use; anything else is undefined.

import { calculate, castTo, isTrue, levels, numberOf, unary } from './c-operators.ts';
import type { EventField, EventFormat } from './event-format.ts';
import { type EventRecord, fieldNumber, fieldText } from './event-record.ts';
import { type Token, tokensOf } from './print-tokens.ts';
import { argumentsOf, type PrintValue, parsePrintf, printf } from './printf.ts';

type Expression = (record: EventRecord) => PrintValue;

export type PrintFormat = (record: EventRecord) => string;

export function parsePrintFormat(format: EventFormat, longBits: 32 | 64): PrintFormat | undefined {
	const tokens = tokensOf(format.printText);
	if (tokens === undefined) {
		return undefined;
	}
	try {
		const parser = new Parser(tokens, format.fields);
		const text = parser.string();
		const template = parsePrintf(text, longBits);
		const values: Expression[] = [];
		while (parser.accept(',')) {
			values.push(parser.expression());
		}
		if (!parser.atEnd || template === undefined || argumentsOf(template) !== values.length) {
			return undefined;
		}
		return (record) =>
			printf(
				template,
				values.map((value) => value(record)),
			);
	} catch (error) {
		if (error instanceof SyntaxError) {
			return undefined;
		}
		throw error;
	}
}

const typeWords =
	/^(?:unsigned|signed|int|long|short|char|void|bool|const|struct|enum|_?_?[us](?:8|16|32|64)|\w+_t)$/;
/** Nesting beyond this is no print format. */
const deepest = 64;

class Parser {
	readonly #tokens: readonly Token[];
	readonly #fields: ReadonlyMap<string, EventField>;
	#at = 0;
	#depth = 0;

	constructor(tokens: readonly Token[], fields: ReadonlyMap<string, EventField>) {
		this.#tokens = tokens;
		this.#fields = fields;
	}

	get atEnd(): boolean {
		return this.#at >= this.#tokens.length;
	}

	accept(text: string): boolean {
		const token = this.#tokens[this.#at];
		const found = token !== undefined && token.kind !== 'string' && token.text === text;
		this.#at += found ? 1 : 0;
		return found;
	}

	/** Literals side by side are one. */
	string(): string {
		let text = this.#take('string').text;
		while (this.#tokens[this.#at]?.kind === 'string') {
			text += this.#take('string').text;
		}
		return text;
	}

	expression(): Expression {
		if (++this.#depth > deepest) {
			throw new SyntaxError('nested too deeply');
		}
		const condition = this.#binary(0);
		this.#depth--;
		if (!this.accept('?')) {
			return condition;
		}
		const then = this.expression();
		this.#need(':');
		const otherwise = this.expression();
		return (record) => (isTrue(condition(record)) ? then(record) : otherwise(record));
	}

	#binary(level: number): Expression {
		const operators = levels[level];
		if (operators === undefined) {
			return this.#unary();
		}
		let left = this.#binary(level + 1);
		for (;;) {
			const operator = operators.find((text) => this.accept(text));
			if (operator === undefined) {
				return left;
			}
			const a = left;
			const b = this.#binary(level + 1);
			left = (record) => calculate(operator, a(record), b(record));
		}
	}

	#unary(): Expression {
		for (const operator of ['!', '~', '-', '+'] as const) {
			if (this.accept(operator)) {
				const operand = this.#unary();
				return (record) => unary(operator, numberOf(operand(record)));
			}
		}
		const cast = this.#cast();
		if (cast !== undefined) {
			const operand = this.#unary();
			return (record) => {
				const value = operand(record);
				return typeof value === 'string' ? value : cast(value);
			};
		}
		return this.#primary();
	}

	/** `(unsigned int)`; undefined, and nothing taken, where the parenthesis holds no type. */
	#cast(): ((value: bigint) => bigint) | undefined {
		const begin = this.#at;
		const words: string[] = [];
		if (this.accept('(')) {
			for (let token = this.#tokens[this.#at]; token !== undefined; token = this.#tokens[this.#at]) {
				if (token.kind === 'name' && (typeWords.test(token.text) || words.at(-1) === 'struct')) {
					words.push(token.text);
				} else if (words.length === 0 || token.text !== '*') {
					break;
				} else {
					words.push('long');
				}
				this.#at++;
			}
			if (words.length > 0 && this.accept(')')) {
				return castTo(words);
			}
		}
		this.#at = begin;
		return undefined;
	}

	#primary(): Expression {
		if (this.accept('(')) {
			const inner = this.expression();
			this.#need(')');
			return inner;
		}
		const token = this.#tokens[this.#at];
		if (token?.kind === 'string') {
			const text = this.string();
			return () => text;
		}
		if (token?.kind === 'number') {
			this.#at++;
			const value = BigInt(token.text);
			return () => value;
		}
		const { text } = this.#take('name');
		if (text === 'REC') {
			this.#need('->');
			return this.#field(this.#take('name').text);
		}
		this.#need('(');
		return this.#call(text);
	}

	#field(name: string): Expression {
		const field = this.#fieldNamed(name);
		if (this.accept('[')) {
			const index = this.expression();
			this.#need(']');
			return (record) => fieldNumber(record, field, Number(numberOf(index(record)) & 0xffffn));
		}
		return field.elements > 0 ? (record) => fieldText(record, field) : (record) => fieldNumber(record, field);
	}

	#call(name: string): Expression {
		switch (name) {
			case '__print_symbolic':
				return this.#symbolic();
			case '__print_flags':
				return this.#flags();
			case '__get_str':
			case '__get_rel_str': {
				const field = this.#fieldNamed(this.#take('name').text);
				this.#need(')');
				return (record) => fieldText(record, field);
			}
			// Macros for constants that older kernels leave in: UL(1), _UL(1).
			case 'UL':
			case '_UL':
			case 'ULL':
			case '_ULL': {
				const inner = this.expression();
				this.#need(')');
				return inner;
			}
			default:
				throw new SyntaxError(`unknown function ${name}`);
		}
	}

	#symbolic(): Expression {
		const value = this.expression();
		const pairs = new Map(this.#pairs());
		return (record) => {
			const number = numberOf(value(record));
			return pairs.get(BigInt.asUintN(64, number)) ?? `0x${BigInt.asUintN(64, number).toString(16)}`;
		};
	}

	#flags(): Expression {
		const value = this.expression();
		this.#need(',');
		const between = this.string();
		const pairs = this.#pairs();
		return (record) => {
			let left = BigInt.asUintN(64, numberOf(value(record)));
			const names: string[] = [];
			for (const [mask, name] of pairs) {
				if (mask !== 0n && (left & mask) === mask) {
					names.push(name);
					left &= ~mask;
				}
			}
			return (left === 0n ? names : [...names, `0x${left.toString(16)}`]).join(between);
		};
	}

	/** `, { value, "name" }, …)`: the values are constants. */
	#pairs(): [bigint, string][] {
		const pairs: [bigint, string][] = [];
		const nothing = { view: new DataView(new ArrayBuffer(0)), start: 0, little: true };
		while (this.accept(',')) {
			this.#need('{');
			const value = BigInt.asUintN(64, numberOf(this.expression()(nothing)));
			this.#need(',');
			const name = this.string();
			this.#need('}');
			// The first of two with the same value is the one that the kernel prints.
			if (!pairs.some(([other]) => other === value)) {
				pairs.push([value, name]);
			}
		}
		this.#need(')');
		return pairs;
	}

	#fieldNamed(name: string): EventField {
		const field = this.#fields.get(name);
		if (field === undefined) {
			throw new SyntaxError(`no field ${name}`);
		}
		return field;
	}

	#take(kind: Token['kind']): Token {
		const token = this.#tokens[this.#at++];
		if (token?.kind !== kind) {
			throw new SyntaxError(`expected a ${kind}`);
		}
		return token;
	}

	#need(text: string): void {
		if (!this.accept(text)) {
			throw new SyntaxError(`expected ${text}`);
		}
	}
}
