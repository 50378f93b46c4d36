// Looking at where one stands: threads, frames, scopes, values.

import type { DebugProtocol } from '@vscode/debugprotocol';
import { decisionValues } from '../session/decision-values.ts';
import { evaluate } from '../session/evaluate.ts';
import { originText, type Value } from '../session/inspect.ts';
import type { Session } from '../session/session.ts';
import { vcpuName } from '../session/view.ts';
import type { Conversation } from './conversation.ts';
import { badArguments, cannotEvaluate, unknownFrame } from './errors.ts';
import { framesOf } from './frames.ts';
import type { Answer, Handler } from './request-server.ts';
import { scopesOf } from './scopes.ts';

export function lookingRequests(conversation: Conversation): Record<string, Handler> {
	return {
		threads: () => {
			const { session } = conversation.launched('threads');
			const threads = session.vcpus.map((vcpu, i) => ({ id: i + 1, name: vcpuName(session, vcpu) }));
			return { body: { threads } };
		},
		stackTrace: (args: DebugProtocol.StackTraceArguments) => stackTrace(conversation, args),
		scopes: (args: DebugProtocol.ScopesArguments) => scopes(conversation, args),
		variables: (args: DebugProtocol.VariablesArguments) => variables(conversation, args),
		evaluate: (args: DebugProtocol.EvaluateArguments) => evaluated(conversation, args),
		loadedSources: () => ({
			body: { sources: conversation.debuggee ? [conversation.debuggee.sources.trace] : [] },
		}),
		source: (args: DebugProtocol.SourceArguments) => ({
			body: conversation.launched('source').sources.text(args),
		}),
	};
}

function stackTrace(conversation: Conversation, args: DebugProtocol.StackTraceArguments): Answer {
	const { client } = conversation;
	const { session, cursor, sources, threadId } = conversation.launched('stackTrace');
	const frames = framesOf(session, cursor, args.threadId, threadId, sources.spec.index);
	if (!frames) throw badArguments('stackTrace', `a threadId of the threads response, got ${args.threadId}`);
	const start = args.startFrame ?? 0;
	const end = args.levels ? start + args.levels : undefined;
	const stackFrames = frames.slice(start, end).map((frame) => ({
		id: conversation.frames.add(frame),
		name: frame.name,
		line: frame.line === undefined ? 0 : client.toLine(frame.line),
		column: frame.line === undefined ? 0 : client.toColumn(1),
		...(frame.line === undefined
			? { presentationHint: 'label' }
			: { source: frame.page === undefined ? sources.trace : sources.page(frame.page) }),
	}));
	return { body: { stackFrames, totalFrames: frames.length } };
}

function scopes(conversation: Conversation, args: DebugProtocol.ScopesArguments): Answer {
	const { session } = conversation.launched('scopes');
	const frame = conversation.frames.get(args.frameId);
	if (!frame) throw unknownFrame(args.frameId);
	const body = scopesOf(session, frame).map(({ name, hint, values }) => ({
		name,
		expensive: false,
		...(hint ? { presentationHint: hint } : {}),
		variablesReference: conversation.values.add(values),
		namedVariables: values.length,
	}));
	return { body: { scopes: body } };
}

function variables(conversation: Conversation, args: DebugProtocol.VariablesArguments): Answer {
	const { session } = conversation.launched('variables');
	const values = conversation.values.get(args.variablesReference) ?? [];
	const all = args.filter === 'indexed' ? [] : values;
	const start = args.start ?? 0;
	const page = all.slice(start, args.count ? start + args.count : undefined);
	return {
		body: {
			variables: page.map((value) => ({
				name: value.name,
				evaluateName: value.path,
				...shown(conversation, session, value),
			})),
		},
	};
}

function evaluated(conversation: Conversation, args: DebugProtocol.EvaluateArguments): Answer {
	const { session, cursor, selected } = conversation.launched('evaluate');
	const frame = args.frameId === undefined ? undefined : conversation.frames.get(args.frameId);
	const decided = frame?.decision ? decisionValues(frame.decision) : [];
	const expression = String(args.expression ?? '');
	const value =
		decided.find((v) => v.path === expression) ??
		evaluate(session, cursor.row, frame?.vcpu ?? selected, expression);
	if (!value) throw cannotEvaluate(expression);
	if (args.context === 'clipboard' || args.context === 'variables')
		return { body: { result: value.text, variablesReference: 0 } };
	const { value: result, type, variablesReference } = shown(conversation, session, value);
	return { body: { result, ...(type === undefined ? {} : { type }), variablesReference } };
}

/** A value as DAP shows it: text and provenance, and its children to expand. */
function shown(
	{ client, values }: Conversation,
	session: Session,
	value: Value,
): { value: string; type?: string; variablesReference: number } {
	const origin = originText(session, value.origin);
	const why = value.origin?.provenance === 'unknown' ? undefined : value.origin?.why;
	return {
		value: origin ? `${value.text} (${origin})` : value.text,
		...(origin && client.showsTypes ? { type: why ? `${origin}: ${why}` : origin } : {}),
		variablesReference: value.children?.length ? values.add(value.children) : 0,
	};
}
