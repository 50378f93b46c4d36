// What is said of a call in a trace: the hover's Markdown, the code lens, the hint at the end of its line.

import type { Clause } from '../../psci/clause.ts';
import {
	type CallExplanation,
	type ExplainedArgument,
	sectionText,
	shortResult,
} from '../../session/call-explanation.ts';
import type { RecordedCall } from '../../session/recorded-call.ts';
import type { L10n } from './l10n.ts';
import { code, markdownText } from './markdown-text.ts';

/** A link to where a rule or clause stands in the documents; the bare text where they do not have it. */
export type LinkToId = (id: string, label: string) => string;

/** More rules than this are counted, not told: a hover is for a glance. */
const MOST_RULES = 12;
const MOST_CLAUSES = 8;

export function callMarkdown(explained: CallExplanation, l10n: L10n, link: LinkToId): string {
	return [
		heading(explained, link),
		sentence(explained.summary),
		result(explained, l10n),
		argumentsTable(explained, l10n),
		clauses(explained.clauses, l10n, link),
		rules(explained, l10n, link),
	]
		.filter(Boolean)
		.join('\n\n');
}

function heading({ name, how, caller }: CallExplanation, link: LinkToId): string {
	return `**${link(name, markdownText(name))}** (${markdownText(how)}) · ${caller}`;
}

function sentence(text: string): string {
	return text && `${markdownText(text.charAt(0).toUpperCase() + text.slice(1))}.`;
}

function argumentsTable(explained: CallExplanation, l10n: L10n): string {
	if (explained.arguments.length === 0) return '';
	const rows = explained.arguments.map(({ name, text, meaning, target }) =>
		[code(name), code(text) + (target ? ` **${markdownText(target)}**` : ''), markdownText(meaning)].join(
			' | ',
		),
	);
	const head = [l10n.t('Argument'), l10n.t('Value'), l10n.t('Meaning')].join(' | ');
	return [`| ${head} |`, '|---|---|---|', ...rows.map((row) => `| ${row} |`)].join('\n');
}

function result({ result, resultMeaning, model }: CallExplanation, l10n: L10n): string {
	const said = `${l10n.t('Result')}: **${markdownText(result)}**${resultMeaning ? `, ${markdownText(resultMeaning)}` : ''}`;
	return model?.agrees === false ? `${said}. ${l10n.t('The model gives another answer.')}` : said;
}

function clauses(all: readonly Clause[], l10n: L10n, link: LinkToId): string {
	if (all.length === 0) return '';
	const items = all
		.slice(0, MOST_CLAUSES)
		.map(
			(clause) => `- ${link(clause.id, clause.id)} (${sectionText(clause)}): ${markdownText(clause.summary)}`,
		);
	const more = all.length > MOST_CLAUSES ? [`- ${l10n.t('and {0} more', all.length - MOST_CLAUSES)}`] : [];
	return [`**${l10n.t('Clauses')}**`, '', ...items, ...more].join('\n');
}

function rules({ rules, kernel, model }: CallExplanation, l10n: L10n, link: LinkToId): string {
	if (rules.length === 0) return '';
	const left = Math.max(0, rules.length - MOST_RULES);
	const items = rules
		.slice(left)
		.map(({ id, says, outcome }) => `- ${link(id, id)}: ${markdownText(says)} → ${markdownText(outcome)}`);
	const assumed = model?.assumed.length
		? ['', `*${l10n.t('Assumed: {0}', markdownText(model.assumed.join('; ')))}*`]
		: [];
	const before = left > 0 ? [`- ${l10n.t('{0} rules before these', left)}`] : [];
	return [`**${l10n.t('Decided by (KVM of {0})', kernel)}**`, '', ...before, ...items, ...assumed].join('\n');
}

/** `CPU_ON → SUCCESS · DEN0022 F.b 5.6.1 · vCPU 1` */
export function lensText(explained: CallExplanation): string {
	const [clause] = explained.clauses;
	return [
		`${explained.name} → ${shortResult(explained.call)}`,
		...(clause ? [sectionText(clause)] : []),
		...(explained.target ? [explained.target] : []),
	].join(' · ');
}

/** VS Code cuts the hints of a line at this length (`editor.inlayHints.maximumLength`). */
const HINT_LENGTH = 43;

/** `CPU_ON vCPU 1 0x41f12498 0x0 → SUCCESS`: the last arguments give way where it would not fit. */
export function hintText(call: RecordedCall, explained: readonly ExplainedArgument[]): string {
	const name = call.call?.name ?? call.conduit;
	const values = explained.map(({ target, text }) => target ?? meaningIn(text));
	for (let kept = values.length; kept >= 0; kept--) {
		const left = kept < values.length ? ['…'] : [];
		const asked = [name, ...values.slice(0, kept), ...left].join(' ');
		const said = `${asked} → ${shortResult(call)}`;
		if (said.length <= HINT_LENGTH) return said;
	}
	return `${name} → ${shortResult(call)}`;
}

/** Of `0xc4000003 (CPU_ON)` the name; of a number without one the number. */
function meaningIn(text: string): string {
	return /\(([A-Z][A-Z0-9_]+)\)/.exec(text)?.[1] ?? text.replace(/[ ,].*$/, '');
}
