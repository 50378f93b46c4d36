// Statements of a scenario that did not come out as expected.

import type { Session } from '../session.ts';
import { atRow, type FoundException, type Search } from './found.ts';

export function* failedExpectations(session: Session): Search {
	return (session.failures?.() ?? []).map(
		({ row, expected, got, rule }): FoundException => ({
			filterId: 'expectation',
			id: expected,
			description: `expected ${expected}, got ${got}${rule ? `, by ${rule}` : ''}`,
			details: [{ row, text: `expected ${expected}, got ${got}` }],
			position: atRow(row),
		}),
	);
}
