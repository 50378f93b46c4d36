// What the arguments of a call may be called: a scenario need not write a name in full.

import type { ArgumentInfo } from '../../psci/function-info.ts';

/** `target` for target_cpu: any words of the full name that only one argument has. */
export function argumentNamed(takes: readonly ArgumentInfo[], name: string): ArgumentInfo | undefined {
	const exact = takes.find((info) => info.name === name);
	if (exact) return exact;
	const matching = takes.filter(
		(info) => `_${info.name}_`.includes(`_${name}_`) || (name === 'function' && info.kind === 'function_id'),
	);
	return matching.length === 1 ? matching[0] : undefined;
}

/** The first word of an argument's name, where that is enough to know it. */
export function shortName(takes: readonly ArgumentInfo[], info: ArgumentInfo): string {
	const words =
		info.kind === 'function_id'
			? ['function']
			: info.kind === 'level'
				? ['level', info.name]
				: [info.name.split('_')[0] ?? '', info.name];
	return words.find((word) => argumentNamed(takes, word) === info) ?? info.name;
}
