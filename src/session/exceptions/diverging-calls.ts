// Calls that were answered otherwise than the model answers them.

import { findDivergences } from '../divergence.ts';
import type { Session } from '../session.ts';
import { atRow, type Search } from './found.ts';

export function* divergingCalls(session: Session): Search {
	const { profile } = session.kernel;
	const all = yield* findDivergences(session);
	return all.map(({ row, text, recorded, modelled, rule, answered }) => ({
		filterId: 'divergence',
		id: rule,
		description: `${text} was answered ${recorded}, and Linux ${profile.name} answers ${modelled} by ${rule}`,
		details: [
			{ row, text },
			{ row: answered, text: `recorded: ${recorded}` },
		],
		position: atRow(row),
	}));
}
