// A word of a trace or page, told on its own: a function or its number, a return code, an event, a name of
// KVM's, the id of a clause or rule.

import { clauseById } from '../../psci/clauses.ts';
import { sectionText } from '../../session/call-explanation.ts';
import { explained } from '../../session/evaluate.ts';
import type { SpecIndex } from '../../spec/index.ts';
import type { LinkToId } from './call-text.ts';
import { markdownText } from './markdown-text.ts';

/** What can be pointed at: ids with dots, names, hexadecimal numbers, and negative ones after `=`. */
export const WORD = /0x[0-9a-fA-F]+|[A-Za-z_][\w-]*(?:\.[\w-]+)+|[A-Za-z_]\w*|(?<==)-\d+/;

/** A number or a name in capitals. Prose has words such as `version` or `call`, which are nothing to explain. */
const NAME = /^(?:0x[0-9a-fA-F]+|-\d+|[A-Z][A-Z0-9_]+)$/;

/** `prose`: the word stands in a page, where event names are ordinary words. */
export function wordMarkdown(
	word: string,
	index: SpecIndex,
	link: LinkToId,
	prose: boolean,
): string | undefined {
	const clause = clauseById(word);
	if (clause)
		return `**${link(word, word)}** (${sectionText(clause)}): ${markdownText(clause.title)}. ${markdownText(clause.summary)}`;
	const rule = index.rule(word);
	if (rule) return `**${link(word, word)}**: ${withoutLinks(rule.anchor.text)}`;
	if (prose && !NAME.test(word)) return undefined;
	const value = explained(word);
	return value ? `**${link(word, markdownText(word))}**: ${markdownText(value.text)}` : undefined;
}

/** Links of a page are relative to it: elsewhere only their text stands. */
function withoutLinks(markdown: string): string {
	return markdown.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1');
}
