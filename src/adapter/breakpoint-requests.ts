// Setting breakpoints, and where they can be set. What a breakpoint means is told at once; where it stops is
// found in the background.

import type { DebugProtocol } from '@vscode/debugprotocol';
import { EXCEPTION_FILTERS, type ExceptionFilterId } from '../session/exceptions.ts';
import { functionTargets } from '../session/function-targets.ts';
import { positionOf } from '../session/position.ts';
import {
	dataIds,
	positionsOfAddress,
	positionsOfClause,
	positionsOfData,
	positionsOfException,
	positionsOfFunction,
	positionsOfLine,
	positionsOfRule,
} from '../session/predicates.ts';
import type { Session } from '../session/session.ts';
import { addressOf } from './address.ts';
import { Breakpoint, type BreakpointKind, type Finder, type Later, type Terms } from './breakpoint.ts';
import type { Conversation } from './conversation.ts';
import { variableNamed } from './evaluating.ts';
import type { Answer, Handler } from './request-server.ts';
import type { Sources } from './sources.ts';
import { anchorAtOrBelow } from './spec-library.ts';

type Told = Omit<DebugProtocol.Breakpoint, 'id' | 'verified'>;

export function breakpointRequests(conversation: Conversation): Record<string, Handler> {
	return {
		setBreakpoints: (args: DebugProtocol.SetBreakpointsArguments) => setBreakpoints(conversation, args),
		setFunctionBreakpoints: (args: DebugProtocol.SetFunctionBreakpointsArguments) =>
			setFunctionBreakpoints(conversation, args),
		setExceptionBreakpoints: (args: DebugProtocol.SetExceptionBreakpointsArguments) =>
			setExceptionBreakpoints(conversation, args),
		dataBreakpointInfo: (args: DebugProtocol.DataBreakpointInfoArguments) =>
			dataBreakpointInfo(conversation, args),
		setDataBreakpoints: (args: DebugProtocol.SetDataBreakpointsArguments) =>
			setDataBreakpoints(conversation, args),
		setInstructionBreakpoints: (args: DebugProtocol.SetInstructionBreakpointsArguments) =>
			setInstructionBreakpoints(conversation, args),
		breakpointLocations: (args: DebugProtocol.BreakpointLocationsArguments) =>
			breakpointLocations(conversation, args),
	};
}

/** A breakpoint that stops where `find` says; `find` undefined: `told` says why it never can. */
function made(
	{ breakpoints }: Conversation,
	kind: BreakpointKind,
	find: Finder | undefined,
	told: Told,
	terms: Terms,
	more: { readonly never?: string; readonly later?: Later } = {},
): Breakpoint {
	const id = breakpoints.nextId();
	const verified = find !== undefined && !more.later;
	const why = verified ? {} : { reason: find ? ('pending' as const) : ('failed' as const) };
	return new Breakpoint(kind, { id, verified, ...why, ...told }, find, terms, more);
}

/** So many milliseconds the client waits for what is found out about its breakpoints; the rest comes by event. */
const PATIENCE = 500;

async function set(
	{ breakpoints }: Conversation,
	group: string,
	list: readonly Breakpoint[],
): Promise<Answer> {
	breakpoints.set(group, list);
	// Where finding fails the run that needs it says so.
	await Promise.race([
		breakpoints.ready.catch(() => undefined),
		new Promise((done) => setTimeout(done, PATIENCE)),
	]);
	const answers = list.map((breakpoint) => {
		breakpoint.told = true;
		return breakpoint.answer;
	});
	return { body: { breakpoints: answers } };
}

async function setBreakpoints(
	conversation: Conversation,
	{ source, breakpoints, lines }: DebugProtocol.SetBreakpointsArguments,
): Promise<Answer> {
	const { sources } = conversation.launched('setBreakpoints');
	const wanted = breakpoints ?? (lines ?? []).map((line) => ({ line }));
	const page = sources.pageOf(source);
	const file = page === undefined ? sources.otherFile(source) : undefined;
	if (page === undefined && file === undefined && !sources.isTrace(source)) {
		const message = 'This file is not part of the session.';
		return { body: { breakpoints: wanted.map(({ line }) => ({ verified: false, line, message })) } };
	}
	const at = (one: DebugProtocol.SourceBreakpoint) =>
		page === undefined ? onTrace(conversation, one, file) : onPage(conversation, page, one);
	return set(conversation, page ?? file ?? 'trace', await Promise.all(wanted.map(at)));
}

