// Moves that may take long, and what all moves end in. A run waits until it is known where breakpoints stop,
// prints the log points on its way, and can be paused or cancelled at any time.

import type { Pass, Stop } from '../session/cursor.ts';
import { exceptionAt } from '../session/exceptions.ts';
import { positionCode, positionOf } from '../session/position.ts';
import { logMessage } from '../session/predicates.ts';
import { begun, Pace, sliced } from '../session/sliced.ts';
import type { BreakpointKind } from './breakpoint.ts';
import type { Direction, Passed, Where } from './breakpoints.ts';
import type { Conversation } from './conversation.ts';
import type { Debuggee } from './debuggee.ts';
import { placeOf, tellEvidence } from './output.ts';
import type { Answer } from './request-server.ts';
import { rowsOf, type Thread, threadNumbered } from './threads.ts';

/** Makes a move, prints the log points that it passes, and says where it led. */
export async function moved(
	conversation: Conversation,
	reason: string,
	move: () => Stop | Pass,
	thread?: Thread,
): Promise<void> {
	const debuggee = conversation.movable(reason);
	const { cursor } = debuggee;
	debuggee.previousRow = cursor.row;
	const from = positionCode(cursor);
	const made = move();
	const stop = ('row' in made ? made : begun(made)) ?? (await further(conversation, made));
	if (!stop || debuggee !== conversation.debuggee) return;
	if (reason === 'step')
		for (const passed of conversation.breakpoints.passed(from, positionCode(cursor)))
			print(conversation, passed);
	const far = debuggee.wayTo(cursor.row) > NEAR;
	const arrived = !far || (await running(conversation, (controller) => arrive(conversation, controller)));
	if (arrived) conversation.stopped(reason, edgeOf(debuggee, stop), thread);
}

/** Where a move ends that takes longer; undefined where it was paused, cancelled or ended before. */
async function further(conversation: Conversation, move: Stop | Pass): Promise<Stop | undefined> {
	if ('row' in move) return move;
	let stop: Stop | undefined;
	const find = (controller: AbortController) => async () => {
		stop = await sliced(move, controller.signal);
	};
	await running(conversation, (controller) =>
		conversation.progress.during('Looking for the next event of the thread', controller, find(controller)),
	);
	return stop;
}

/**
 * Before a move that the client did not ask for by a request of the protocol that implies one: it would take the stop
 * for that of another thread (nvim-dap then sends a `continue` of its own).
 */
export function sayContinued({ emit, debuggee }: Conversation): void {
	emit('continued', { threadId: debuggee?.threadId ?? 1, allThreadsContinued: true });
}

/** So many events are replayed faster than one could say that it takes a while. */
const NEAR = 4096;

/** Replays up to where the cursor stands: what is asked of the place is then answered at once. */
async function arrive(conversation: Conversation, controller: AbortController): Promise<void> {
	const debuggee = conversation.launched('arrive');
	const { row } = debuggee.cursor;
	if (debuggee.wayTo(row) <= NEAR) return;
	await conversation.progress
		.during('Replaying the recording', controller, (report) =>
			debuggee.reach(row, controller.signal, { report }),
		)
		.catch((error: unknown) => {
			// Further on nothing is known yet.
			debuggee.cursor.goto(debuggee.reached);
			throw error;
		});
}

/** Does what takes long; false where it was paused, cancelled or ended, and that is told where somebody waits. */
async function running(
	conversation: Conversation,
	work: (controller: AbortController) => Promise<void>,
	controller = new AbortController(),
): Promise<boolean> {
	conversation.run = controller;
	try {
		await work(controller);
		return true;
	} catch (error) {
		if (!controller.signal.aborted) throw error;
		const { reason } = controller.signal;
		if (conversation.run === controller) conversation.run = undefined;
		if (reason === 'pause' || reason === 'cancel') conversation.stopped('pause');
		return false;
	} finally {
		if (conversation.run === controller) conversation.run = undefined;
	}
}

/** To the nearest breakpoint in a direction, else to the end there. */
export function run(
	conversation: Conversation,
	direction: Direction,
	{ threadId, singleThread }: { threadId?: number; singleThread?: boolean },
): Answer {
	const debuggee = conversation.movable(direction === 'forwards' ? 'continue' : 'reverseContinue');
	const thread = singleThread ? threadNumbered(debuggee.session, threadId ?? 0) : undefined;
	// From here on it runs: whatever comes before the response is out must find it so.
	const controller = new AbortController();
	conversation.run = controller;
	return { after: () => goOn(conversation, debuggee, direction, thread, controller) };
}

