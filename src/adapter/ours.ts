// What the protocol lacks: requests of our own, `psci/…`, announced in the answer to initialize. docs/dap.md
// describes them.

import type { KernelProfile } from '../kvm/index.ts';
import { printProgram } from '../scenario/print.ts';
import { compareKernels } from '../session/compare-kernels.ts';
import { ofVcpu, type Pass, type Stop } from '../session/cursor.ts';
import { describeEvent } from '../session/describe.ts';
import { divergences } from '../session/divergence.ts';
import { ExpressionError, parseExpression } from '../session/expression.ts';
import { findFindings } from '../session/findings/find.ts';
import { type Position, positionOf } from '../session/position.ts';
import { positionFromText, positionText } from '../session/position-from-text.ts';
import { reportOf } from '../session/report/report.ts';
import { searchEvents } from '../session/search.ts';
import { kernelNamed } from '../session/settings.ts';
import { toScenario } from '../session/to-scenario.ts';
import { viewAt } from '../session/view.ts';
import { type WhyChain, why } from '../session/why.ts';
import { whyEvent } from '../session/why-event.ts';
import type { Conversation } from './conversation.ts';
import { badArguments, badExpression, cannotEvaluate, noPlace } from './errors.ts';
import { long } from './long.ts';
import type { Answer, Handler } from './request-server.ts';
import { moved, sayContinued } from './run.ts';
import { threadNumbered } from './threads.ts';

export interface SearchArguments {
	readonly expression: string;
	readonly direction?: 'forwards' | 'backwards';
	/** so many matches at most; 100 */
	readonly most?: number;
	/** goes to the first match */
	readonly go?: boolean;
}

/** A place of the session that a search found. */
export interface Match {
	/** what `psci/goto` takes */
	readonly place: string;
	readonly line: number;
	readonly text: string;
}

export function ourRequests(conversation: Conversation): Record<string, Handler> {
	return {
		/** What the session panel shows. */
		'psci/state': () => {
			const { session, cursor, previousRow, selected } = conversation.standing('psci/state');
			return { body: viewAt(session, cursor, previousRow, selected) };
		},
		/** The session, or its events `first` to before `end`, as a scenario that does the same on the model. */
		'psci/scenario': ({ first, end }: { first?: number; end?: number }, signal) => {
			const { session } = conversation.standing('psci/scenario');
			const own = first === undefined && end === undefined ? session.asScenario?.() : undefined;
			if (own !== undefined) return { body: { text: own } };
			if ((first ?? 0) < 0 || (end ?? session.length) <= (first ?? 0))
				throw badArguments('psci/scenario', 'first and end: numbers of events, in this order');
			return long(conversation, 'psci/scenario', 'Making a scenario', signal, async (until) => {
				const range = { ...(first === undefined ? {} : { first }), ...(end === undefined ? {} : { end }) };
				const { program, notes } = await toScenario(session, range, until);
				return { text: printProgram(program, notes) };
			});
		},
		/** To `place`: `812`, `812.3`, `line 107`, `12.345s`, `start`, `end`, or a bookmark's name. */
		'psci/goto': ({ place }: { place: string | number }) => {
			const { session, cursor } = conversation.movable('psci/goto');
			const text = String(place);
			const to = conversation.bookmarks.get(text) ?? positionFromText(session, text);
			if (!to) throw noPlace(text);
			return { after: () => jumped(conversation, 'goto', () => cursor.goto(to.row, to.decision)) };
		},
		/** To the next event of a vCPU. */
		'psci/nextEvent': ({ threadId }: { threadId: number }) => {
			const { session, cursor } = conversation.movable('psci/nextEvent');
			const thread = threadNumbered(session, threadId);
			if (thread?.kind !== 'vcpu') throw badArguments('psci/nextEvent', "threadId: a vCPU's");
			return {
				after: () => jumped(conversation, 'step', () => cursor.runToPass(ofVcpu(session, thread.vcpu))),
			};
		},
		/** To before the call that one is in. */
		'psci/stepOutBackwards': () => {
			const { cursor } = conversation.movable('psci/stepOutBackwards');
			return { after: () => jumped(conversation, 'step', () => cursor.stepOutBackwards()) };
		},
		'psci/setBookmark': ({ name }: { name: string }) => {
			const { session, cursor } = conversation.standing('psci/setBookmark');
			if (name.trim() === '' || name.length > LONGEST_NAME || positionFromText(session, name))
				throw badArguments(
					'psci/setBookmark',
					`name: some words, at most ${LONGEST_NAME} letters, that name no place`,
				);
			conversation.bookmarks.set(name, { row: cursor.row, decision: cursor.decision });
			return bookmarks(conversation);
		},
		'psci/removeBookmark': ({ name }: { name: string }) => {
			conversation.bookmarks.delete(name);
			return bookmarks(conversation);
		},
		'psci/bookmarks': () => bookmarks(conversation),
		/** The findings as a page in Markdown, with the pictures that it shows. */
		'psci/report': ({ name = 'findings' }: { name?: string }, signal) => {
			const { session } = conversation.launched('psci/report');
			return long(conversation, 'psci/report', 'Writing the report', signal, async (until) => {
				const { markdown, pictures } = await reportOf(
					session,
					await findFindings(session, until),
					name,
					until,
				);
				return { markdown, pictures: Object.fromEntries(pictures) };
			});
		},
		'psci/why': (args: WhyArguments) => ({ body: whyAsked(conversation, args) }),
		'psci/search': (args: SearchArguments, signal) => search(conversation, args, signal),
		/** Every call that the model answers otherwise than the recording. */
		'psci/divergences': (_: object, signal) => {
			const { session } = conversation.launched('psci/divergences');
			return long(conversation, 'psci/divergences', 'Comparing with the model', signal, async (until) => ({
				divergences: await divergences(session, until),
			}));
		},
		/** Every call that is answered otherwise on one of the kernels than on another. */
		'psci/compare': ({ kernels }: { kernels: readonly string[] }, signal) => {
			const { session } = conversation.launched('psci/compare');
			const profiles = kernelsNamed(kernels);
			return long(conversation, 'psci/compare', 'Comparing kernels', signal, (until) =>
				compareKernels(session, profiles, until),
			);
		},
		/** How numbers are shown that are no names: in `hex`, in `decimal`, or each as it is usually written. */
		'psci/showNumbers': ({ as }: { as?: string }) => {
			conversation.numbers = as === 'hex' || as === 'decimal' ? as : undefined;
			return {
				after: () => {
					if (conversation.client.invalidates) conversation.emit('invalidated', { areas: ['variables'] });
				},
			};
		},
	};
}

