// What the protocol lacks: requests of our own, `psci/…`, announced in the answer to initialize.

import { PanelData } from '../session/panel/panel-data.ts';
import { asQuestion } from '../session/panel/question.ts';
import { positionOf } from '../session/position.ts';
import { viewAt } from '../session/view.ts';
import type { Conversation } from './conversation.ts';
import { badArguments } from './errors.ts';
import type { Answer, Handler } from './request-server.ts';

export function ourRequests(conversation: Conversation): Record<string, Handler> {
	let data: PanelData | undefined;
	const dataOf = (command: string): PanelData => {
		const { session } = conversation.launched(command);
		if (data?.session === session) return data;
		data?.dispose();
		data = new PanelData(session);
		return data;
	};
	const breakpoints = () => rowsOf(conversation.breakpoints.positions);
	return {
		/** What the session panel shows. */
		'psci/state': () => {
			const { session, cursor, previousRow, selected } = conversation.launched('psci/state');
			return { body: viewAt(session, cursor, previousRow, selected) };
		},
		/** What a panel's page asks: see `Question`. */
		'psci/ask': async (args: unknown) => {
			const question = asQuestion(args);
			if (!question) throw badArguments('psci/ask', 'a question that the panels know');
			return {
				body: await dataOf('psci/ask').answer(question, () => ({ breakpoints: breakpoints() })),
			};
		},
		/** To any row, as `goto` does to lines. */
		'psci/goto': ({ row }: { readonly row?: unknown }): Answer => {
			const debuggee = conversation.launched('psci/goto');
			const { session, cursor } = debuggee;
			if (typeof row !== 'number' || !Number.isInteger(row) || row < 0 || row > session.length)
				throw badArguments('psci/goto', `a row from 0 to ${session.length}`);
			debuggee.previousRow = cursor.row;
			cursor.goto(row);
			return { after: () => conversation.stopped('goto') };
		},
	};
}

/** Rows of positions (codes), ascending as they are. */
function rowsOf(positions: ArrayLike<number>): number[] {
	return Array.from(positions, (code) => positionOf(code).row);
}
