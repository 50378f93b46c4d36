// A page as an outline: its headings, and under each the clauses and rules that stand there.

import { type Anchor, parsePage } from './page.ts';

export interface OutlineNode {
	readonly kind: 'heading' | Anchor['kind'];
	readonly name: string;
	/** section numbers of a clause; empty where the line has none */
	readonly detail: string;
	/** 1-based */
	readonly line: number;
	/** the last line that belongs to it */
	readonly endLine: number;
	readonly children: readonly OutlineNode[];
}

interface Growing extends Omit<OutlineNode, 'endLine' | 'children'> {
	readonly level: number;
	endLine: number;
	readonly children: Growing[];
}

const FENCE = /^ {0,3}(```|~~~)/;
const HEADING = /^(#{1,6})[ \t]+(.*?)[ \t#]*$/;

export function pageOutline(name: string, text: string): readonly OutlineNode[] {
	const lines = text.split(/\r\n|\n|\r/);
	const anchors = new Map(parsePage(name, text).anchors.map((anchor) => [anchor.line, anchor]));
	const roots: Growing[] = [];
	/** the headings that are open, outermost first */
	const open: Growing[] = [];
	const close = (level: number, endLine: number) => {
		while ((open.at(-1)?.level ?? 0) >= level) {
			const closed = open.pop();
			if (closed) closed.endLine = endLine;
		}
	};
	let fence: string | undefined;
	for (const [at, text] of lines.entries()) {
		const line = at + 1;
		const mark = FENCE.exec(text)?.[1];
		if (mark !== undefined && (fence === undefined || fence === mark))
			fence = fence === undefined ? mark : undefined;
		const heading = fence === undefined ? HEADING.exec(text) : null;
		const anchor = anchors.get(line);
		if (!heading && !anchor) continue;
		const level = heading?.[1]?.length ?? 7;
		close(level, line - 1);
		const node: Growing = {
			kind: anchor?.kind ?? 'heading',
			name: anchor?.id ?? heading?.[2] ?? '',
			detail: anchor?.note ?? '',
			line,
			endLine: line,
			level,
			children: [],
		};
		(open.at(-1)?.children ?? roots).push(node);
		if (heading) open.push(node);
	}
	close(1, lines.length);
	return roots;
}
