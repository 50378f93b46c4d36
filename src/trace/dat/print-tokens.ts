// The words of a `print fmt:`: C's tokens, as far as such lines have them.

export interface Token {
	readonly kind: 'string' | 'number' | 'name' | 'sign';
	/** of a string, what it holds; of a number, digits that `BigInt` takes */
	readonly text: string;
}

const token =
	/\s*(?:"((?:[^"\\]|\\.)*)"|(0[xX][0-9a-fA-F]{1,16}|\d{1,20})[uUlL]*|'(\\?.)'|([A-Za-z_]\w*)|(->|<<|>>|[<>=!]=|&&|\|\||[-+*/%&|^~!<>?:,(){}[\]]))/y;

/** A print format is some kilobytes long at most. */
const longest = 0x1_0000;

/** Undefined where there is something else. */
export function tokensOf(text: string): readonly Token[] | undefined {
	const tokens: Token[] = [];
	const source = text.trimEnd();
	if (source.length > longest) {
		return undefined;
	}
	token.lastIndex = 0;
	while (token.lastIndex < source.length) {
		const match = token.exec(source);
		if (match === null) {
			return undefined;
		}
		const [, string, number, character, name, sign] = match;
		if (string !== undefined) {
			tokens.push({ kind: 'string', text: unescaped(string) });
		} else if (number !== undefined) {
			tokens.push({ kind: 'number', text: number.toLowerCase() });
		} else if (character !== undefined) {
			tokens.push({ kind: 'number', text: String(unescaped(character).charCodeAt(0)) });
		} else if (name !== undefined) {
			tokens.push({ kind: 'name', text: name });
		} else {
			tokens.push({ kind: 'sign', text: sign ?? '' });
		}
	}
	return tokens;
}

function unescaped(text: string): string {
	return text.replace(/\\(.)/g, (_, letter: string) =>
		letter === 'n' ? '\n' : letter === 't' ? '\t' : letter,
	);
}
