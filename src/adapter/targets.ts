// Places to go to that a client lets the person choose from: what is on a line, the decisions about a call, the
// start of the call that a frame is in.

import type { DebugProtocol } from '@vscode/debugprotocol';
import { describeEvent } from '../session/describe.ts';
import { type Position, positionCode, positionOf } from '../session/position.ts';
import {
	type Positions,
	positionsOfClause,
	positionsOfLine,
	positionsOfRule,
} from '../session/predicates.ts';
import { callAnchor } from '../session/recorded-call.ts';
import type { Session } from '../session/session.ts';
import { indexAfter } from '../session/statements.ts';
import type { Conversation } from './conversation.ts';
import { noTarget, notInCall, unknownFrame } from './errors.ts';
import type { Answer, Handler } from './request-server.ts';
import { moved } from './run.ts';
import { anchorAtOrBelow } from './spec-library.ts';

export function targetRequests(conversation: Conversation): Record<string, Handler> {
	return {
		stepInTargets: (args: DebugProtocol.StepInTargetsArguments) => stepInTargets(conversation, args),
		gotoTargets: (args: DebugProtocol.GotoTargetsArguments, signal) =>
			gotoTargets(conversation, args, signal),
		goto: ({ targetId }: DebugProtocol.GotoArguments) => {
			const { cursor } = conversation.movable('goto');
			const { row, decision } = targetNumbered(conversation, targetId);
			return { after: () => moved(conversation, 'goto', () => cursor.goto(row, decision)) };
		},
		restartFrame: (args: DebugProtocol.RestartFrameArguments) => restartFrame(conversation, args),
	};
}

/** What a number means that was handed out as a target at this stop. */
export function targetNumbered({ targets }: Conversation, id: number): Position {
	const target = targets.get(id);
	if (!target) throw noTarget(id);
	return target;
}

/** Each decision of the model about the call at hand that is still to come. */
function stepInTargets(
	conversation: Conversation,
	{ frameId }: DebugProtocol.StepInTargetsArguments,
): Answer {
	const { session, cursor } = conversation.standing('stepInTargets');
	if (!conversation.frames.get(frameId)) throw unknownFrame(frameId);
	const row = decidingRow(session, cursor.row);
	const targets = session.decisionsAt(row).map(({ rule, outcome }, i) => ({
		at: { row, decision: i + 1 },
		label: `${rule}: ${outcome}`,
	}));
	const ahead = targets.filter(({ at }) => positionCode(at) > positionCode(cursor));
	return { body: { targets: ahead.map(({ at, label }) => ({ id: conversation.targets.add(at), label })) } };
}

/** Where the call at hand is decided; the row itself where it is in none. */
function decidingRow(session: Session, row: number): number {
	if (row >= session.length) return row;
	const { events } = session.trace;
	const rows = session.calls.at(session.calls.around(events.vm(row), events.vcpu(row), row));
	return rows ? callAnchor(rows) : row;
}

/** What there is on the line, or on the next line that has something. */
async function gotoTargets(
	conversation: Conversation,
	{ source, line: clientLine }: DebugProtocol.GotoTargetsArguments,
	signal: AbortSignal,
): Promise<Answer> {
	const { client } = conversation;
	const { session, cursor, sources } = conversation.standing('gotoTargets');
	const wanted = client.fromLine(clientLine);
	const target = (position: Position, label: string, line: number): DebugProtocol.GotoTarget => ({
		id: conversation.targets.add(position),
		label,
		line: client.toLine(line),
		column: client.toColumn(1),
	});
	const page = sources.pageOf(source);
	if (page !== undefined) {
		const place = anchorAtOrBelow(sources.spec.index, page, wanted);
		if (!place) return { body: { targets: [] } };
		const { kind, id } = place.anchor;
		const all = await (kind === 'rule' ? positionsOfRule : positionsOfClause)(session, id, signal);
		const label = (at: Position) => `${id}, at event ${at.row}: ${describeEvent(session, at.row)}`;
		return { body: { targets: nearest(all, cursor).map((at) => target(at, label(at), place.line)) } };
	}
	const file = sources.otherFile(source);
	if (file === undefined && !sources.isTrace(source)) return { body: { targets: [] } };
	const { line, positions } = await positionsOfLine(session, wanted, signal, file);
	const end = { row: session.length, decision: 0 };
	const targets =
		line === undefined
			? [target(end, 'the end', session.trace.lineCount)]
			: nearest(positions, cursor).map((at) =>
					target(at, `event ${at.row}: ${describeEvent(session, at.row)}`, line),
				);
	return { body: { targets } };
}

/** So many before and so many after where one stands are offered. */
const EACH_WAY = 10;

function nearest(positions: Positions, from: Position): Position[] {
	const at = indexAfter(positions, positionCode(from));
	return Array.from(positions.slice(Math.max(0, at - EACH_WAY), at + EACH_WAY)).map(positionOf);
}

/** Back to where the guest makes the call that the frame is in. */
function restartFrame(conversation: Conversation, { frameId }: DebugProtocol.RestartFrameArguments): Answer {
	const { cursor } = conversation.movable('restartFrame');
	const frame = conversation.frames.get(frameId);
	if (!frame) throw unknownFrame(frameId);
	const { call } = frame;
	if (call === undefined) throw notInCall();
	return { after: () => moved(conversation, 'restart', () => cursor.goto(call)) };
}
