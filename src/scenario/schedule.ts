// Whose turn it is.

import type { RunState } from './run-state.ts';
import type { Schedule } from './statement.ts';

/** One of `able` (tasks that can go on, ascending), and the generator's next state. */
export function choose(
	schedule: Schedule,
	able: readonly number[],
	{ last, turns, random }: Pick<RunState, 'last' | 'turns' | 'random'>,
): { readonly task: number; readonly random: number } {
	const first = able[0] ?? -1;
	switch (schedule.kind) {
		case 'round robin':
			return { task: able.find((task) => task > last) ?? first, random };
		case 'random': {
			const [number, after] = next(random);
			return { task: able[number % able.length] ?? first, random: after };
		}
		case 'given': {
			const wanted = schedule.turns[turns];
			if (wanted !== undefined && able.includes(wanted)) return { task: wanted, random };
			break;
		}
		case 'text order':
			break;
	}
	return { task: able.includes(last) ? last : first, random };
}

/** xorshift32: the same seed gives the same order everywhere. */
function next(state: number): [number: number, after: number] {
	let x = state === 0 ? 0x9e3779b9 : state;
	x ^= x << 13;
	x ^= x >>> 17;
	x ^= x << 5;
	return [x >>> 0, x];
}

export function seedOf(schedule: Schedule): number {
	return schedule.kind === 'random' ? schedule.seed | 0 : 0;
}
