// Events whose description has a text, as one types it into a search field.

import type { Session } from '../session.ts';

/** More are not marked one by one anyway. */
const MOST_FOUND = 20_000;

export interface FoundRows {
	/** ascending */
	readonly rows: readonly number[];
	/** the search ended at the most that it looks for */
	readonly more: boolean;
}

/** Yields now and then so that a long search can be sliced. Small and capital letters are the same. */
export function* searchText(
	session: Session,
	text: string,
	words: (row: number) => string,
	most = MOST_FOUND,
): Generator<number, FoundRows> {
	const wanted = text.trim().toLowerCase();
	const rows: number[] = [];
	if (wanted === '') return { rows, more: false };
	for (let row = 0; row < session.length; row++) {
		if (row % 1024 === 1023) yield row;
		if (!words(row).toLowerCase().includes(wanted)) continue;
		if (rows.length === most) return { rows, more: true };
		rows.push(row);
	}
	return { rows, more: false };
}
