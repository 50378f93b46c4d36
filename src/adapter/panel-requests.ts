// What the pages of the panels ask of a session: `psci/ask`.

import { PanelData } from '../session/panel/panel-data.ts';
import { asQuestion } from '../session/panel/question.ts';
import type { Conversation } from './conversation.ts';
import { badArguments } from './errors.ts';
import type { Handler } from './request-server.ts';

export function panelRequests(conversation: Conversation): Record<string, Handler> {
	let data: PanelData | undefined;
	const dataOf = (command: string): PanelData => {
		const { session } = conversation.launched(command);
		if (data?.session === session) return data;
		data?.dispose();
		data = new PanelData(session);
		return data;
	};
	return {
		/** See `Question`. */
		'psci/ask': async (args: unknown) => {
			const question = asQuestion(args);
			if (!question) throw badArguments('psci/ask', 'a question that the panels know');
			return {
				body: await dataOf('psci/ask').answer(question, () => ({
					breakpoints: conversation.breakpoints.rows,
				})),
			};
		},
	};
}
