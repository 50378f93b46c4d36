/** A stretch of a scenario's text. Lines and columns from 1; the end is behind the last character. */
export interface Place {
	readonly file: string;
	readonly line: number;
	readonly column: number;
	readonly endLine: number;
	readonly endColumn: number;
	/** of a line of a library program: the place that called it */
	readonly caller?: Place;
}
