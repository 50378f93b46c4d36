// Moving through the session, forwards and backwards. Each move is answered first; where it led is then
// told by a `stopped` event.

import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Cursor, Granularity, Stop } from '../session/cursor.ts';
import type { Conversation } from './conversation.ts';
import { badArguments } from './errors.ts';
import type { Answer, Handler } from './request-server.ts';

export function movingRequests(conversation: Conversation): Record<string, Handler> {
	const move = (by: (cursor: Cursor) => Stop, body?: unknown): Answer => {
		const debuggee = conversation.launched('step');
		debuggee.previousRow = debuggee.cursor.row;
		const stop = by(debuggee.cursor);
		const reason = stop.reason === 'breakpoint' ? 'breakpoint' : 'step';
		return { body, after: () => conversation.stopped(reason, stop) };
	};
	const { breakpoints } = conversation;
	return {
		next: (args: DebugProtocol.NextArguments) => move((cursor) => cursor.next(granularity(args))),
		stepIn: () => move((cursor) => cursor.stepIn()),
		stepOut: () => move((cursor) => cursor.stepOut()),
		stepBack: (args: DebugProtocol.StepBackArguments) => move((cursor) => cursor.stepBack(granularity(args))),
		continue: () => move((cursor) => cursor.continue(breakpoints.positions), { allThreadsContinued: true }),
		reverseContinue: () => move((cursor) => cursor.reverseContinue(breakpoints.positions)),
		// A move is over before the client could pause it; there is nothing to interrupt.
		pause: () => undefined,
		gotoTargets: (args: DebugProtocol.GotoTargetsArguments) => gotoTargets(conversation, args),
		goto: (args: DebugProtocol.GotoArguments) => goTo(conversation, args),
	};
}

function gotoTargets(conversation: Conversation, args: DebugProtocol.GotoTargetsArguments): Answer {
	const { client } = conversation;
	const { session } = conversation.launched('gotoTargets');
	const row = session.trace.events.rowAtOrAfterLine(client.fromLine(args.line));
	const line = row < session.length ? session.trace.events.line(row) : session.trace.lineCount;
	const label = row < session.length ? `event on line ${line}` : 'end of the recording';
	return { body: { targets: [{ id: row, label, line: client.toLine(line) }] } };
}

function goTo(conversation: Conversation, args: DebugProtocol.GotoArguments): Answer {
	const debuggee = conversation.launched('goto');
	const { session, cursor } = debuggee;
	if (!Number.isInteger(args.targetId) || args.targetId < 0 || args.targetId > session.length)
		throw badArguments('goto', 'a targetId from gotoTargets');
	debuggee.previousRow = cursor.row;
	cursor.goto(args.targetId);
	return { after: () => conversation.stopped('goto') };
}

function granularity(args: { granularity?: DebugProtocol.SteppingGranularity }): Granularity {
	return args.granularity === 'instruction' ? 'instruction' : 'statement';
}
