// Expressions: what a person points at, watches, or types into the console; and changing values where the session
// can.

import type { DebugProtocol } from '@vscode/debugprotocol';
import { decisionValues } from '../session/decision-values.ts';
import { evaluate } from '../session/evaluate.ts';
import { isRegister } from '../session/expression/register-at-hand.ts';
import { completionsAt, ExpressionError, expressionText, parseExpression } from '../session/expression.ts';
import { type Value, vcpuPath } from '../session/inspect.ts';
import { COMMANDS, command } from './console-commands.ts';
import type { Conversation } from './conversation.ts';
import {
	badExpression,
	badStatement,
	badValue,
	cannotEvaluate,
	cannotSet,
	staleReference,
	unknownFrame,
} from './errors.ts';
import type { Frame } from './frames.ts';
import type { Answer, Handler } from './request-server.ts';
import { sayContinued } from './run.ts';
import { baseOf, shown, valueText } from './value-text.ts';

/** `handlerOf`: how requests are answered, for commands in the console that do the same. */
export function evaluatingRequests(
	conversation: Conversation,
	handlerOf: (request: string) => Handler | undefined,
): Record<string, Handler> {
	return {
		evaluate: async (args: DebugProtocol.EvaluateArguments, signal) =>
			isTyped(args)
				? ((await command(conversation, handlerOf, args.expression, signal)) ?? typed(conversation, args))
				: evaluated(conversation, args),
		completions: (args: DebugProtocol.CompletionsArguments) => completions(conversation, args),
		setVariable: (args: DebugProtocol.SetVariableArguments) => {
			const variable = variableNamed(conversation, args.name, args.variablesReference);
			if (!variable) throw staleReference(args.variablesReference);
			return changed(conversation, variable.path, args.value, args.format);
		},
		setExpression: ({ expression, value, format }: DebugProtocol.SetExpressionArguments) =>
			changed(conversation, expression, value, format),
	};
}

/** Typed into a console. Helix names no context. */
function isTyped({ context }: DebugProtocol.EvaluateArguments): boolean {
	return context === 'repl' || context === undefined;
}

function evaluated(
	conversation: Conversation,
	{ expression, frameId, context, format }: DebugProtocol.EvaluateArguments,
): Answer {
	const { session } = conversation.standing('evaluate');
	const frame = frameNumbered(conversation, frameId);
	const value = namedValue(conversation, frame, expression);
	if (!value)
		return { body: { result: computed(conversation, frame, expression, format), variablesReference: 0 } };
	if (context === 'clipboard' || context === 'variables')
		return { body: { result: valueText(conversation, value, format), variablesReference: 0 } };
	const { value: result, ...rest } = shown(conversation, session, value, format);
	return { body: { result, ...rest } };
}

/** An expression, or a statement that acts at once where the session takes some. */
function typed(conversation: Conversation, args: DebugProtocol.EvaluateArguments): Answer {
	const { session, cursor, threadId } = conversation.standing('evaluate');
	const frame = frameNumbered(conversation, args.frameId);
	if (!session.carryOut || namedValue(conversation, frame, args.expression))
		return evaluated(conversation, args);
	const selected = Math.max(
		0,
		frame?.vcpu ? session.vcpus.findIndex((v) => v.id === frame.vcpu?.id) : threadId - 1,
	);
	const made = session.carryOut(cursor, Math.min(selected, session.vcpus.length - 1), args.expression);
	if ('problem' in made) {
		try {
			return evaluated(conversation, args);
		} catch {
			throw badStatement(args.expression, made.problem);
		}
	}
	const row = made.branch.branch?.behind ?? cursor.row;
	// Ahead of the answer: on that VS Code looks at its frame again, which then is none any more.
	sayContinued(conversation);
	return {
		body: { result: made.result, variablesReference: 0 },
		after: () => {
			conversation.enter(made.branch, { row, decision: 0 });
			conversation.stopped('goto');
		},
	};
}

