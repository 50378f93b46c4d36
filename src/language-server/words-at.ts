// Which names may stand at a place of a line, told from what is before it on the line.

import { PROFILES } from '../kvm/index.ts';
import type { FunctionInfo } from '../psci/function-info.ts';
import { FUNCTIONS, functionByName } from '../psci/functions.ts';
import { PSCI_VERSIONS } from '../psci/versions.ts';
import { argumentNamed, shortName } from '../scenario/language/argument-names.ts';
import { LIBRARIES } from '../scenario/language/library.ts';
import {
	ANYWHERE,
	ARM64_STATES,
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
	wordsOfArgument,
	wordsOfResult,
} from '../scenario/language/vocabulary.ts';

export type ProposalKind = 'function' | 'argument' | 'value' | 'vcpu' | 'program' | 'setting';

export interface Proposal {
	readonly name: string;
	readonly kind: ProposalKind;
	/** one line beside the name */
	readonly detail: string;
	/** what is inserted, where that is more than the name */
	readonly insert?: string;
}

/** What the proposals need to know of the text around the line. */
export interface Around {
	readonly vcpus: number;
	/** the line belongs to a program, so that a call needs no vCPU */
	readonly inProgram: boolean;
	/** names of the text: definitions with their parameters */
	readonly definitions: ReadonlyMap<string, readonly string[]>;
	/** the function of the call before, whose result conditions look at */
	readonly last: FunctionInfo | undefined;
}

const values = (words: readonly Word[]): Proposal[] =>
	words.map(({ name, says }) => ({ name, kind: 'value', detail: says }));
const settings = (names: readonly string[], detail: string): Proposal[] =>
	names.map((name) => ({ name, kind: 'setting', detail }));
const STATES = MP_STATES.filter(({ name }) => ARM64_STATES.includes(name));
const PROFILE_NAMES = PROFILES.map(({ name }) => name);
const VCPU = /^(?:\w+:\s*)?(?:vcpu\d+|self|\w+)\s+$/;

