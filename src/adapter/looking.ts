// Looking at where one stands: threads, frames, scopes, values.

import type { DebugProtocol } from '@vscode/debugprotocol';
import { exceptionAt } from '../session/exceptions.ts';
import type { Value } from '../session/inspect.ts';
import type { Conversation } from './conversation.ts';
import { badArguments, noException, staleReference, unknownFrame } from './errors.ts';
import { type Frame, framesOf } from './frames.ts';
import { asked, type Elements, type Later, type Listing, pageOf } from './listing.ts';
import type { Answer, Handler } from './request-server.ts';
import { scopesOf } from './scopes.ts';
import { threadName, threadNumbered, threadsOf } from './threads.ts';
import { listed, shown } from './value-text.ts';

export function lookingRequests(conversation: Conversation): Record<string, Handler> {
	return {
		threads: () => {
			const { session } = conversation.launched('threads');
			const threads = threadsOf(session).map((thread) => ({
				id: thread.id,
				name: threadName(session, thread),
			}));
			return { body: { threads } };
		},
		stackTrace: (args: DebugProtocol.StackTraceArguments) => stackTrace(conversation, args),
		scopes: (args: DebugProtocol.ScopesArguments) => scopes(conversation, args),
		variables: (args: DebugProtocol.VariablesArguments) => variables(conversation, args),
		exceptionInfo: () => exceptionInfo(conversation),
	};
}

function stackTrace(conversation: Conversation, args: DebugProtocol.StackTraceArguments): Answer {
	const { session, cursor, sources, threadId } = conversation.standing('stackTrace');
	const thread = threadNumbered(session, args.threadId);
	if (!thread) throw badArguments('stackTrace', `a threadId of the threads response, got ${args.threadId}`);
	const frames = framesOf(session, cursor, thread, threadId === thread.id, sources.spec.index);
	const start = Math.max(0, args.startFrame ?? 0);
	const page = frames.slice(start, args.levels ? start + args.levels : undefined);
	const stackFrames = page.map((frame) => stackFrame(conversation, frame));
	return { body: { stackFrames, totalFrames: frames.length } };
}

function stackFrame(conversation: Conversation, frame: Frame): DebugProtocol.StackFrame {
	const { client } = conversation;
	const { sources } = conversation.launched('stackTrace');
	const pc = frame.vcpu?.pc?.value;
	return {
		id: conversation.frames.add(frame),
		name: frame.name,
		line: client.toLine(frame.line),
		column: client.toColumn(1),
		source: client.source(
			frame.file !== undefined
				? sources.beside(frame.file)
				: frame.page === undefined
					? sources.trace
					: sources.page(frame.page),
		),
		moduleId: frame.vm,
		canRestart: frame.call !== undefined,
		...(pc === undefined ? {} : { instructionPointerReference: `0x${pc.toString(16)}` }),
		presentationHint: frame.subtle ? 'subtle' : 'normal',
	};
}

function scopes(conversation: Conversation, { frameId }: DebugProtocol.ScopesArguments): Answer {
	const { session } = conversation.standing('scopes');
	const frame = conversation.frames.get(frameId);
	if (!frame) throw unknownFrame(frameId);
	const body = scopesOf(session, frame).map(({ name, hint, expensive, listing }) => ({
		name,
		expensive: expensive === true,
		...(hint ? { presentationHint: hint } : {}),
		...listed(conversation, listing),
	}));
	return { body: { scopes: body } };
}

function variables(conversation: Conversation, args: DebugProtocol.VariablesArguments): Answer {
	const { session } = conversation.standing('variables');
	const listing = conversation.values.get(args.variablesReference);
	if (!listing) throw staleReference(args.variablesReference);
	const rows = pageOfListing(conversation, listing, args).map((item) =>
		'value' in item
			? laterVariable(conversation, item)
			: 'from' in item
				? rangeVariable(conversation, item)
				: {
						name: item.name,
						...(item.path ? { evaluateName: item.path } : {}),
						...shown(conversation, session, item, args.format),
					},
	);
	return { body: { variables: rows } };
}

/** Elements `from` to `to` (exclusive), shown folded to a client that takes no pages. */
interface Range {
	readonly elements: Elements;
	readonly from: number;
	readonly to: number;
}

/** So many elements are shown at once to a client that takes no pages. */
const MOST_UNPAGED = 100;

function pageOfListing(
	{ client }: Conversation,
	{ named: known, later = [], indexed }: Listing,
	{ filter, start = 0, count }: DebugProtocol.VariablesArguments,
): (Value | Later | Range)[] {
	const named = [...known, ...later];
	const total = indexed?.count ?? 0;
	const most = count ? count : Number.POSITIVE_INFINITY;
	const from = Math.max(0, start);
	if (filter === 'named') return named.slice(from, from + most);
	if (filter === 'indexed') return indexed ? pageOf(indexed, from, most) : [];
	if (indexed && !client.pagesVariables && !count && total > MOST_UNPAGED)
		return [...named, ...ranges(indexed)];
	const elements = indexed ? pageOf(indexed, Math.max(0, from - named.length), most) : [];
	return [...named.slice(from), ...elements].slice(0, most);
}

function ranges(elements: Elements): Range[] {
	let size = MOST_UNPAGED;
	while (elements.count / size > MOST_UNPAGED) size *= MOST_UNPAGED;
	const count = Math.ceil(elements.count / size);
	return Array.from({ length: count }, (_, i) => ({
		elements,
		from: i * size,
		to: Math.min(elements.count, (i + 1) * size),
	}));
}

function laterVariable(conversation: Conversation, later: Later): DebugProtocol.Variable {
	return {
		name: later.name,
		value: '…',
		variablesReference: conversation.values.add(asked(later)),
		presentationHint: { kind: 'virtual', lazy: true, attributes: ['readOnly'] },
	};
}

function rangeVariable(conversation: Conversation, { elements, from, to }: Range): DebugProtocol.Variable {
	const indexed = { count: to - from, at: (i: number) => elements.at(from + i) };
	return {
		name: `[${from}…${to - 1}]`,
		value: '',
		...listed(conversation, { named: [], indexed }),
		presentationHint: { kind: 'virtual' },
	};
}

async function exceptionInfo(conversation: Conversation): Promise<Answer> {
	const { session, cursor } = conversation.standing('exceptionInfo');
	const exception = await exceptionAt(session, cursor, conversation.exceptions);
	if (!exception) throw noException();
	const { events } = session.trace;
	const evidence = exception.details.map(({ row, text }) => `line ${events.line(row)}: ${text}`);
	return {
		body: {
			exceptionId: exception.id,
			description: exception.description,
			breakMode: 'always',
			details: {
				message: exception.description,
				typeName: exception.filterId,
				stackTrace: evidence.join('\n'),
			},
		},
	};
}
