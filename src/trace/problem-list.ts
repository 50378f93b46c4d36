// What could not be read, counted in full and told in part: a file of ten million damaged lines must not
// become ten million messages.

import type { TraceProblem } from './trace.ts';

const most = 100;

export class ProblemList {
	count = 0;
	readonly #kept: TraceProblem[] = [];

	/** Keeps the first ones and always the last, which may say that the file is cut. */
	add(problem: TraceProblem): void {
		this.count++;
		if (this.#kept.length === most) {
			this.#kept.pop();
		}
		this.#kept.push(problem);
	}

	list(): readonly TraceProblem[] {
		return this.#kept;
	}
}

/** The beginning and the end of some bytes, in quotes, with what cannot be seen written as \xNN. */
export function excerpt(bytes: Uint8Array, start: number, end: number): string {
	const longest = 80;
	if (end - start <= longest) {
		return `"${visible(bytes, start, end)}"`;
	}
	return `"${visible(bytes, start, start + 48)}…${visible(bytes, end - 24, end)}" (${end - start} bytes)`;
}

function visible(bytes: Uint8Array, start: number, end: number): string {
	const text = new TextDecoder().decode(bytes.subarray(start, end));
	let shown = '';
	for (const char of text) {
		const code = char.codePointAt(0) ?? 0;
		shown += code < 0x20 || code === 0x7f ? `\\x${code.toString(16).padStart(2, '0')}` : char;
	}
	return shown;
}
