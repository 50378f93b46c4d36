// What the pages of the panels ask about the session, answered beside all else: a timeline that is being made must
// not keep a step waiting.

import { PanelData } from '../session/panel/panel-data.ts';
import { asQuestion } from '../session/panel/question.ts';
import type { Conversation } from './conversation.ts';
import { badArguments } from './errors.ts';
import type { Handler } from './request-server.ts';

export const PANEL_QUESTION = 'psci/ask';

export function panelRequests(conversation: Conversation): Record<string, Handler> {
	let data: PanelData | undefined;
	const dataOfSession = (): PanelData => {
		const { session } = conversation.launched(PANEL_QUESTION);
		if (data?.session === session) return data;
		data?.dispose();
		data = new PanelData(session);
		return data;
	};
	return {
		/** See `Question`. */
		[PANEL_QUESTION]: async (args: unknown) => {
			const question = asQuestion(args);
			if (!question) throw badArguments(PANEL_QUESTION, 'a question that the panels know');
			return {
				body: await dataOfSession().answer(question, () => ({ breakpoints: conversation.breakpoints.rows })),
			};
		},
	};
}
