// What a binary file says against itself. Thrown while its structure is read, and turned into a refusal or
// into a problem of the trace by whoever knows what can still be used.

import { TraceError } from '../trace-error.ts';

export class Damage extends Error {
	override readonly name = 'Damage';
	/** in bytes from the start of the file */
	readonly offset: number;
	readonly found: string;
	readonly expected: string;
	/** the file ends too early; what is there may be sound */
	readonly truncated: boolean;

	constructor(offset: number, found: string, expected: string, truncated = false) {
		super(`byte ${offset}: found ${found}, expected ${expected}`);
		this.offset = offset;
		this.found = found;
		this.expected = expected;
		this.truncated = truncated;
	}

	refusalOf(file: string): TraceError {
		const { offset, found, expected } = this;
		return new TraceError({ file, offset, found, expected });
	}
}
