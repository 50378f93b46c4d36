// `psci-trace explore FILE [--kernel K] [--limit N] [--no-reduction] [--json]`: every interleaving of a scenario's
// programs, and what goes wrong in some of them. Ctrl-C ends it with what was found so far.

import { RULE_IDS } from '../kvm/index.ts';
import { type Exploration, explore as exploring, MOST_STATES } from '../scenario/explore.ts';
import type { Finding } from '../scenario/findings.ts';
import { outermost } from '../scenario/place.ts';
import { kernelNamed } from '../session/settings.ts';
import { breathe } from '../trace/breathe.ts';
import { programIn } from './scenario-files.ts';

const usage = 'usage: psci-trace explore FILE [--kernel K] [--limit N] [--no-reduction] [--json]';

interface Request {
	readonly file: string;
	readonly kernel?: string;
	readonly limit: number;
	readonly reduction: boolean;
	readonly json: boolean;
}

/** The exit status: 2 for a wrong call, 1 where something can go wrong or the limit was met, else 0. */
export async function explore(args: readonly string[], write: (line: string) => void): Promise<number> {
	const request = requestOf(args);
	if (typeof request === 'string') {
		console.error(`psci-trace explore: ${request}\n${usage}`);
		return 2;
	}
	try {
		const began = performance.now();
		const found = await explored(request);
		const lines = request.json ? [json(request, found)] : report(request, found, performance.now() - began);
		for (const line of lines) write(line);
		const wrong = found.findings.some(({ kind }) => kind !== 'order');
		return wrong || !found.complete ? 1 : 0;
	} catch (error) {
		console.error(`psci-trace explore: ${error instanceof Error ? error.message : String(error)}`);
		return 1;
	}
}

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

function requestOf(args: readonly string[]): Request | string {
	let file: string | undefined;
	let kernel: string | undefined;
	let limit = MOST_STATES;
	let reduction = true;
	let asJson = false;
	for (let i = 0; i < args.length; i++) {
		const arg = args[i] ?? '';
		if (arg === '--json') asJson = true;
		else if (arg === '--no-reduction') reduction = false;
		else if (arg === '--limit') {
			const number = args[++i] ?? '';
			if (!/^[1-9]\d{0,7}$/.test(number)) return '--limit needs a number of states';
			limit = Number(number);
		} else if (arg === '--kernel') {
			const name = args[++i] ?? '';
			kernel = kernelNamed(name)?.name;
			if (kernel === undefined) return `no kernel '${name}'`;
		} else if (arg.startsWith('-')) return `unknown option '${arg}'`;
		else if (file === undefined) file = arg;
		else return 'one scenario at a time';
	}
	if (file === undefined) return 'no scenario given';
	return { file, limit, reduction, json: asJson, ...(kernel === undefined ? {} : { kernel }) };
}
