// `psci-trace why FILE ['vcpu[1].mp_state'] [--at LINE|end] [--kernel K] [--json]`: the events and rules that
// made a value what it is; without a value, why the event at that line came to be.

import type { Position } from '../session/position.ts';
import { positionFromText } from '../session/position-from-text.ts';
import type { Session } from '../session/session.ts';
import { type WhyChain, why as whyOf } from '../session/why.ts';
import { whyEvent } from '../session/why-event.ts';
import { withSession } from './open-session.ts';
import { readOptions } from './options.ts';

const USAGE = "usage: psci-trace why FILE ['vcpu[1].mp_state'] [--at LINE|end] [--kernel K] [--json]";

/** The exit status: 0, 1 where the file is no session or has no such value, 2 for a wrong call. */
export async function why(args: readonly string[], write: (line: string) => void): Promise<number> {
	const options = readOptions(args, { words: 1, optional: 1, values: ['at', 'kernel'], flags: ['json'] });
	if (typeof options === 'string') return wrong(options);
	const [file = '', path] = options.words;
	if (path === undefined && options.values.at === undefined)
		return wrong('without a value it needs the event: --at LINE');
	try {
		return await withSession(file, options.values.kernel, async (session) => {
			const position = placeOf(session, options.values.at ?? 'end');
			if (!position)
				return wrong(`--at takes a line, 'end', 'event N' or 'time S', not '${options.values.at}'`);
			const chain = path === undefined ? whyEvent(session, position.row) : whyOf(session, position, path);
			if (!chain)
				throw new Error(path === undefined ? 'there is no event' : `'${path}' is no value of this session`);
			if (options.flags.has('json')) write(JSON.stringify(chain, undefined, '\t'));
			else for (const line of linesOf(chain)) write(line);
			return 0;
		});
	} catch (error) {
		console.error(`psci-trace why: ${error instanceof Error ? error.message : String(error)}`);
		return 1;
	}
}

function wrong(problem: string): number {
	console.error(`psci-trace why: ${problem}\n${USAGE}`);
	return 2;
}

/** On the command line a bare number is a line, as in every message of a tool. */
function placeOf(session: Session, text: string): Position | undefined {
	return positionFromText(session, /^\d+$/.test(text) ? `line ${text}` : text);
}

function* linesOf({ path, text, links }: WhyChain): Generator<string> {
	yield `${path}: ${text}`;
	for (const { value, line, event, provenance, why: reason, call, rule, says } of links) {
		const sure = value.endsWith(`(${provenance})`) ? value : `${value} (${provenance})`;
		yield `  line ${line}: ${sure} by ${event}`;
		if (reason !== undefined) yield `    ${reason}`;
		if (call && call.line !== line) yield `    within line ${call.line}: ${call.text}`;
		if (rule !== undefined) yield `    rule ${rule}: ${says}`;
	}
}
