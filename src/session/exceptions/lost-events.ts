// Gaps that the recorder left.

import { EventKind } from '../../trace/event.ts';
import { describeEvent } from '../describe.ts';
import type { Session } from '../session.ts';
import { atRow, type FoundException, type Search } from './found.ts';

export function* lostEvents(session: Session): Search {
	const { events } = session.trace;
	const found: FoundException[] = [];
	for (let row = 0; row < session.length; row++) {
		if (row % 16384 === 16383) yield row;
		if (events.kind(row) !== EventKind.lost) continue;
		const text = describeEvent(session, row);
		const description = `${text}: causes of what follows may be missing`;
		found.push({
			filterId: 'lost-events',
			id: 'lost',
			description,
			details: [{ row, text }],
			position: atRow(row),
		});
	}
	return found;
}
