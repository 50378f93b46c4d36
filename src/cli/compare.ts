// `psci-trace compare FILE --kernels 6.1,6.12,7.2 [--kernel K] [--json]`: every call of a session whose outcome
// differs between kernels, with the rules that decide.

import { compareKernels, type KernelComparison } from '../session/compare-kernels.ts';
import { command, WrongCall } from './command.ts';
import { withSession } from './open-session.ts';
import { kernelGiven, readOptions } from './options.ts';

/** The exit status: 0, 1 where the file is no session, 2 for a wrong call. */
export const compare = command('compare FILE --kernels K,K… [--kernel K] [--json]', async (args, write) => {
	const { words, values, flags } = readOptions(args, {
		words: 1,
		values: ['kernels', 'kernel'],
		flags: ['json'],
	});
	const names = (values.kernels ?? '').split(',').filter(Boolean);
	if (names.length === 0) throw new WrongCall('--kernels needs the kernels to compare');
	const kernels = names.map(kernelGiven);
	await withSession(words[0] ?? '', values.kernel, async (session) => {
		const comparison = await compareKernels(session, kernels);
		if (flags.has('json')) write(JSON.stringify(comparison, undefined, '\t'));
		else for (const line of linesOf(comparison)) write(line);
	});
	return 0;
});

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
