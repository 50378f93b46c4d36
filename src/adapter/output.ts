// Lines in the client's console, each with the place in the session that it is about.

import type { Exception } from '../session/exceptions.ts';
import type { Conversation } from './conversation.ts';

/** Source and line of an event, for an output event; nothing at the end. */
export function placeOf({ client, debuggee }: Conversation, row: number): object {
	if (!debuggee || row < 0 || row >= debuggee.session.length) return {};
	const { session, sources } = debuggee;
	return {
		source: client.source(sources.trace),
		line: client.toLine(session.trace.events.line(row)),
		column: client.toColumn(1),
	};
}

/** A line with those that belong to it folded below. */
function tellGroup(
	conversation: Conversation,
	title: string,
	row: number | undefined,
	lines: readonly { readonly text: string; readonly row: number }[],
): void {
	const { emit } = conversation;
	const say = (text: string, at: number | undefined, group?: 'startCollapsed') =>
		emit('output', {
			category: 'console',
			output: `${text}\n`,
			...(group ? { group } : {}),
			...(at === undefined ? {} : placeOf(conversation, at)),
		});
	say(title, row, 'startCollapsed');
	for (const { text, row: at } of lines) say(text, at);
	emit('output', { category: 'console', output: '', group: 'end' });
}

export function tellEvidence(conversation: Conversation, { description, details }: Exception): void {
	tellGroup(conversation, description, details[0]?.row, details);
}
