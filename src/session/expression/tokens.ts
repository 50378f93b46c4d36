// The words of an expression, each with its place.

export interface Token {
	readonly kind: 'number' | 'name' | 'text' | 'operator';
	/** of a text: without its quotes */
	readonly text: string;
	/** 0-based place in the expression */
	readonly at: number;
}

/** Says where and why a text is no expression. */
export class ExpressionError extends Error {
	/** 0-based place in the text */
	readonly at: number;

	constructor(problem: string, at: number, place = `at ${at + 1}`) {
		super(`${problem} ${place}`);
		this.at = at;
	}
}

/** Longer is nothing that a person wrote. */
const MAX_LENGTH = 1000;

// A name's dots and its indices belong to it: `vm[0].vcpu[2].mp_state`, `cpu_on.target_stopped`.
const TOKEN =
	/\s*(?:(0[xX][0-9a-fA-F]{1,16}(?![\w.])|\d{1,20}(?![\w.]))|([A-Za-z_]\w*(?:\[\d{1,5}\]|\.\w+)*)|"([^"]*)"|'([^']*)'|(==|!=|<=|>=|<<|>>|&&|\|\||[<>!()[\],~+\-&|^]))/y;

export function tokensOf(text: string): Token[] {
	if (text.length > MAX_LENGTH) throw new ExpressionError(`longer than ${MAX_LENGTH} characters`, MAX_LENGTH);
	const tokens: Token[] = [];
	const scanner = new RegExp(TOKEN);
	const end = text.trimEnd().length;
	while (scanner.lastIndex < end) {
		const start = scanner.lastIndex;
		const found = scanner.exec(text);
		if (!found) {
			const at = start + text.slice(start).search(/\S/);
			throw new ExpressionError(`unexpected '${text[at]}'`, at);
		}
		const [whole, number, name, double, single, operator] = found;
		const at = start + whole.search(/\S/);
		if (number !== undefined) tokens.push({ kind: 'number', text: number, at });
		else if (name !== undefined) tokens.push({ kind: 'name', text: name, at });
		else if (operator !== undefined) tokens.push({ kind: 'operator', text: operator, at });
		else tokens.push({ kind: 'text', text: double ?? single ?? '', at });
	}
	return tokens;
}