/** Stops at the event on the line, else at the next event below. */
async function onTrace(
	conversation: Conversation,
	wanted: DebugProtocol.SourceBreakpoint,
	file: string | undefined,
): Promise<Breakpoint> {
	const { client } = conversation;
	const { session, sources, grows } = conversation.launched('setBreakpoints');
	const line = client.fromLine(wanted.line);
	const source = client.source(file === undefined ? sources.trace : sources.beside(file));
	const at = (line: number) => ({ line: client.toLine(line), source, column: client.toColumn(1) });
	const find: Finder = async (session, signal) =>
		(await positionsOfLine(session, line, signal, file)).positions;
	const found = await positionsOfLine(session, line, undefined, file);
	if (found.line !== undefined) return made(conversation, 'line', find, at(found.line), wanted);
	const never = `There is no event on this line or below it${grows ? ' so far' : ''}.`;
	const told = { line: client.toLine(line), source, message: never };
	if (!grows) return made(conversation, 'line', undefined, told, wanted);
	const later: Later = ({ trace }, [first = 0]) => ({
		verified: true,
		...at(trace.events.line(positionOf(first).row)),
	});
	return made(conversation, 'line', find, told, wanted, { never, later });
}

/** Stops wherever the rule on the line, or a rule resting on the clause there, decides. */
async function onPage(
	conversation: Conversation,
	page: string,
	wanted: DebugProtocol.SourceBreakpoint,
): Promise<Breakpoint> {
	const { client } = conversation;
	const { sources } = conversation.launched('setBreakpoints');
	const line = client.fromLine(wanted.line);
	const place = anchorAtOrBelow(sources.spec.index, page, line);
	const where = { line: client.toLine(place?.line ?? line), source: client.source(sources.page(page)) };
	if (!place)
		return made(
			conversation,
			'line',
			undefined,
			{ ...where, message: 'There is no rule or clause on this line or below it.' },
			wanted,
		);
	const { kind, id } = place.anchor;
	const find: Finder = (session, signal) =>
		kind === 'rule' ? positionsOfRule(session, id, signal) : positionsOfClause(session, id, signal);
	const never = `No call of the recording is decided by ${id}.`;
	return made(conversation, 'line', find, { ...where, column: client.toColumn(1) }, wanted, { never });
}

function setFunctionBreakpoints(
	conversation: Conversation,
	{ breakpoints }: DebugProtocol.SetFunctionBreakpointsArguments,
): Promise<Answer> {
	const { session } = conversation.launched('setFunctionBreakpoints');
	const all = breakpoints.map((wanted) => {
		const name = String(wanted.name);
		const known = functionTargets(name) !== undefined || (session.rowsNamed?.(name.trim()) ?? []).length > 0;
		const find: Finder = async (session, signal) => (await positionsOfFunction(session, name, signal)) ?? [];
		const message = `'${name}' is no PSCI or SMCCC function and none of KVM's. Use a name (CPU_ON, kvm_psci_vcpu_on), a pattern (SYSTEM_*) or an ID (0xc4000003).`;
		const never = `The recording has no call of ${name}.`;
		return made(conversation, 'function', known ? find : undefined, known ? {} : { message }, wanted, {
			never,
		});
	});
	return set(conversation, 'functions', all);
}

function setExceptionBreakpoints(
	conversation: Conversation,
	{ filters, filterOptions }: DebugProtocol.SetExceptionBreakpointsArguments,
): Promise<Answer> {
	conversation.launched('setExceptionBreakpoints');
	const wanted = [
		...filters.map((filterId) => ({ filterId, condition: undefined })),
		...(filterOptions ?? []),
	];
	const all = wanted.map(({ filterId, condition }) => {
		const find: Finder | undefined = isExceptionFilter(filterId)
			? (session, signal) => positionsOfException(session, filterId, undefined, signal)
			: undefined;
		const told = find ? {} : { message: `There is no exception filter '${filterId}'.` };
		return made(conversation, 'exception', find, told, { condition });
	});
	conversation.exceptions = wanted.map(({ filterId }) => filterId).filter(isExceptionFilter);
	return set(conversation, 'exceptions', all);
}