export interface WhyArguments {
	/** a value; without one, the event itself */
	readonly expression?: string;
	/** what `psci/goto` takes; where one stands */
	readonly place?: string;
}

function whyAsked(conversation: Conversation, { expression, place }: WhyArguments): WhyChain {
	const { session, cursor } = conversation.standing('psci/why');
	const at = place === undefined ? cursor : positionFromText(session, String(place));
	if (!at) throw noPlace(String(place));
	const chain = expression === undefined ? whyEvent(session, at.row) : why(session, at, expression);
	if (!chain) throw expression === undefined ? noPlace('end') : cannotEvaluate(expression);
	return chain;
}

function jumped(conversation: Conversation, reason: string, move: () => Stop | Pass): Promise<void> {
	sayContinued(conversation);
	return moved(conversation, reason, move);
}

const LONGEST_NAME = 200;

function bookmarks(conversation: Conversation): Answer {
	const { session } = conversation.launched('psci/bookmarks');
	const list = [...conversation.bookmarks].map(([name, position]) => ({
		name,
		...matchAt(conversation, position),
		place: positionText(session, position),
	}));
	return { body: { bookmarks: list } };
}

function matchAt(conversation: Conversation, position: Position): Match {
	const { session } = conversation.launched('match');
	const row = Math.max(0, Math.min(position.row, session.length - 1));
	return {
		place: positionText(session, position),
		line: conversation.client.toLine(session.length > 0 ? session.trace.events.line(row) : 1),
		text: position.row < session.length ? describeEvent(session, row) : 'end',
	};
}

function kernelsNamed(names: readonly string[]): KernelProfile[] {
	const expected = () => badArguments('psci/compare', 'kernels: two names of kernels or more');
	if (names.length < 2) throw expected();
	return names.map((name) => {
		const kernel = kernelNamed(name);
		if (!kernel) throw expected();
		return kernel;
	});
}

/** Matches are sent as `psci/found` events as they are found, so many at a time, and all of them in the answer. */
const TOGETHER = 20;

function search(
	conversation: Conversation,
	{ expression, direction = 'forwards', most = 100, go }: SearchArguments,
	signal: AbortSignal,
): Promise<Answer> {
	const { session, cursor } = go ? conversation.movable('psci/search') : conversation.standing('psci/search');
	if (direction !== 'forwards' && direction !== 'backwards')
		throw badArguments('psci/search', 'direction: forwards or backwards');
	const wanted = parsed(expression);
	const from = { row: cursor.row, decision: cursor.decision };
	const enough = go ? 1 : Math.max(1, Math.min(Number(most) || 100, 10_000));
	const matches: Match[] = [];
	let first: Position | undefined;
	const find = async (until: AbortSignal) => {
		for await (const code of searchEvents(session, wanted, from, direction, until)) {
			first ??= positionOf(code);
			matches.push(matchAt(conversation, positionOf(code)));
			if (matches.length % TOGETHER === 0)
				conversation.emit('psci/found', { expression, matches: matches.slice(-TOGETHER) });
			if (matches.length >= enough) return { matches, complete: false };
		}
		return { matches, complete: true };
	};
	const after = async () => {
		if (go && first) await jumped(conversation, 'goto', () => cursor.goto(first?.row ?? 0, first?.decision));
	};
	return long(conversation, 'psci/search', `Searching ${expression}`, signal, find, after);
}

function parsed(expression: string) {
	try {
		return parseExpression(expression);
	} catch (error) {
		throw error instanceof ExpressionError ? badExpression(expression, error.message) : error;
	}
}
