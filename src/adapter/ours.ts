// What the protocol lacks: requests of our own, `psci/…`, announced in the answer to initialize.

import { viewAt } from '../session/view.ts';
import type { Conversation } from './conversation.ts';
import type { Handler } from './request-server.ts';

export function ourRequests(conversation: Conversation): Record<string, Handler> {
	return {
		/** What the session panel shows. */
		'psci/state': () => {
			const { session, cursor, previousRow, selected } = conversation.launched('psci/state');
			return { body: viewAt(session, cursor, previousRow, selected) };
		},
	};
}
