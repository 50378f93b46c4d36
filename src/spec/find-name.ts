// Where the documents tell of a name: the id of a rule or clause, a function or its number, a return code, or
// any other word (`KVM_EXIT_SYSTEM_EVENT`). What a page is about counts more than what it mentions.

import { type FunctionInfo, functionById, functionByName } from '../psci/functions.ts';
import { RETURN_CODES } from '../psci/return-codes.ts';
import type { SpecPage } from './page.ts';
import { pageOfFunction } from './page-names.ts';
import type { SpecIndex } from './spec-index.ts';

/** A page with its text, line by line. */
export interface PageText {
	readonly page: SpecPage;
	readonly lines: readonly string[];
}

export interface NamedPlace {
	/** name of the page */
	readonly page: string;
	/** 1-based */
	readonly line: number;
}

/** What a row of a table of status codes looks like: the code stands in the second column. */
const CODE_ROW = /^\|\s*`?-?\d+`?\s*\|\s*`?([A-Z_]+)`?\s*\|/;

/** `near`: the page that the reader is on, or that the call is about; it is asked first. */
export function placeOfName(
	pages: readonly PageText[],
	index: SpecIndex,
	word: string,
	near?: string,
): NamedPlace | undefined {
	const place = index.rule(word) ?? index.clause(word);
	if (place) return { page: place.page.name, line: place.line };
	const fn = functionOf(word);
	if (fn) {
		const own = pageOfFunction(fn);
		// The other services share a page, where the function is a line among others.
		const names = [fn.name, `PSCI_${fn.name}`, ...(word.includes('_') ? [word] : [])];
		const about = pages.filter(({ page }) => page.name === own);
		return titled(about, fn.name) ?? mentioned(about, names) ?? mentioned(pages, names);
	}
	const ordered = startingWith(pages, near);
	const code = codeOf(word);
	if (code !== undefined) return codeRow(ordered, code);
	return /^KVM_[A-Z0-9_]+$/.test(word) ? mentioned(ordered, [word]) : undefined;
}

/** The function that a word names: `CPU_ON`, `PSCI_CPU_ON`, `0xc4000003`. Words in lower case are prose. */
function functionOf(word: string): FunctionInfo | undefined {
	if (/^[A-Z][A-Z0-9_]+$/.test(word)) return functionByName(word);
	const number = numberOf(word);
	return number !== undefined && number <= 0xffffffffn ? functionById(Number(number))?.fn : undefined;
}

function codeOf(word: string): string | undefined {
	if (RETURN_CODES.some((code) => code.name === word)) return word;
	const number = numberOf(word);
	if (number === undefined || number === 0n) return undefined;
	// A 32-bit status in a register may be zero-extended.
	const signed = BigInt.asIntN(number <= 0xffffffffn ? 32 : 64, number);
	return RETURN_CODES.find((code) => BigInt(code.value) === signed)?.name;
}

function numberOf(word: string): bigint | undefined {
	return /^0x[0-9a-f]{1,16}$/i.test(word) ? BigInt(word) : undefined;
}

function startingWith(pages: readonly PageText[], name: string | undefined): readonly PageText[] {
	return pages.toSorted((a, b) => Number(b.page.name === name) - Number(a.page.name === name));
}

function titled(pages: readonly PageText[], fn: string): NamedPlace | undefined {
	const page = pages.find(({ page }) => page.title === fn);
	if (!page) return undefined;
	const heading = page.lines.findIndex((line) => line.startsWith('# '));
	return { page: page.page.name, line: Math.max(heading, 0) + 1 };
}

function codeRow(pages: readonly PageText[], code: string): NamedPlace | undefined {
	for (const { page, lines } of pages) {
		const at = lines.findIndex((line) => CODE_ROW.exec(line)?.[1] === code);
		if (at >= 0) return { page: page.name, line: at + 1 };
	}
	return undefined;
}

/** The line that says most about one of the words: a heading, a table's row about it, a rule or clause, any. */
function mentioned(pages: readonly PageText[], words: readonly string[]): NamedPlace | undefined {
	let best: NamedPlace | undefined;
	let bestWeight = 0;
	const whole = new RegExp(`(?<![\\w-])(?:${words.join('|')})(?![\\w-])`);
	for (const { page, lines } of pages) {
		lines.forEach((line, at) => {
			const weight = whole.test(line) ? weightOf(line, words) : 0;
			if (weight <= bestWeight) return;
			best = { page: page.name, line: at + 1 };
			bestWeight = weight;
		});
	}
	return best;
}

function weightOf(line: string, words: readonly string[]): number {
	if (line.startsWith('#')) return 4;
	if (words.some((word) => line.replaceAll('`', '').startsWith(`| ${word} |`))) return 3;
	return line.startsWith('- `') ? 2 : 1;
}
