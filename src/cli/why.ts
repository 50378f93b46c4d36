// `psci-trace why FILE ['vcpu[1].mp_state'] [--at LINE|end] [--kernel K] [--json]`: the events and rules that
// made a value what it is; without a value, why the event at that line came to be.

import type { Position } from '../session/position.ts';
import { positionFromText } from '../session/position-from-text.ts';
import type { Session } from '../session/session.ts';
import { type WhyChain, why as whyOf } from '../session/why.ts';
import { whyEvent } from '../session/why-event.ts';
import { command, WrongCall } from './command.ts';
import { withSession } from './open-session.ts';
import { readOptions } from './options.ts';

/** The exit status: 0, 1 where the file is no session or has no such value, 2 for a wrong call. */
export const why = command(
	"why FILE ['vcpu[1].mp_state'] [--at LINE|end] [--kernel K] [--json]",
	async (args, write) => {
		const { words, values, flags } = readOptions(args, {
			words: 1,
			optional: 1,
			values: ['at', 'kernel'],
			flags: ['json'],
		});
		const [file = '', path] = words;
		if (path === undefined && values.at === undefined)
			throw new WrongCall('without a value it needs the event: --at LINE');
		await withSession(file, values.kernel, (session) => {
			const position = placeOf(session, values.at ?? 'end');
			if (!position)
				throw new WrongCall(`--at takes a line, 'end', 'event N' or 'time S', not '${values.at}'`);
			const chain = path === undefined ? whyEvent(session, position.row) : whyOf(session, position, path);
			if (!chain)
				throw new Error(path === undefined ? 'there is no event' : `'${path}' is no value of this session`);
			if (flags.has('json')) write(JSON.stringify(chain, undefined, '\t'));
			else for (const line of linesOf(chain)) write(line);
		});
		return 0;
	},
);

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
