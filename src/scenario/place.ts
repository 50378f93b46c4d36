/** A stretch of a scenario's text. Lines and columns from 1; the end is behind the last character. */
export interface Place {
	readonly file: string;
	readonly line: number;
	readonly column: number;
	readonly endLine: number;
	readonly endColumn: number;
	/** of a line of a program by name: the place that called it, which may be of another one */
	readonly caller?: Place;
}

/** Where the scenario's own text led there. */
export function outermost(place: Place): Place {
	let found = place;
	while (found.caller) found = found.caller;
	return found;
}