async function goOn(
	conversation: Conversation,
	debuggee: Debuggee,
	direction: Direction,
	thread: Thread | undefined,
	controller: AbortController,
): Promise<void> {
	const { cursor } = debuggee;
	const only = thread && rowsOf(debuggee.session, thread);
	const where: Where = only && ((code) => only(positionOf(code).row));
	debuggee.previousRow = cursor.row;
	let stop: Stop | undefined;
	const arrived = await running(
		conversation,
		async () => {
			stop = await toNearest(conversation, debuggee, direction, where, controller);
			await arrive(conversation, controller);
		},
		controller,
	);
	if (arrived && stop && debuggee === conversation.debuggee) await hits(conversation, debuggee, stop, thread);
}

/** Moves the cursor; at the end of a session that grows it waits there for more. */
async function toNearest(
	conversation: Conversation,
	debuggee: Debuggee,
	direction: Direction,
	where: Where,
	controller: AbortController,
): Promise<Stop> {
	const { breakpoints, progress } = conversation;
	const { cursor, session } = debuggee;
	const stand = (code: number) => {
		const { row, decision } = positionOf(code);
		cursor.goto(row, decision);
	};
	for (let from = positionCode(cursor); ; ) {
		// They may be replaced while one waits.
		while (!breakpoints.isReady)
			await progress.during('Finding where the breakpoints stop', controller, () =>
				orAborted(breakpoints.ready, controller.signal),
			);
		const hit = await sliced(breakpoints.nearest(from, direction, where), controller.signal);
		const end = positionCode({ row: session.length, decision: 0 });
		const edge = direction === 'forwards' ? end : 0;
		await printPassed(conversation, from, hit ?? edge, controller.signal, stand);
		if (hit === undefined && direction === 'forwards' && debuggee.grows) {
			stand(end);
			await grown(debuggee, controller.signal);
			// What comes next has the place of what was the end.
			from = end - 1;
			continue;
		}
		return direction === 'forwards' ? cursor.continue(found(hit)) : cursor.reverseContinue(found(hit));
	}
}

/** Done when the session has grown or will not grow any more. */
async function grown({ growth }: Debuggee, signal: AbortSignal): Promise<void> {
	if (!growth) return;
	let stop = () => {};
	const more = new Promise<void>((resolve) => {
		stop = growth.onGrow(() => resolve());
	});
	const over = growth.finished.catch(() => undefined);
	await orAborted(Promise.race([more, over]), signal).finally(stop);
}

const found = (hit: number | undefined) => (hit === undefined ? [] : [hit]);

/** Ends with `work`, or with the signal. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
	return new Promise((resolve, reject) => {
		signal.addEventListener('abort', () => reject(signal.reason), { once: true });
		work.then(resolve, reject);
	});
}

async function printPassed(
	conversation: Conversation,
	from: number,
	to: number,
	signal: AbortSignal,
	at: (code: number) => void,
): Promise<void> {
	const pace = new Pace(signal);
	for (const passed of conversation.breakpoints.passed(from, to)) {
		print(conversation, passed);
		if (!pace.due) continue;
		at(passed.code);
		await pace.breathe();
	}
}

/** What a log point says, with the place where it says so. */
function print(conversation: Conversation, { breakpoint, code }: Passed): void {
	const { session } = conversation.launched('log');
	const output = `${logMessage(session, code, breakpoint.log ?? [])}\n`;
	conversation.emit('output', {
		category: 'console',
		output,
		...placeOf(conversation, positionOf(code).row),
	});
}

/** Which kinds of breakpoint a stop is said to be of, where several are at one place. */
const REASONS: readonly (readonly [BreakpointKind, string])[] = [
	['exception', 'exception'],
	['line', 'breakpoint'],
	['data', 'data breakpoint'],
	['function', 'function breakpoint'],
	['instruction', 'instruction breakpoint'],
];

/** Says which breakpoints were hit, and of an exception the evidence. */
async function hits(
	conversation: Conversation,
	debuggee: Debuggee,
	stop: Stop,
	thread: Thread | undefined,
): Promise<void> {
	const { session, cursor } = debuggee;
	const hit = stop.reason === 'breakpoint' ? conversation.breakpoints.at(cursor) : [];
	const [kind, reason] = REASONS.find(([kind]) => hit.some((b) => b.kind === kind)) ?? [undefined, 'step'];
	const hitBreakpointIds = hit.map((b) => b.answer.id);
	const exception =
		kind === 'exception' ? await exceptionAt(session, cursor, conversation.exceptions) : undefined;
	if (debuggee !== conversation.debuggee) return;
	if (exception) tellEvidence(conversation, exception);
	const more = {
		...edgeOf(debuggee, stop),
		...(hit.length > 0 ? { hitBreakpointIds } : {}),
		...(exception ? { description: exception.description, text: exception.id } : {}),
	};
	conversation.stopped(reason, more, thread);
}

function edgeOf({ session, cursor, end }: Debuggee, stop: Stop): { description?: string } {
	const what = session.kind === 'recorded' ? 'recording' : 'scenario';
	if (cursor.row >= session.length) return { description: end };
	return stop.reason === 'start' ? { description: `Start of the ${what}` } : {};
}
