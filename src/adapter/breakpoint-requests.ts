// Setting breakpoints, and where they can be set.

import type { DebugProtocol } from '@vscode/debugprotocol';
import {
	type ResolvedBreakpoint,
	resolveFunction,
	resolveLine,
	resolveRule,
	withCondition,
} from './breakpoints.ts';
import type { Conversation } from './conversation.ts';
import type { Answer, Handler } from './request-server.ts';
import { anchorAtOrBelow } from './spec-library.ts';

export function breakpointRequests(conversation: Conversation): Record<string, Handler> {
	return {
		setBreakpoints: (args: DebugProtocol.SetBreakpointsArguments) => setBreakpoints(conversation, args),
		setFunctionBreakpoints: (args: DebugProtocol.SetFunctionBreakpointsArguments) =>
			setFunctionBreakpoints(conversation, args),
		// No exception filters are offered, yet clients send the request with an empty list.
		setExceptionBreakpoints: () => ({ body: { breakpoints: [] } }),
		breakpointLocations: (args: DebugProtocol.BreakpointLocationsArguments) =>
			breakpointLocations(conversation, args),
	};
}

async function setBreakpoints(
	conversation: Conversation,
	args: DebugProtocol.SetBreakpointsArguments,
): Promise<Answer> {
	const { client, breakpoints } = conversation;
	const { session, sources } = conversation.launched('setBreakpoints');
	const wanted = args.breakpoints ?? [];
	const page = sources.pageOf(args.source);
	if (page === undefined && !sources.isTrace(args.source)) {
		const message = 'This file is not part of the session.';
		return { body: { breakpoints: wanted.map(({ line }) => ({ verified: false, line, message })) } };
	}
	const resolved: ResolvedBreakpoint[] = [];
	for (const { line: clientLine, condition } of wanted) {
		const line = client.fromLine(clientLine);
		const id = breakpoints.nextId();
		const place = page === undefined ? undefined : anchorAtOrBelow(sources.spec.index, page, line);
		const plain =
			page === undefined
				? resolveLine(session, id, line, sources.trace)
				: await resolveRule(session, id, place, line, sources.page(page));
		resolved.push(await withCondition(session, plain, condition));
	}
	breakpoints.setLines(page ?? 'trace', resolved);
	return {
		body: {
			breakpoints: resolved.map(({ answer }) => ({
				...answer,
				...(answer.line === undefined ? {} : { line: client.toLine(answer.line) }),
			})),
		},
	};
}

async function setFunctionBreakpoints(
	conversation: Conversation,
	args: DebugProtocol.SetFunctionBreakpointsArguments,
): Promise<Answer> {
	const { session } = conversation.launched('setFunctionBreakpoints');
	const resolved: ResolvedBreakpoint[] = [];
	for (const { name, condition } of args.breakpoints ?? []) {
		const plain = resolveFunction(session, conversation.breakpoints.nextId(), name);
		resolved.push(await withCondition(session, plain, condition));
	}
	conversation.breakpoints.setFunctions(resolved);
	return { body: { breakpoints: resolved.map((b) => b.answer) } };
}

function breakpointLocations(
	conversation: Conversation,
	args: DebugProtocol.BreakpointLocationsArguments,
): Answer {
	const { client } = conversation;
	const { session } = conversation.launched('breakpointLocations');
	const { events } = session.trace;
	const first = client.fromLine(args.line);
	const last = Math.min(args.endLine === undefined ? first : client.fromLine(args.endLine), first + 1000);
	const breakpoints: DebugProtocol.BreakpointLocation[] = [];
	for (let row = events.rowAtOrAfterLine(first); row < session.length; row++) {
		const line = events.line(row);
		if (line > last) break;
		if (line >= first) breakpoints.push({ line: client.toLine(line) });
	}
	return { body: { breakpoints } };
}
