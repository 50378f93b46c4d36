// The rules of order that hold for every conversation over the protocol. Each entry of the result is a breach.

import type { DebugProtocol } from '@vscode/debugprotocol';
import { schemaProblems } from './protocol-schema.ts';
import type { Entry } from './transcript.ts';

type Capabilities = Readonly<Record<string, unknown>>;

/** After a successful answer to one of these the session runs, and a `stopped` is owed or allowed. */
const RESUMING = new Set([
	'configurationDone',
	'restart',
	'next',
	'stepIn',
	'stepOut',
	'stepBack',
	'continue',
	'reverseContinue',
	'goto',
	'restartFrame',
	// Commands in the console may move.
	'evaluate',
	'setVariable',
	'setExpression',
]);
/** Moves that always end in a stop. */
const OWES_A_STOP = new Set(['next', 'stepIn', 'stepOut', 'stepBack', 'continue', 'reverseContinue', 'goto']);

/** Which capability announces a request. */
const ANNOUNCED_BY: Readonly<Record<string, string>> = {
	breakpointLocations: 'supportsBreakpointLocationsRequest',
	cancel: 'supportsCancelRequest',
	completions: 'supportsCompletionsRequest',
	configurationDone: 'supportsConfigurationDoneRequest',
	dataBreakpointInfo: 'supportsDataBreakpoints',
	disassemble: 'supportsDisassembleRequest',
	exceptionInfo: 'supportsExceptionInfoRequest',
	goto: 'supportsGotoTargetsRequest',
	gotoTargets: 'supportsGotoTargetsRequest',
	loadedSources: 'supportsLoadedSourcesRequest',
	modules: 'supportsModulesRequest',
	readMemory: 'supportsReadMemoryRequest',
	restart: 'supportsRestartRequest',
	restartFrame: 'supportsRestartFrame',
	reverseContinue: 'supportsStepBack',
	setDataBreakpoints: 'supportsDataBreakpoints',
	setExpression: 'supportsSetExpression',
	setFunctionBreakpoints: 'supportsFunctionBreakpoints',
	setInstructionBreakpoints: 'supportsInstructionBreakpoints',
	setVariable: 'supportsSetVariable',
	stepBack: 'supportsStepBack',
	stepInTargets: 'supportsStepInTargetsRequest',
	terminate: 'supportsTerminateRequest',
	terminateThreads: 'supportsTerminateThreadsRequest',
	writeMemory: 'supportsWriteMemoryRequest',
};

/**
 * `complete`: the conversation is over, so nothing may be left unanswered. `isShared`: other clients act on the session,
 * too; that it goes on is then told where this client did not ask for a move.
 */
export function breaches(entries: readonly Entry[], complete: boolean, isShared = false): string[] {
	const found: string[] = [];
	const asked = new Map<number, string>();
	const progress = new Set<string>();
	let capabilities: Capabilities = {};
	let seq = 0;
	let owed = 0;
	let moves = 0;
	let begun = false;
	let terminated = false;
	let initialized = 0;
	let answered = '';

	const response = (message: DebugProtocol.Response) => {
		const command = asked.get(message.request_seq);
		if (command === undefined) found.push(`an answer to ${message.request_seq}, which is not open`);
		else if (command !== message.command) found.push(`${command} answered as ${message.command}`);
		asked.delete(message.request_seq);
		answered = message.command;
		const announced = ANNOUNCED_BY[message.command];
		if (message.success && announced && capabilities[announced] !== true)
			found.push(`${message.command} is served, ${announced} is not announced`);
		const unknown = (message.body as { error?: { id?: number } } | undefined)?.error?.id === 2002;
		if (unknown && announced && capabilities[announced] === true)
			found.push(`${announced} is announced, ${message.command} is not served`);
		if (!message.success) return;
		if (message.command === 'initialize') {
			capabilities = message.body as Capabilities;
			begun = true;
		}
		if (message.command === 'configurationDone' && initialized === 0)
			found.push('configurationDone served before initialized');
		if (RESUMING.has(message.command) || message.command.startsWith('psci/')) owed++;
		if (OWES_A_STOP.has(message.command)) moves++;
	};

	const event = ({ event: name, body }: DebugProtocol.Event) => {
		if (name === 'capabilities') capabilities = { ...capabilities, ...body.capabilities };
		if (name === 'initialized') {
			if (!begun) found.push('initialized before the answer to initialize');
			if (++initialized > 1) found.push('initialized twice');
		}
		if (name === 'stopped') {
			if (terminated) found.push('stopped after terminated');
			if (owed === 0) found.push('stopped without, or before the answer to, what resumed');
			owed = Math.max(0, owed - 1);
			moves = Math.max(0, moves - 1);
		}
		if (name === 'terminated') terminated = true;
		const byOthers = isShared && name === 'continued' && moves === 0;
		if (byOthers) owed++;
		// A statement typed at a stop says so ahead of its answer.
		const mayMove = [...asked.values(), answered].some((command) => /^(evaluate|psci\/.*)$/.test(command));
		if (name === 'continued' && !byOthers && !mayMove)
			found.push('continued: the client knows by the answer');
		if (name === 'progressStart' && progress.has(body.progressId)) found.push('progress started twice');
		if (name === 'progressStart') progress.add(body.progressId);
		if (name === 'progressUpdate' && !progress.has(body.progressId)) found.push('progress of nothing');
		if (name === 'progressEnd' && !progress.delete(body.progressId)) found.push('end of no progress');
	};

	for (const { from, message } of entries) {
		if (from === 'client') {
			if (message.type === 'request') asked.set(message.seq, (message as DebugProtocol.Request).command);
			continue;
		}
		found.push(...schemaProblems(message));
		if (message.seq !== ++seq) found.push(`seq ${message.seq}, expected ${seq}`);
		if (message.type === 'response') response(message as DebugProtocol.Response);
		else if (message.type === 'event') event(message as DebugProtocol.Event);
		else found.push(`a ${message.type} from the adapter`);
	}
	if (!complete) return found;
	for (const [request, command] of asked) found.push(`${command} (${request}) was never answered`);
	for (const id of progress) found.push(`progress ${id} never ended`);
	if (moves > 0 && !terminated) found.push(`${moves} moves never stopped`);
	return found;
}
