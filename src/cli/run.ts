// `psci-trace run FILE… [--kernel K,K…|all] [--junit OUT] [--schedule S]`: scenarios as tests, in a matrix over
// kernels. What a kernel lacks must fail there, and that is as good as a pass elsewhere.

import { writeFile } from 'node:fs/promises';
import type { Schedule } from '../scenario/program.ts';
import { scheduleNamed } from '../scenario/schedule-text.ts';
import { KERNEL_NAMES } from '../session/settings.ts';
import { command, WrongCall } from './command.ts';
import { junit } from './junit.ts';
import { kernelGiven, readOptions } from './options.ts';
import { programIn } from './scenario-files.ts';
import { type TestResult, tested, unread } from './test-result.ts';

const USAGE =
	"run FILE… [--kernel K,K…|all] [--junit OUT] [--schedule 'text order'|'round robin'|'random SEED'|'turns N…']";

/** The exit status: 2 for a wrong call, 1 where a scenario fails, else 0. */
export const run = command(USAGE, async (args, write) => {
	const { words, values } = readOptions(args, {
		words: 1,
		optional: Number.POSITIVE_INFINITY,
		values: ['kernel', 'junit', 'schedule'],
	});
	const kernels = kernelsGiven(values.kernel);
	const schedule = scheduleGiven(values.schedule);
	const results: TestResult[] = [];
	for (const file of words) {
		const program = await programIn(file).catch((error: unknown) =>
			error instanceof Error ? error.message : String(error),
		);
		for (const kernel of kernels)
			results.push(
				typeof program === 'string' ? unread(file, kernel, program) : tested(file, program, kernel, schedule),
			);
	}
	for (const line of matrix(results)) write(line);
	for (const line of problemLines(results)) write(line);
	const failed = results.filter(({ verdict }) => verdict === 'FAIL').length;
	write(`${results.length - failed} passed, ${failed} failed`);
	if (values.junit !== undefined) await writeFile(values.junit, junit(results));
	return failed > 0 ? 1 : 0;
});

/** Undefined: each scenario's own. */
function kernelsGiven(text: string | undefined): readonly (string | undefined)[] {
	if (text === undefined) return [undefined];
	return text === 'all' ? KERNEL_NAMES : text.split(',').map((name) => kernelGiven(name).name);
}

/** In the words of the language, or joined for a shell: `round-robin`, `random:42`; `text` for its order. */
function scheduleGiven(text: string | undefined): Schedule | undefined {
	if (text === undefined) return undefined;
	const schedule = scheduleNamed(text === 'text' ? 'text order' : text.replace(/[-:]/g, ' '));
	if (schedule) return schedule;
	throw new WrongCall("--schedule is 'text order', 'round robin', 'random SEED' or 'turns N N…'");
}

/** Each problem once, with the kernels that have it. */
function problemLines(results: readonly TestResult[]): readonly string[] {
	const kernels = new Map<string, string[]>();
	for (const { file, kernel, problems } of results)
		for (const problem of problems) {
			const line = `${file}: ${problem}`;
			const list = kernels.get(line);
			if (list) list.push(kernel);
			else kernels.set(line, [kernel]);
		}
	return [...kernels].map(([line, on]) => `${line} [${on.join(', ')}]`);
}

/** Files down, kernels across. */
function matrix(results: readonly TestResult[]): readonly string[] {
	const kernels = [...new Set(results.map(({ kernel }) => kernel))];
	const files = [...new Set(results.map(({ file }) => file))];
	const width = Math.max(...files.map((file) => file.length));
	const cell = (text: string, kernel: string) => text.padStart(Math.max(6, kernel.length + 2));
	const verdict = (file: string, kernel: string) =>
		results.find((result) => result.file === file && result.kernel === kernel)?.verdict ?? '';
	return [
		' '.repeat(width) + kernels.map((kernel) => cell(kernel, kernel)).join(''),
		...files.map(
			(file) => file.padEnd(width) + kernels.map((kernel) => cell(verdict(file, kernel), kernel)).join(''),
		),
		'',
	];
}
