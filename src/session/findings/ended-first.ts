// What did not happen may only not have happened yet.

import type { Session } from '../session.ts';
import type { Possibility } from './finding.ts';

export function endedFirst({ kind }: Session): Possibility {
	return kind === 'simulated'
		? { cause: 'the scenario ends first', toldBy: 'a longer scenario' }
		: { cause: 'the recording ended first', toldBy: 'a longer recording' };
}
