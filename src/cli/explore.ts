// `psci-trace explore FILE [--kernel K] [--limit N] [--no-reduction] [--json]`: every interleaving of a scenario's
// programs, and what goes wrong in some of them. Ctrl-C ends it with what was found so far.

import { RULE_IDS } from '../kvm/index.ts';
import { type Exploration, explore as exploring, MOST_STATES } from '../scenario/explore.ts';
import type { Finding } from '../scenario/findings.ts';
import { outermost } from '../scenario/place.ts';
import { breathe } from '../trace/breathe.ts';
import { command, WrongCall } from './command.ts';
import { kernelGiven, readOptions } from './options.ts';
import { programIn } from './scenario-files.ts';

interface Request {
	readonly file: string;
	readonly kernel?: string;
	readonly limit: number;
	readonly reduction: boolean;
	readonly json: boolean;
}

/** The exit status: 2 for a wrong call, 1 where something can go wrong or the limit was met, else 0. */
export const explore = command(
	'explore FILE [--kernel K] [--limit N] [--no-reduction] [--json]',
	async (args, write) => {
		const request = requestOf(args);
		const began = performance.now();
		const found = await explored(request);
		const lines = request.json ? [json(request, found)] : report(request, found, performance.now() - began);
		for (const line of lines) write(line);
		const wrong = found.findings.some(({ kind }) => kind !== 'order');
		return wrong || !found.complete ? 1 : 0;
	},
);

async function explored({ file, ...settings }: Request): Promise<Exploration> {
	const given = new AbortController();
	const stop = () => given.abort();
	process.once('SIGINT', stop);
	try {
		const pass = exploring(await programIn(file), { ...settings, signal: given.signal });
		for (;;) {
			const { done, value } = pass.next();
			if (done) return value;
			if (process.stderr.isTTY) process.stderr.write(`\r${value} states`);
			await breathe();
		}
	} finally {
		process.removeListener('SIGINT', stop);
		if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
	}
}

function report(
	{ limit }: Request,
	{ states, turns, interleavings, complete, findings, rules }: Exploration,
	milliseconds: number,
): readonly string[] {
	const orders = interleavings === undefined ? '' : `, ${interleavings} interleavings`;
	return [
		...findings.flatMap(findingLines),
		`${states} states, ${turns} turns${orders} in ${(milliseconds / 1000).toFixed(2)} s; ${rules.length} of ${RULE_IDS.length} rules decided something`,
		...(complete ? [] : [`Not all was explored: the limit is ${limit} states, or it was given up.`]),
		findings.length === 0 ? 'Nothing was found.' : `${findings.length} found`,
	];
}

function findingLines({ kind, place, text, turns, other }: Finding): readonly string[] {
	const caller = place.caller ? ` (called at line ${outermost(place).line})` : '';
	return [
		`${place.file}:${place.line}${caller}: ${kind}: ${text}`,
		`  schedule turns ${turns.join(' ')}`,
		...(other ? [`  schedule turns ${other.join(' ')}`] : []),
	];
}

function json({ file, limit }: Request, found: Exploration): string {
	const { interleavings, ...rest } = found;
	return JSON.stringify({
		file,
		limit,
		...rest,
		...(interleavings === undefined ? {} : { interleavings: `${interleavings}` }),
		allRules: RULE_IDS.length,
	});
}

function requestOf(args: readonly string[]): Request {
	const { words, values, flags } = readOptions(args, {
		words: 1,
		values: ['kernel', 'limit'],
		flags: ['json', 'no-reduction'],
	});
	const { kernel, limit = `${MOST_STATES}` } = values;
	if (!/^[1-9]\d{0,7}$/.test(limit)) throw new WrongCall('--limit needs a number of states, from 1');
	return {
		file: words[0] ?? '',
		limit: Number(limit),
		reduction: !flags.has('no-reduction'),
		json: flags.has('json'),
		...(kernel === undefined ? {} : { kernel: kernelGiven(kernel).name }),
	};
}
