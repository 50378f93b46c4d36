// Why a file is not a session: what was found, where, and what would have been one. The message is
// for a person and stands alone; the fields are for programs.

/** Where a file disappoints, and how. */
export interface TraceErrorPlace {
	/** as the source names the file */
	readonly file: string;
	/** 1-based */
	readonly line?: number;
	/** in bytes from the start of the file */
	readonly offset?: number;
	readonly found: string;
	readonly expected: string;
}

export class TraceError extends Error {
	override readonly name = 'TraceError';
	readonly file: string;
	readonly line: number | undefined;
	readonly offset: number | undefined;
	readonly found: string;
	readonly expected: string;

	constructor(place: TraceErrorPlace) {
		super(`${where(place)}: found ${place.found}. Expected ${place.expected}.`);
		this.file = place.file;
		this.line = place.line;
		this.offset = place.offset;
		this.found = place.found;
		this.expected = place.expected;
	}
}

function where({ file, line, offset }: TraceErrorPlace): string {
	const parts = [
		line === undefined ? undefined : `line ${line}`,
		offset === undefined ? undefined : `byte ${offset}`,
	].filter((part) => part !== undefined);
	return parts.length === 0 ? file : `${file}, ${parts.join(', ')}`;
}
