// A page of spec/: Markdown, in which clauses and rules stand one to a line. A line that stands for one is a
// list item that opens with its id, `- `cpu_on.target_stopped`: …`, possibly with a note in brackets before
// the colon. The second-level heading above it says which of the two it is. Everything else is for people.

export type AnchorKind = 'rule' | 'clause';

export interface Anchor {
	readonly kind: AnchorKind;
	readonly id: string;
	/** 1-based */
	readonly line: number;
	/** what stands in brackets between id and colon: section numbers, `informative`; empty where nothing does */
	readonly note: string;
	/** what the line says of it, as Markdown */
	readonly text: string;
}

export interface SpecPage {
	/** path of the file relative to spec/, with `/`: `psci/CPU_ON.md` */
	readonly name: string;
	/** the first first-level heading; the name where there is none */
	readonly title: string;
	readonly anchors: readonly Anchor[];
}

const FENCE = /^ {0,3}(```|~~~)/;
const HEADING = /^(#{1,2})[ \t]+(.*)$/;
const ITEM = /^- `([A-Za-z][\w-]*(?:\.[\w-]+)+)`(?: \(([^`]*?)\))?:[ \t]+(.*)$/;

/** Takes any text, also one that is no page: it then has no anchors. */
export function parsePage(name: string, text: string): SpecPage {
	const anchors: Anchor[] = [];
	let title: string | undefined;
	let kind: AnchorKind | undefined;
	let fence: string | undefined;
	for (const [at, line] of text.split(/\r\n|\n|\r/).entries()) {
		const mark = FENCE.exec(line)?.[1];
		if (mark !== undefined && (fence === undefined || fence === mark)) {
			fence = fence === undefined ? mark : undefined;
			continue;
		}
		if (fence !== undefined) continue;
		const heading = HEADING.exec(line);
		if (heading) {
			const words = (heading[2] ?? '').trim();
			if (heading[1] === '#') title ??= words;
			kind = kindUnder(words);
			continue;
		}
		const item = kind && ITEM.exec(line);
		if (kind && item)
			anchors.push({ kind, id: item[1] ?? '', line: at + 1, note: item[2] ?? '', text: item[3] ?? '' });
	}
	return { name, title: title || name, anchors };
}

/** `Clauses`; `What KVM does`, `What userspace does`, … */
function kindUnder(heading: string): AnchorKind | undefined {
	if (/^Clauses\b/.test(heading)) return 'clause';
	return /^What .* does$/.test(heading) ? 'rule' : undefined;
}
