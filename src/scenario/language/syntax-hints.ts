// What is told of lines that people write who know other languages, or this one a little. Asked only about lines
// with a syntax error, so that a pattern may be broad.

import { functionByName } from '../../psci/functions.ts';
import { nearestName } from '../../psci/nearest-name.ts';
import { shortName } from './argument-names.ts';

const RIGHT: readonly (readonly [RegExp, string])[] = [
	[/^kernel\s+v\d/i, "a kernel's version stands without 'v': kernel 7.2"],
	[/^(scenario|include)\b\s*[^"]*$/, 'what stands here is in quotes'],
	[/^node\s+(?!hvc|smc)\w+\s*$/, 'the guest calls by hvc or smc: node smc'],
	[/^schedule\s+random\s*$/, 'a random order has a seed: schedule random 42'],
	[/^program\s*$/, "a program of whom? 'program vcpu0', or 'program vmm'"],
	[/^power\b/, "the VMM's only switch is 'power on'; a guest switches itself off by SYSTEM_OFF"],
	[/^elif\b/, "'else if', as deep as its 'if'"],
	[/^else\b/, "'else' stands below the lines of its 'if', as deep as that"],
	[/^repeat\b.*\btimes\b/, 'how often stands alone: repeat 3'],
	[/^for\b.*\s(to|\.\.\.)\s/, "a range has two dots: 'for cpu in vcpu1..vcpu3'"],
	[/^(run|irq|fiq|wake|init|list|create|state)\s+\d/, 'vCPUs are named: vcpu0, vcpu1, …'],
	[/^(irq|fiq)\s+\w+\s+\w+\s*$/, "'irq vcpu1' raises the line, 'irq vcpu1 off' lowers it"],
	[/^state\s+\w+\s+is\b/, "a state stands without 'is' here: state vcpu1 STOPPED"],
	[/^(vcpu\d+|self)\s+(is|pending)\b/, "what must be true begins with 'expect', or with 'state' and a vCPU"],
	[
		/^(expect|if|while|wait\s+until|repeat\b.*\buntil)\b.*\b(vcpu\d+|self)\s+[A-Z]+\b/,
		"a state stands behind 'is': vcpu1 is STOPPED",
	],
	[
		/^(expect|if|while|wait|repeat)\b.*[^=!<>]=(?![=>])/,
		"'==' compares; a single '=' gives an argument its value",
	],
	[/^(\w+\s+)?linux\.\w/, "'use' calls a program: vcpu0 use linux.probe"],
	[/\buse\s+[\w.]+\s*\((?!\s*\w+\s*=)/, 'arguments go by name: use linux.cpu_on(cpu=vcpu1)'],
	[/\s=\s+[A-Z]/, "what is expected stands behind '=>'"],
	[/^\w+:\s*$/, 'a label stands before an action, on the same line'],
];

/** Words that a line begins with, beside vCPUs and functions. */
const STARTS: readonly string[] = [
	...['scenario', 'needs', 'include', 'machine', 'const', 'define', 'program', 'schedule'],
	...[
		'if',
		'else',
		'repeat',
		'while',
		'for',
		'let',
		'wait',
		'use',
		'run',
		'irq',
		'fiq',
		'set',
		'get',
		'create',
	],
	...[
		'init',
		'list',
		'check',
		'enable',
		'attribute',
		'filter',
		'observe',
		'power',
		'wake',
		'state',
		'expect',
	],
	'exit',
];

/** A first word that begins no line but is near to one that does, with its 1-based column. */
export function misspeltStart(line: string) {
	const [, before = '', word = ''] = /^(\s*)([a-z]{3,})\b(?!:)/.exec(line) ?? [];
	const near = STARTS.includes(word) ? undefined : nearestName(word, STARTS);
	return near === undefined ? undefined : { word, near, column: before.length + 1 };
}

/** Undefined where nothing better is known than what the parser says. */
export function syntaxHint(line: string): string | undefined {
	const text = line.replace(/#.*$/, '').trim();
	return RIGHT.find(([pattern]) => pattern.test(text))?.[1] ?? withoutNames(text);
}

const WAYS = /^(hvc|smc|a32|a64|smc32|smc64|v0\.1)$/;

/** `CPU_ON vcpu1 pad0`: a call by name whose arguments have none. */
function withoutNames(text: string): string | undefined {
	const [, name = '', given = ''] = /^(?:\w+:\s*)?(?:\w+\s+)?([A-Z][A-Z0-9_]+)\s+([^=>-]*)$/.exec(text) ?? [];
	const fn = functionByName(name);
	const words = given.split(/\s+/).filter((word) => word !== '' && !WAYS.test(word));
	if (!fn || words.length === 0) return undefined;
	if (fn.arguments.length === 0) return `${fn.name} takes no arguments`;
	const names = fn.arguments.map((info) => `${shortName(fn.arguments, info)}=…`);
	return `arguments go by name: ${fn.name} ${names.join(' ')}`;
}
