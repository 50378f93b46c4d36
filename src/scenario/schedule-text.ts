// A schedule as one says it: `round robin`, `random 42`, `turns 0 1 1 0`. As in the language, for launch
// configurations.

import type { Schedule } from './statement.ts';

/** Undefined for a text that is no schedule. */
export function scheduleNamed(text: string): Schedule | undefined {
	const words = text.trim().split(/\s+/);
	const [kind, ...rest] = words;
	if (words.join(' ') === 'text order') return { kind: 'text order' };
	if (words.join(' ') === 'round robin') return { kind: 'round robin' };
	if (!rest.every((word) => /^\d{1,9}$/.test(word))) return undefined;
	if (kind === 'random' && rest.length === 1) return { kind: 'random', seed: Number(rest[0]) };
	return kind === 'turns' ? { kind: 'given', turns: rest.map(Number) } : undefined;
}
