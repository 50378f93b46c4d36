// A session that grows under the person who steps through it: what the client is told of that. Breakpoints are
// found anew, and as it may grow faster than they are found, the next growth waits for them.

import type { Growth, SessionGrowth } from '../session/growing-session.ts';
import { refusal } from '../trace/nothing-to-debug.ts';
import type { Conversation } from './conversation.ts';

/** From here on the client hears of the growth. `whenDone`: all has been read, or what ended it. */
export function tellGrowth(conversation: Conversation, growth: Growth, whenDone: () => void): void {
	const { session } = growth;
	const shown = () => conversation.debuggee?.session === session && !conversation.over;
	let finding = false;
	let more = false;
	const find = async (): Promise<void> => {
		finding = true;
		do {
			more = false;
			if (!shown()) break;
			conversation.grown();
			await conversation.breakpoints.ready.catch(() => undefined);
		} while (more);
		finding = false;
	};
	const stopTelling = growth.onGrow((grown) => {
		if (!shown()) return;
		tellThreads(conversation, grown);
		more = true;
		if (!finding) void find();
	});
	const say = (text: string) => {
		if (shown()) conversation.emit('output', { category: 'important', output: `${text}\n` });
	};
	growth.finished
		.then(() => {
			// What is left out at the end of a file is known only there.
			const damage = refusal(session.trace);
			if (damage) say(damage.message);
		})
		.catch((error: unknown) => say(error instanceof Error ? error.message : String(error)))
		.finally(() => {
			stopTelling();
			whenDone();
		})
		.catch(() => undefined);
}

function tellThreads(
	conversation: Conversation,
	{ newVcpus, vcpusRenumbered, changedFrom, from }: SessionGrowth,
): void {
	// Frames and values that were handed out are of vCPUs and rows as they were.
	if (vcpusRenumbered || changedFrom < from) conversation.forget();
	for (const vcpu of newVcpus) conversation.emit('thread', { reason: 'started', threadId: vcpu + 1 });
}