/** Each row: what is before, and what may follow. The first that fits says it all. */
const PLACES: readonly (readonly [
	RegExp,
	(match: RegExpExecArray, around: Around) => readonly Proposal[],
])[] = [
	[/^kernel\s+$/, () => settings(PROFILE_NAMES, 'a kernel')],
	[/\bkernel\s*[=!<>]=?\s*$/, () => settings(PROFILE_NAMES, 'a kernel')],
	[/^psci\s+$/, () => settings(Object.keys(PSCI_VERSIONS), 'a PSCI version')],
	[/^policy\s+$/, () => values(POLICY_WORDS)],
	[/^(?:capability|check|enable)\s+$/, () => values(CAPABILITIES)],
	[/\bfeatures\s+(?:\w+\s*,\s*)*$/, () => values(FEATURES)],
	[/^observe\s+$/, () => values(OBSERVE)],
	[/^filter\s+$/, () => functions()],
	[/^filter\s+\S+(?:\s*\+\s*\d+|\s*\.\.\s*\S+)?\s+$/, () => values(FILTER_WORDS)],
	[
		/\bexit\s+$/,
		() => [
			...SYSTEM_EVENTS.map(
				(e): Proposal => ({ name: `SYSTEM_EVENT/${e.name}`, kind: 'value', detail: e.says }),
			),
			{ name: 'HYPERCALL', kind: 'value', detail: 'forwarded by the SMCCC filter' },
		],
	],
	[/\bexit\s+SYSTEM_EVENT\s*\/\s*$/, () => values(SYSTEM_EVENTS)],
	[
		/\bexit\s+(\w+)\b.*\bflags=\s*$/,
		([, reason]) => values(reason === 'HYPERCALL' ? HYPERCALL_FLAGS : EVENT_FLAGS),
	],
	[
		/\bexit\s+\w+(?:\/\w+)?\s+$/,
		() => [{ name: 'flags', kind: 'argument', detail: "the event's flags", insert: 'flags=' }],
	],
	[/\berror\s+$/, () => values(ERRNOS)],
	[
		/^state\s+\w+\s+$/,
		() => [...values(STATES), { name: 'asleep', kind: 'value', detail: 'stopped, suspended or waiting' }],
	],
	[/\bmachine\s+is\s+$/, () => settings(['running', 'off', 'hibernated'], 'a state of the machine')],
	[
		/\bis\s+$/,
		() => [...values(STATES), { name: 'asleep', kind: 'value', detail: 'stopped, suspended or waiting' }],
	],
	[/\bpending\s+$/, () => values(REQUESTS)],
	[/\bmp_state\s+$|\bmp_state\s*=>\s*$/, () => values(STATES)],
	[/\b(?:vcpu\d+|self)\.$/, () => values(REGISTERS)],
	[/^(?:state|run|irq|fiq|set|get|create|init|list|wake)\s+$/, (_, around) => vcpus(around)],
	[/\buse\s+$/, (_, { definitions }) => programs(definitions)],
	[
		/\buse\s+linux\.$/,
		(_, { definitions }) =>
			programs(definitions)
				.filter(({ name }) => name.startsWith('linux.'))
				.map((p) => ({ ...p, name: p.name.slice('linux.'.length) })),
	],
	[
		/\buse\s+([\w.]+)\s*\((?:[^()]*,)?\s*$/,
		([, name = ''], { definitions }) => parameters(name, definitions),
	],
	[/=>\s*(?:[^#]*(?:,|\bor|\bnot|\belse)\s+)?$/, (match, around) => expected(match.input, around)],
	[/\b(?:until|while|if|expect)\b.*(?:==|!=)\s*$/, (_, { last }) => values(wordsOfResult(last))],
];

/** What may follow `before`, the line up to the word that is typed. */
export function wordsAt(before: string, around: Around): readonly Proposal[] {
	const line = before.trimStart();
	const argument = /([A-Z][A-Z0-9_]+)\b[^#=]*(?:\s\w+=[^#]*)?\s(\w+)=\s*$/.exec(line);
	const called = calledOn(line);
	if (called && argument) return argumentValues(called, argument[2] ?? '', around);
	for (const [pattern, proposals] of PLACES) {
		const match = pattern.exec(line);
		if (match) return proposals(match, around);
	}
	if (line === '' || /^\w+:\s*$/.test(line))
		return around.inProgram ? [...functions(), ...vcpus(around)] : vcpus(around);
	if (VCPU.test(line)) return functions();
	if (called && /\s$/.test(line) && !line.includes('=>')) return argumentNames(called, line);
	return [];
}

/** The function that the line calls by name. */
export function calledOn(line: string): FunctionInfo | undefined {
	const name = /^(?:\w+:\s*)?(?:(?:vcpu\d+|[a-z]\w*)\s+)?([A-Z][A-Z0-9_]+)\b/.exec(line.trimStart())?.[1];
	return name === undefined ? undefined : functionByName(name);
}

function functions(): Proposal[] {
	return FUNCTIONS.filter((fn) => !fn.alphaOnly).map(({ name, summary, since }) => ({
		name,
		kind: 'function',
		detail: since ? `${summary} (PSCI ${since})` : summary,
	}));
}

function vcpus({ vcpus: count, inProgram }: Around): Proposal[] {
	const names = Array.from({ length: Math.min(count, 64) }, (_, n) => `vcpu${n}`);
	return [...names, ...(inProgram ? ['self'] : [])].map((name) => ({
		name,
		kind: 'vcpu',
		detail: name === 'self' ? 'the vCPU of this program' : 'a vCPU of the machine',
	}));
}

function argumentNames(fn: FunctionInfo, line: string): Proposal[] {
	const given = [...line.matchAll(/(\w+)=/g)].map((match) => argumentNamed(fn.arguments, match[1] ?? ''));
	return fn.arguments
		.filter((info) => !given.includes(info))
		.map((info) => {
			const name = shortName(fn.arguments, info);
			return { name, kind: 'argument', detail: `${info.name}: ${info.meaning}`, insert: `${name}=` };
		});
}

function argumentValues(fn: FunctionInfo, name: string, around: Around): Proposal[] {
	const info = argumentNamed(fn.arguments, name);
	if (!info) return [];
	return [...(info.kind === 'affinity' ? vcpus(around) : []), ...values(wordsOfArgument(info.kind))];
}

function programs(definitions: Around['definitions']): Proposal[] {
	const own = [...definitions.keys()].map(
		(name): Proposal => ({ name, kind: 'program', detail: 'a program of this file' }),
	);
	const library = LIBRARIES.flatMap((known) => known.names()).map(
		(name): Proposal => ({ name, kind: 'program', detail: 'what Linux guests do' }),
	);
	return [...own, ...library];
}

function parameters(name: string, definitions: Around['definitions']): Proposal[] {
	const known = definitions.get(name) ?? LIBRARIES.flatMap((library) => library.parameters(name));
	return known.map((parameter) => ({
		name: parameter,
		kind: 'argument',
		detail: `an argument of ${name}`,
		insert: `${parameter}=`,
	}));
}

/** Results of the function that the line calls: those that it may give come first. */
function expected(line: string, around: Around): Proposal[] {
	const fn = calledOn(line);
	if (!fn && /^(set|create|init|enable|filter|attribute|irq|fiq)\b/.test(line)) return values(ERRNOS);
	const of = fn ?? around.last;
	const words = wordsOfResult(of);
	const codes = of?.codes ?? [];
	const likely =
		of?.result === 'status' && codes.length > 0
			? words.filter(({ name }) => codes.includes(name) || name === 'NOT_SUPPORTED')
			: words;
	return values(likely.length > 0 ? likely : ANYWHERE);
}
