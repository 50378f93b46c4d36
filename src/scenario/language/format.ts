// A scenario's text with its blocks indented by two spaces and single spaces between words. What was lined up
// before `=>`, `->` and comments stays so. Lines that cannot be read stay as they are.

import type { IToken } from 'chevrotain';
import { scenarioServices } from './services.ts';

const STEP = '  ';

export function formatScenario(text: string): string {
	const { tokens, errors } = scenarioServices().parser.Lexer.tokenize(text);
	const broken = new Set(errors.map(({ line }) => line));
	const depths = depthOfLines(tokens);
	const lines = text.split(/\r\n?|\n/);
	let below = 0;
	// From the end, since a comment belongs to the line that follows it.
	const formatted = lines.map((_, n) => {
		const at = lines.length - 1 - n;
		const line = lines[at] ?? '';
		if (line.trim() === '') return '';
		const depth = depths.get(at + 1);
		if (depth !== undefined) below = depth;
		return broken.has(at + 1) ? line.trimEnd() : STEP.repeat(depth ?? below) + spaced(line.trim());
	});
	const ending = text.includes('\r\n') ? '\r\n' : '\n';
	return `${formatted.reverse().join(ending).trimEnd()}${ending}`;
}

/** By 1-based line: in how many blocks it stands. */
function depthOfLines(tokens: readonly IToken[]): ReadonlyMap<number, number> {
	const depths = new Map<number, number>();
	let depth = 0;
	for (const { tokenType, startLine = 1 } of tokens) {
		if (tokenType.name === 'INDENT') depth++;
		else if (tokenType.name === 'DEDENT') depth--;
		else if (!depths.has(startLine)) depths.set(startLine, depth);
	}
	return depths;
}

/** One space where there are more, but in quotes, in comments and where something is lined up. */
function spaced(line: string): string {
	const pieces = line.match(/"[^"]*"|#.*|[ \t]+|[^" \t#]+|"/g) ?? [];
	return pieces
		.map((piece, n) => {
			if (!/^[ \t]+$/.test(piece)) return piece;
			const next = pieces[n + 1] ?? '';
			return /^(=>|->|#)/.test(next) ? ' '.repeat(widthOf(piece)) : ' ';
		})
		.join('')
		.replace(/(\S)(=>|->)/g, (whole, before: string, arrow: string) =>
			before === '"' ? whole : `${before} ${arrow}`,
		);
}

function widthOf(gap: string): number {
	return [...gap].reduce((width, character) => width + (character === '\t' ? 4 : 1), 0);
}
