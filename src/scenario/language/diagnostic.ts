// What is wrong with a scenario's text, and what would make it right.

import { outermost, type Place } from '../place.ts';

export type Severity = 'error' | 'warning' | 'information';

/** Stable names, for quick fixes and tests. */
export type DiagnosticCode =
	| 'syntax'
	| 'unknown-name'
	| 'out-of-range'
	| 'unavailable'
	| 'cannot-happen'
	| 'wrong-place'
	| 'duplicate'
	| 'include'
	| 'too-much';

/** Text that, put in place of the diagnostic's range or of `place`, repairs it. */
export interface Fix {
	readonly title: string;
	readonly place: Place;
	readonly text: string;
}

export interface Diagnostic {
	readonly place: Place;
	readonly severity: Severity;
	readonly code: DiagnosticCode;
	readonly message: string;
	readonly fixes: readonly Fix[];
}

/** Most problems of one file that are told. */
const MOST = 200;

export class Diagnostics {
	readonly list: Diagnostic[] = [];

	get failed(): boolean {
		return this.list.some((d) => d.severity === 'error');
	}

	add(
		severity: Severity,
		code: DiagnosticCode,
		place: Place,
		message: string,
		fixes: readonly Fix[] = [],
	): void {
		// A line of a library program is right: what is wrong is how it was called.
		const at = outermost(place);
		const same = (d: Diagnostic) =>
			d.message === message && d.place.line === at.line && d.place.column === at.column;
		if (this.list.length >= MOST || this.list.some(same)) return;
		this.list.push({ place: at, severity, code, message, fixes });
	}

	error(code: DiagnosticCode, place: Place, message: string, fixes: readonly Fix[] = []): void {
		this.add('error', code, place, message, fixes);
	}
}
