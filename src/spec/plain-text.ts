// A page as plain text for a terminal: lines wrapped, tables laid out in columns, links and marks dropped.

const WIDTH = 100;

/** The lines of `markdown`, none longer than `width` but for words, and rows of words, that cannot be. */
export function plainText(markdown: string, width = WIDTH): readonly string[] {
	const lines = markdown.split(/\r\n|\n|\r/);
	const out: string[] = [];
	for (let at = 0; at < lines.length; at++) {
		const line = lines[at] ?? '';
		if (line.startsWith('|')) {
			const end = lines.findIndex((other, n) => n > at && !other.startsWith('|'));
			const rows = lines.slice(at, end < 0 ? undefined : end);
			out.push(
				...tableLines(rows.filter((row) => !/^[|\s:-]+$/.test(row) || !row.includes('-')).map(cells), width),
			);
			at += rows.length - 1;
		} else {
			out.push(...textLines(line, width));
		}
	}
	while (out.at(-1) === '') out.pop();
	return out;
}

function textLines(line: string, width: number): readonly string[] {
	const [, marks, heading] = /^(#{1,6}) +(.*)$/.exec(line) ?? [];
	if (marks !== undefined && heading !== undefined) {
		const text = unmarked(heading);
		if (marks.length === 1) return [text, '='.repeat(text.length)];
		return [marks.length === 2 ? text.toUpperCase() : text];
	}
	const lead = /^\s*(?:[-*+]|\d+\.) +/.exec(line)?.[0] ?? '';
	const wrapped = wrap(unmarked(line.slice(lead.length)), width - lead.length);
	return wrapped.map((text, n) => (n === 0 ? lead : ' '.repeat(lead.length)) + text);
}

/** Without the marks of links, code and emphasis. */
function unmarked(text: string): string {
	return text
		.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
		.replace(/\*\*([^*]+)\*\*/g, '$1')
		.replace(/(^|[\s(])\*([^*\s][^*]*)\*/g, '$1$2')
		.replaceAll('`', '');
}

function cells(row: string): readonly string[] {
	return row
		.replace(/^\|/, '')
		.replace(/\|\s*$/, '')
		.split('|')
		.map((cell) => unmarked(cell.trim()));
}

const GAP = 2;

function tableLines(rows: readonly (readonly string[])[], width: number): readonly string[] {
	const columns = Math.max(0, ...rows.map((row) => row.length));
	const widths = Array.from({ length: columns }, (_, n) =>
		Math.max(0, ...rows.map((row) => row[n]?.length ?? 0)),
	);
	const longestWord = widths.map((_, n) =>
		Math.max(0, ...rows.flatMap((row) => (row[n] ?? '').split(' ').map((word) => word.length))),
	);
	const excess = () => widths.reduce((sum, w) => sum + w + GAP, -GAP) - width;
	while (excess() > 0) {
		const spare = widths.map((w, n) => (w > (longestWord[n] ?? 0) ? w : 0));
		const widest = spare.indexOf(Math.max(...spare));
		if (!spare[widest]) break;
		widths[widest] = (widths[widest] ?? 0) - 1;
	}
	return rows
		.filter((row) => row.some((cell) => cell !== ''))
		.flatMap((row) => {
			const wrapped = widths.map((w, n) => wrap(row[n] ?? '', w));
			const height = Math.max(...wrapped.map((lines) => lines.length));
			return Array.from({ length: height }, (_, at) =>
				wrapped
					.map((lines, n) => (lines[at] ?? '').padEnd((widths[n] ?? 0) + GAP))
					.join('')
					.trimEnd(),
			);
		});
}

/** At least one line, which may be empty. A word longer than `width` stays whole. */
function wrap(text: string, width: number): readonly string[] {
	const lines: string[] = [];
	let line = '';
	for (const word of text.split(/\s+/).filter((w) => w !== '')) {
		if (line !== '' && line.length + 1 + word.length > width) {
			lines.push(line);
			line = word;
		} else {
			line = line === '' ? word : `${line} ${word}`;
		}
	}
	return [...lines, line];
}