function dataBreakpointInfo(
	conversation: Conversation,
	args: DebugProtocol.DataBreakpointInfoArguments,
): Answer {
	const { session, cursor } = conversation.standing('dataBreakpointInfo');
	const path = variableNamed(conversation, args.name, args.variablesReference)?.path ?? args.name;
	const frame = args.frameId === undefined ? undefined : conversation.frames.get(args.frameId);
	const info = args.asAddress
		? undefined
		: dataIds(session, { row: frame?.row ?? cursor.row, decision: 0 }, path);
	if (!info) {
		const description = `${args.name} cannot be watched: only what is known of a vCPU (mp_state, requests, reset_state, pc, x0 to x3) and the PSCI version can.`;
		return { body: { dataId: null, description } };
	}
	const { id, description, accessTypes } = info;
	return { body: { dataId: id, description, accessTypes, canPersist: true } };
}

function setDataBreakpoints(
	conversation: Conversation,
	{ breakpoints }: DebugProtocol.SetDataBreakpointsArguments,
): Promise<Answer> {
	const { session, cursor } = conversation.launched('setDataBreakpoints');
	const all = breakpoints.map((wanted) => {
		const known = dataIds(session, cursor, String(wanted.dataId))?.id === wanted.dataId;
		const reads = wanted.accessType === 'read' || wanted.accessType === 'readWrite';
		const message = !known
			? `'${wanted.dataId}' is no value of this session.`
			: reads
				? 'A recording tells who wrote a value, not who read it.'
				: undefined;
		const find: Finder = (session, signal) => positionsOfData(session, wanted.dataId, 'write', signal);
		return made(conversation, 'data', message ? undefined : find, message ? { message } : {}, wanted);
	});
	return set(conversation, 'data', all);
}

function setInstructionBreakpoints(
	conversation: Conversation,
	{ breakpoints }: DebugProtocol.SetInstructionBreakpointsArguments,
): Promise<Answer> {
	conversation.launched('setInstructionBreakpoints');
	const all = breakpoints.map((wanted) => {
		const address = addressOf(String(wanted.instructionReference), wanted.offset);
		const find: Finder | undefined =
			address === undefined ? undefined : (session, signal) => positionsOfAddress(session, address, signal);
		const told =
			address === undefined
				? {
						message: `'${wanted.instructionReference}' is no guest address, expected one such as 0x40080000.`,
					}
				: { instructionReference: `0x${address.toString(16)}` };
		return made(conversation, 'instruction', find, told, wanted);
	});
	return set(conversation, 'instructions', all);
}

/** The most lines that are answered for at once. */
const MOST_LINES = 1000;

function breakpointLocations(
	conversation: Conversation,
	{ source, line, endLine }: DebugProtocol.BreakpointLocationsArguments,
): Answer {
	const { client } = conversation;
	const { session, sources } = conversation.launched('breakpointLocations');
	const first = client.fromLine(line);
	const last = Math.min(endLine === undefined ? first : client.fromLine(endLine), first + MOST_LINES);
	const page = sources.pageOf(source);
	const lines = new Set<number>();
	if (page !== undefined) {
		for (const anchor of sources.spec.index.page(page)?.anchors ?? []) lines.add(anchor.line);
	} else if (session.kind === 'simulated') {
		for (const line of linesWithStatements(session, source, sources)) lines.add(line);
	} else if (sources.isTrace(source)) {
		const { events } = session.trace;
		for (let row = events.rowAtOrAfterLine(first); row < session.length; row++) {
			if (events.line(row) > last) break;
			lines.add(events.line(row));
		}
	}
	const breakpoints = [...lines]
		.filter((at) => at >= first && at <= last)
		.map((at) => ({ line: client.toLine(at), column: client.toColumn(1) }));
	return { body: { breakpoints } };
}

/** Lines of one of a scenario's files. */
function linesWithStatements(session: Session, source: DebugProtocol.Source, sources: Sources): number[] {
	const file = sources.otherFile(source);
	if (file === undefined && !sources.isTrace(source)) return [];
	const { trace, statements } = session;
	const rows = Array.from(statements).filter((row) => trace.elsewhere?.(row)?.file === file);
	return rows.map((row) => trace.elsewhere?.(row)?.line ?? trace.events.line(row));
}

function isExceptionFilter(id: string): id is ExceptionFilterId {
	return EXCEPTION_FILTERS.some((filter) => filter.id === id);
}
