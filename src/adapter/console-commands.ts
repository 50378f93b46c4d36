// Commands for the debug console: everything that a client without buttons for it needs (Helix and dape have none
// for going back). Each is a request of the protocol, or of ours, by a short name.

import type { WhyChain } from '../session/why.ts';
import type { Conversation } from './conversation.ts';
import type { Match } from './ours.ts';
import type { Answer, Handler } from './request-server.ts';
import { sayContinued } from './run.ts';

interface Command {
	readonly name: string;
	/** what stands behind the name */
	readonly takes?: string;
	readonly does: string;
	readonly request: string;
	/** the request's arguments, beside the thread */
	readonly arguments?: (text: string) => object;
	/** what the answer means, in words; nothing of a move: where it led is told by the stop */
	readonly result?: (body: unknown) => string;
}

const event = () => ({ granularity: 'instruction' });

export const COMMANDS: readonly Command[] = [
	{ name: 'next', does: 'to the next call or change of the machine', request: 'next' },
	{ name: 'back', does: 'undoes the last step, or goes to the statement before', request: 'stepBack' },
	{ name: 'in', does: 'into the decisions about the call, and through every event', request: 'stepIn' },
	{ name: 'out', does: 'behind the call', request: 'stepOut' },
	{ name: 'out back', does: 'to before the call', request: 'psci/stepOutBackwards' },
	{ name: 'event', does: 'to the next event or decision', request: 'next', arguments: event },
	{ name: 'event back', does: 'to the event or decision before', request: 'stepBack', arguments: event },
	{ name: 'continue', does: 'to the next breakpoint, or the end', request: 'continue' },
	{ name: 'reverse', does: 'to the breakpoint before, or the start', request: 'reverseContinue' },
	{
		name: 'goto',
		takes: 'PLACE',
		does: 'to an event (812, 812.3), line 107, 12.345s, start, end, or a bookmark',
		request: 'psci/goto',
		arguments: (place) => ({ place }),
	},
	{
		name: 'find',
		takes: 'EXPRESSION',
		does: 'to the next event for which it holds',
		request: 'psci/search',
		arguments: (expression) => ({ expression, go: true }),
		result: found,
	},
	{
		name: 'find back',
		takes: 'EXPRESSION',
		does: 'to the event before for which it holds',
		request: 'psci/search',
		arguments: (expression) => ({ expression, go: true, direction: 'backwards' }),
		result: found,
	},
	{
		name: 'why',
		takes: 'VALUE',
		does: 'which events made the value what it is',
		request: 'psci/why',
		arguments: (expression) => ({ expression }),
		result: (body) => whyText(body as WhyChain),
	},
	{
		name: 'why',
		does: 'what led to the event where one stands, and why its call was answered so',
		request: 'psci/why',
		result: (body) => whyText(body as WhyChain),
	},
	{
		name: 'bookmark',
		takes: 'NAME',
		does: 'names the place where one stands, for goto',
		request: 'psci/setBookmark',
		arguments: (name) => ({ name }),
		result: bookmarksText,
	},
	{ name: 'bookmarks', does: 'lists them', request: 'psci/bookmarks', result: bookmarksText },
];

const HELP = [
	...COMMANDS.map(({ name, takes, does }) => `${takes ? `${name} ${takes}` : name}: ${does}`),
	'anything else is an expression: vcpu[1].mp_state, x0, call == CPU_ON',
].join('\n');

/** What a command that was typed gives; undefined where the text is none, but an expression. */
export async function command(
	conversation: Conversation,
	handlerOf: (request: string) => Handler | undefined,
	text: string,
	signal: AbortSignal,
): Promise<Answer | undefined> {
	const typed = text.trim().replace(/\s+/g, ' ');
	if (typed === 'help') return { body: { result: HELP, variablesReference: 0 } };
	const chosen = COMMANDS.filter(({ name, takes }) => (takes ? typed.startsWith(`${name} `) : typed === name))
		// `find back x` is no `find` of `back x`.
		.sort((a, b) => b.name.length - a.name.length)[0];
	const handler = chosen && handlerOf(chosen.request);
	if (!handler) return undefined;
	const rest = typed.slice(chosen.name.length).trim();
	const args = { threadId: conversation.debuggee?.threadId ?? 1, ...chosen.arguments?.(rest) };
	const answer = await handler(args, signal);
	const result = chosen.result?.(answer?.body) ?? '';
	const after = answer?.after;
	// Requests of ours say so themselves.
	const known = chosen.request.startsWith('psci/');
	const move = () => {
		if (!known) sayContinued(conversation);
		return after?.();
	};
	return { body: { result, variablesReference: 0 }, ...(after ? { after: move } : {}) };
}

function found(body: unknown): string {
	const [match] = (body as { matches: readonly Match[] }).matches;
	return match ? `event ${match.place}, line ${match.line}: ${match.text}` : 'There is none on that side.';
}

function bookmarksText(body: unknown): string {
	const { bookmarks } = body as { bookmarks: readonly (Match & { name: string })[] };
	return bookmarks
		.map(({ name, place, line, text }) => `${name}: event ${place}, line ${line}: ${text}`)
		.join('\n');
}

function whyText({ text, links }: WhyChain): string {
	return [
		text,
		...links.map(
			({ value, row, line, event: what, rule, says }) =>
				`  ${value} by event ${row} (line ${line}): ${what}${rule ? `\n    rule ${rule}: ${says}` : ''}`,
		),
	].join('\n');
}
