// Requests that take long: answered when they are done, with progress; cancelled as a request or as a progress.

import type { Conversation } from './conversation.ts';
import { cancelled } from './errors.ts';
import { following } from './progress.ts';
import type { Answer } from './request-server.ts';

export async function long(
	conversation: Conversation,
	request: string,
	title: string,
	signal: AbortSignal,
	work: (signal: AbortSignal) => Promise<object>,
	after?: () => Promise<void>,
): Promise<Answer> {
	const controller = following(signal);
	try {
		const body = await conversation.progress.during(title, controller, () => work(controller.signal));
		return { body, ...(after ? { after } : {}) };
	} catch (error) {
		throw controller.signal.aborted ? cancelled(request) : error;
	}
}
