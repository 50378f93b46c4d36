// What a word of the language says of itself, as Markdown: for hovers and completions.

import type { FunctionInfo } from '../psci/function-info.ts';
import { functionByName } from '../psci/functions.ts';
import { shortName } from '../scenario/language/argument-names.ts';
import {
	ANYWHERE,
	CAPABILITIES,
	ERRNOS,
	EVENT_FLAGS,
	FEATURES,
	FILTER_WORDS,
	HYPERCALL_FLAGS,
	MP_STATES,
	OBSERVE,
	POLICY_WORDS,
	REGISTERS,
	REQUESTS,
	SYSTEM_EVENTS,
	type Word,
} from '../scenario/language/vocabulary.ts';
import { KEYWORDS } from './keywords.ts';

const LISTS: readonly (readonly Word[])[] = [
	SYSTEM_EVENTS,
	MP_STATES,
	EVENT_FLAGS,
	FEATURES,
	CAPABILITIES,
	REGISTERS,
	REQUESTS,
	FILTER_WORDS,
	POLICY_WORDS,
	OBSERVE,
	HYPERCALL_FLAGS,
	ERRNOS,
	ANYWHERE,
];

/** Undefined for a word that has no meaning of its own; `words` are asked first. */
export function wordText(name: string, words: readonly Word[] = []): string | undefined {
	const fn = /^[A-Z]/.test(name) ? functionByName(name) : undefined;
	const own = words.find((word) => word.name === name);
	if (own && fn === undefined) return entryText(own);
	if (fn) return functionText(fn);
	const found = LISTS.flat().find((word) => word.name === name);
	if (found) return entryText(found);
	const keyword = KEYWORDS[name];
	return keyword && `**${name}**: ${keyword}`;
}

function entryText({ name, value, says }: Word): string {
	const shown = value > 9n || value < -9n ? `0x${BigInt.asUintN(64, value).toString(16)}` : `${value}`;
	return `**${name}** (${shown}): ${says}`;
}

function functionText(fn: FunctionInfo): string {
	const numbers = fn.ids.map((id) => `\`0x${id.toString(16)}\``).join(', ');
	const since = fn.since ? `, PSCI ${fn.since}` : '';
	const args = fn.arguments.map(
		(info) => `- \`${shortName(fn.arguments, info)}\` (${info.name}): ${info.meaning}`,
	);
	const codes =
		fn.codes.length > 0
			? [`Returns ${fn.codes.join(', ')}${fn.noReturn ? ' only where it fails' : ''}.`]
			: [];
	return [
		`**${fn.name}** ${signature(fn)}\n`,
		`${fn.summary} (${fn.service}${since}; ${numbers})\n`,
		...args,
		'',
		...codes,
		`*${fn.source}*`,
	].join('\n');
}

function signature(fn: FunctionInfo): string {
	return fn.arguments.map((info) => `${shortName(fn.arguments, info)}=…`).join(' ');
}
