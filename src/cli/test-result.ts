// A scenario as a test: what came of it on a kernel, and what is wrong.

import { outermost } from '../scenario/place.ts';
import type { Program, Schedule } from '../scenario/program.ts';
import { type Run, runScenario } from '../scenario/run.ts';
import { waitingText } from '../scenario/waiting.ts';

/** One scenario on one kernel. */
export interface TestResult {
	readonly file: string;
	readonly title: string;
	readonly kernel: string;
	readonly verdict: 'ok' | 'lacks' | 'FAIL';
	/** what is wrong, line by line */
	readonly problems: readonly string[];
	readonly milliseconds: number;
}

export function tested(
	file: string,
	program: Program,
	kernel: string | undefined,
	schedule: Schedule | undefined,
): TestResult {
	const began = performance.now();
	const made = runScenario(program, {
		...(kernel === undefined ? {} : { kernel }),
		...(schedule ? { schedule } : {}),
	});
	const verdict = !made.green ? 'FAIL' : made.mustFail ? 'lacks' : 'ok';
	return {
		file,
		title: program.title,
		kernel: made.profile.name,
		verdict,
		problems: verdict === 'FAIL' ? problemsOf(made) : [],
		milliseconds: performance.now() - began,
	};
}

/** Of a file that is no scenario. */
export function unread(file: string, kernel: string | undefined, problem: string): TestResult {
	return {
		file,
		title: file,
		kernel: kernel ?? 'its own kernel',
		verdict: 'FAIL',
		problems: [problem],
		milliseconds: 0,
	};
}

/** What makes a run fail, in the words of its expectations. */
function problemsOf({ outcomes, ended, waiting, mustFail }: Run): readonly string[] {
	if (mustFail) return ['passes, although the scenario says that this kernel lacks what it needs'];
	const failed = outcomes
		.filter(({ met }) => !met)
		.map(({ place, expected, got, rule }) => {
			const caller = place.caller ? ` (called at line ${outermost(place).line})` : '';
			return `${place.file}:${place.line}${caller}: expected ${expected}, got ${got}${rule ? `, by ${rule}` : ''}`;
		});
	if (ended === 'stuck') return [...failed, ...waiting.map(waitingText)];
	return ended === 'limit' ? [...failed, 'there are too many steps'] : failed;
}
