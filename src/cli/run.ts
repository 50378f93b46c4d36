// `psci-trace run FILE… [--kernel K,K…|all] [--junit OUT] [--schedule S]`: scenarios as tests, in a matrix over
// kernels. What a kernel lacks must fail there, and that is as good as a pass elsewhere.

import { writeFile } from 'node:fs/promises';
import { outermost } from '../scenario/place.ts';
import type { Program, Schedule } from '../scenario/program.ts';
import type { Run } from '../scenario/run.ts';
import { runScenario } from '../scenario/run.ts';
import { waitingText } from '../scenario/waiting.ts';
import { KERNEL_NAMES, kernelNamed } from '../session/settings.ts';
import { junit } from './junit.ts';
import { programIn } from './scenario-files.ts';

const usage =
	'usage: psci-trace run FILE… [--kernel K,K…|all] [--junit OUT] [--schedule text|round-robin|random:SEED]';

interface Request {
	readonly files: readonly string[];
	/** undefined: each scenario's own */
	readonly kernels: readonly (string | undefined)[];
	readonly junit: string | undefined;
	readonly schedule: Schedule | undefined;
}

/** One scenario on one kernel. */
export interface Result {
	readonly file: string;
	readonly title: string;
	readonly kernel: string;
	readonly verdict: 'ok' | 'lacks' | 'FAIL';
	/** what is wrong, line by line */
	readonly problems: readonly string[];
	readonly milliseconds: number;
}

/** The exit status: 2 for a wrong call, 1 where a scenario fails, else 0. */
export async function run(args: readonly string[], write: (line: string) => void): Promise<number> {
	const request = requestOf(args);
	if (typeof request === 'string') {
		console.error(`psci-trace run: ${request}\n${usage}`);
		return 2;
	}
	const results: Result[] = [];
	for (const file of request.files) {
		const program = await programIn(file).catch((error: unknown) =>
			error instanceof Error ? error.message : String(error),
		);
		for (const kernel of request.kernels)
			results.push(
				typeof program === 'string'
					? unread(file, kernel, program)
					: one(file, program, kernel, request.schedule),
			);
	}
	for (const line of matrix(results)) write(line);
	for (const line of problemLines(results)) write(line);
	const failed = results.filter(({ verdict }) => verdict === 'FAIL').length;
	write(`${results.length - failed} passed, ${failed} failed`);
	if (request.junit !== undefined) {
		const said = await writeFile(request.junit, junit(results)).then(() => undefined, String);
		if (said !== undefined) {
			console.error(`psci-trace run: ${request.junit}: ${said}`);
			return 1;
		}
	}
	return failed > 0 ? 1 : 0;
}

function one(
	file: string,
	program: Program,
	kernel: string | undefined,
	schedule: Schedule | undefined,
): Result {
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

/** Each problem once, with the kernels that have it. */
function problemLines(results: readonly Result[]): readonly string[] {
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

/** What makes a run fail, in the words of its expectations. */
export function problemsOf({ outcomes, ended, waiting, mustFail }: Run): readonly string[] {
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

function unread(file: string, kernel: string | undefined, problem: string): Result {
	return {
		file,
		title: file,
		kernel: kernel ?? 'its own kernel',
		verdict: 'FAIL',
		problems: [problem],
		milliseconds: 0,
	};
}

/** Files down, kernels across. */
function matrix(results: readonly Result[]): readonly string[] {
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

function requestOf(args: readonly string[]): Request | string {
	const files: string[] = [];
	let kernels: readonly (string | undefined)[] = [undefined];
	let out: string | undefined;
	let schedule: Schedule | undefined;
	for (let i = 0; i < args.length; i++) {
		const arg = args[i] ?? '';
		if (arg === '--kernel') {
			const named = kernelsOf(args[++i]);
			if (typeof named === 'string') return named;
			kernels = named;
		} else if (arg === '--junit') {
			out = args[++i];
			if (out === undefined) return '--junit needs a file to write';
		} else if (arg === '--schedule') {
			schedule = scheduleOf(args[++i] ?? '');
			if (!schedule) return '--schedule is text, round-robin or random:SEED';
		} else if (arg.startsWith('-')) return `unknown option '${arg}'`;
		else files.push(arg);
	}
	return files.length === 0 ? 'no scenario given' : { files, kernels, junit: out, schedule };
}

function kernelsOf(text: string | undefined): readonly string[] | string {
	if (text === 'all') return KERNEL_NAMES;
	const kernels: string[] = [];
	for (const name of (text ?? '').split(',')) {
		const profile = kernelNamed(name);
		if (!profile) return `no kernel '${name}'; there are ${KERNEL_NAMES.join(', ')}, or all`;
		kernels.push(profile.name);
	}
	return kernels;
}

export function scheduleOf(text: string): Schedule | undefined {
	if (text === 'text') return { kind: 'text order' };
	if (text === 'round-robin') return { kind: 'round robin' };
	const seed = /^random:(\d{1,9})$/.exec(text)?.[1];
	return seed === undefined ? undefined : { kind: 'random', seed: Number(seed) };
}
