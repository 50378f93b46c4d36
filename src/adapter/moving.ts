// Moving through the session, forwards and backwards. Each move is answered first; where it led is then told by
// a `stopped` event.

import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Cursor, Granularity, Only, Pass, Stop } from '../session/cursor.ts';
import type { Conversation } from './conversation.ts';
import type { Answer, Handler } from './request-server.ts';
import { moved, run } from './run.ts';
import { targetNumbered } from './targets.ts';
import { rowsOf, threadNumbered } from './threads.ts';

type Move = { threadId?: number; singleThread?: boolean; granularity?: DebugProtocol.SteppingGranularity };

export function movingRequests(conversation: Conversation): Record<string, Handler> {
	/** A move that is over at once, but where it is to be of a thread that does not come for long. */
	const step = (
		args: Move,
		by: (cursor: Cursor, granularity: Granularity, only?: Only) => Stop | Pass,
	): Answer => {
		const { session, cursor } = conversation.movable('step');
		const granularity = args.granularity === 'instruction' ? 'instruction' : 'statement';
		const thread = args.singleThread ? threadNumbered(session, args.threadId ?? 0) : undefined;
		const only = thread && rowsOf(session, thread);
		return { after: () => moved(conversation, 'step', () => by(cursor, granularity, only), thread) };
	};
	return {
		next: (args: Move) => step(args, (cursor, granularity, only) => cursor.nextPass(granularity, only)),
		stepIn: (args: Move & DebugProtocol.StepInArguments) => {
			const into = args.targetId === undefined ? undefined : targetNumbered(conversation, args.targetId);
			return step(args, (cursor, _, only) => (into ? cursor.stepTo(into) : cursor.stepInPass(only)));
		},
		stepOut: (args: Move) => step(args, (cursor) => cursor.stepOut()),
		stepBack: (args: Move) =>
			step(args, (cursor, granularity, only) => cursor.stepBackPass(granularity, only)),
		continue: (args: Move) => ({
			...run(conversation, 'forwards', args),
			body: { allThreadsContinued: args.singleThread !== true },
		}),
		reverseContinue: (args: Move) => run(conversation, 'backwards', args),
		pause: () => {
			conversation.launched('pause');
			return { after: () => conversation.run?.abort('pause') };
		},
	};
}