function frameNumbered(conversation: Conversation, frameId: number | undefined): Frame | undefined {
	if (frameId === undefined) return undefined;
	const frame = conversation.frames.get(frameId);
	if (!frame) throw unknownFrame(frameId);
	return frame;
}

/** A value that the session has under this name, seen from a frame. */
function namedValue(
	conversation: Conversation,
	frame: Frame | undefined,
	expression: string,
): Value | undefined {
	const { session, cursor, selected } = conversation.standing('evaluate');
	const decided = frame?.decision ? decisionValues(frame.decision) : [];
	return (
		decided.find(({ path }) => path === expression) ??
		evaluate(session, frame?.row ?? cursor.row, frame?.vcpu ?? selected, expression)
	);
}

/** The result of an expression that is more than a name. */
function computed(
	conversation: Conversation,
	frame: Frame | undefined,
	expression: string,
	format: DebugProtocol.ValueFormat | undefined,
): string {
	const { session, cursor, selected } = conversation.standing('evaluate');
	try {
		const base = baseOf(conversation, format);
		return expressionText(session, cursor, frame?.vcpu ?? selected, parseExpression(expression), base);
	} catch (error) {
		if (!(error instanceof ExpressionError)) throw error;
		// Of a single name it is more help to hear what names there are.
		throw /^[\w.[\] ]*$/.test(expression)
			? cannotEvaluate(expression)
			: badExpression(expression, error.message);
	}
}

/** A variable of those that were handed out under `reference`; without one, none. */
export function variableNamed(
	{ values }: Conversation,
	name: string,
	reference: number | undefined,
): Value | undefined {
	return reference ? values.get(reference)?.named.find((value) => value.name === name) : undefined;
}

function completions(
	conversation: Conversation,
	{ text, column, frameId }: DebugProtocol.CompletionsArguments,
): Answer {
	const { client } = conversation;
	const { session, cursor, selected } = conversation.standing('completions');
	const vcpu = frameNumbered(conversation, frameId)?.vcpu ?? selected;
	const at = Math.max(0, Math.min(client.fromColumn(column) - 1, text.length));
	const typed = text.slice(0, at);
	const commands = COMMANDS.filter(({ name }) => name.startsWith(typed)).map(({ name, does }) => ({
		label: name,
		detail: does,
		type: 'keyword',
		start: client.toColumn(1),
		length: typed.length,
	}));
	const names = completionsAt(session, cursor, vcpu, text, at).map(
		({ label, detail, kind, start, length }) => ({
			label,
			...(detail ? { detail } : {}),
			type: kind === 'constant' ? 'value' : kind,
			start: client.toColumn(start + 1),
			length,
		}),
	);
	return { body: { targets: [...names, ...commands] } };
}

/** A bare register is the call's: what was set is the vCPU's. */
function inState(conversation: Conversation, path: string): string {
	const { session, cursor, selected } = conversation.standing('setVariable');
	return selected && isRegister(path) ? `${vcpuPath(session.stateAt(cursor.row), selected)}.${path}` : path;
}

/** Sets a value; the session then goes on as a branch from here. */
async function changed(
	conversation: Conversation,
	path: string,
	text: string,
	format: DebugProtocol.ValueFormat | undefined,
): Promise<Answer> {
	const { session, cursor } = conversation.movable('setVariable');
	if (!session.setValue) throw cannotSet(path);
	const branch = await session.setValue(cursor, path, text).catch((error: unknown) => {
		throw badValue(path, text, error instanceof Error ? error.message : String(error));
	});
	conversation.enter(branch, branch.branch ? { row: branch.branch.behind, decision: 0 } : cursor);
	const value = namedValue(conversation, undefined, inState(conversation, path));
	const { value: shownText, ...rest } = value
		? shown(conversation, branch, value, format)
		: { value: text, variablesReference: 0 };
	return {
		body: { value: shownText, ...rest },
		after: () => conversation.emit('invalidated', { areas: ['all'] }),
	};
}
