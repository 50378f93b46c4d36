// `psci-trace compare FILE --kernels 6.1,6.12,7.2 [--kernel K] [--json]`: every call of a session whose outcome
// differs between kernels, with the rules that decide.

import { compareKernels, type KernelComparison } from '../session/compare-kernels.ts';
import { KERNEL_NAMES, kernelNamed } from '../session/settings.ts';
import { withSession } from './open-session.ts';
import { readOptions } from './options.ts';

const USAGE = 'usage: psci-trace compare FILE --kernels K,K… [--kernel K] [--json]';

/** The exit status: 0, 1 where the file is no session, 2 for a wrong call. */
export async function compare(args: readonly string[], write: (line: string) => void): Promise<number> {
	const options = readOptions(args, { words: 1, values: ['kernels', 'kernel'], flags: ['json'] });
	if (typeof options === 'string') return wrong(options);
	const names = (options.values.kernels ?? '').split(',').filter(Boolean);
	if (names.length === 0) return wrong('--kernels needs the kernels to compare');
	const kernels = names.flatMap((name) => kernelNamed(name) ?? []);
	const unknown = names.find((name) => !kernelNamed(name));
	if (unknown !== undefined) return wrong(`no kernel '${unknown}'; there are ${KERNEL_NAMES.join(', ')}`);
	try {
		await withSession(options.words[0] ?? '', options.values.kernel, async (session) => {
			const comparison = await compareKernels(session, kernels);
			if (options.flags.has('json')) write(JSON.stringify(comparison, undefined, '\t'));
			else for (const line of linesOf(comparison)) write(line);
		});
		return 0;
	} catch (error) {
		console.error(`psci-trace compare: ${error instanceof Error ? error.message : String(error)}`);
		return 1;
	}
}

function wrong(problem: string): number {
	console.error(`psci-trace compare: ${problem}\n${USAGE}`);
	return 2;
}

function* linesOf({ kernels, differences, compared, undecided }: KernelComparison): Generator<string> {
	const width = Math.max(...kernels.map((name) => name.length));
	for (const { line, vcpu, text, recorded, outcomes } of differences) {
		yield `line ${line}, vCPU ${vcpu}: ${text}`;
		yield `  ${'recorded'.padEnd(width)}  ${recorded}`;
		for (const { kernel, outcome, rule } of outcomes)
			yield `  ${kernel.padEnd(width)}  ${outcome}${rule === undefined ? '' : `  (${rule})`}`;
	}
	const left = undecided > 0 ? `; ${undecided} depend on what was not recorded and were left out` : '';
	yield `${differences.length} of ${compared} calls differ${left}`;
}
