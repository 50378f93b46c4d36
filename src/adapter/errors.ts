// Every error that a person can see, named and numbered, in one place.

import type { DebugProtocol } from '@vscode/debugprotocol';

/** An error to answer a request with. `showUser` errors are for the person, the others for the client's log. */
export class RequestError extends Error {
	readonly id: number;
	readonly showUser: boolean;

	/** what a person reads, where `message` is a word for programs */
	readonly #text: string;

	constructor(id: number, message: string, showUser: boolean, text = message) {
		super(message);
		this.name = 'RequestError';
		this.id = id;
		this.showUser = showUser;
		this.#text = text;
	}

	toMessage(): DebugProtocol.Message {
		// Braces in `format` are variables to the client, so the text goes in as one.
		return { id: this.id, format: '{reason}', variables: { reason: this.#text }, showUser: this.showUser };
	}
}

/** What a person wrote, as much of it as one reads. */
function quoted(text: string): string {
	return text.length > 80 ? `'${text.slice(0, 77)}…'` : `'${text}'`;
}

export const noProgram = () =>
	new RequestError(
		1001,
		'The launch configuration has no "program": give the path of a recorded trace.',
		true,
	);

export const cannotRead = (program: string, why: string) =>
	new RequestError(1002, `Cannot read ${program}: ${why}`, true);

/** `message` is a TraceError's: it names the file, the place, what was found and what was expected. */
export const notATrace = (message: string) => new RequestError(1003, message, true);

export const loadCancelled = (program: string) =>
	new RequestError(1004, `Loading ${program} was cancelled.`, false);

export const unknownKernel = (name: string, known: readonly string[]) =>
	new RequestError(
		1005,
		`The launch configuration's "kernel" is '${name}'; expected a release such as 6.12.107, or one of: ${known.join(', ')}.`,
		true,
	);

/** Of the launch configuration's `name`. */
export const unusableSetting = (name: string, value: unknown, expected: string) =>
	new RequestError(
		1019,
		`The launch configuration's "${name}" is ${JSON.stringify(value)}; expected ${expected}.`,
		true,
	);

export const notLaunched = (command: string) =>
	new RequestError(2001, `'${command}' needs a launched session.`, false);

export const unknownRequest = (command: string) =>
	new RequestError(2002, `The request '${command}' is not supported.`, false);

export const cannotEvaluate = (expression: string) =>
	new RequestError(
		2003,
		`${quoted(expression)} names nothing here. Try vcpu[0].mp_state, x0, target_cpu, vm.psci_version, CPU_ON or 0xc4000003.`,
		true,
	);

export const unknownFrame = (id: number) =>
	new RequestError(2004, `There is no stack frame ${id} at this stop.`, false);

export const badArguments = (command: string, expected: string) =>
	new RequestError(2005, `'${command}' has unusable arguments: expected ${expected}.`, false);

export const notInitialized = (command: string) =>
	new RequestError(2006, `'${command}' came before 'initialize'.`, false);

export const initializedTwice = () => new RequestError(2007, "'initialize' came a second time.", false);

export const launchedTwice = () =>
	new RequestError(2008, 'A session is being debugged already: restart or disconnect it first.', false);

export const ended = (command: string) =>
	new RequestError(2009, `'${command}' came after the session had ended.`, false);

export const running = (command: string) =>
	new RequestError(2010, `'${command}' needs a session that stands still: pause it first.`, false);

/** The protocol's own word for it, which clients compare. */
export const cancelled = (command: string) =>
	new RequestError(2011, `cancelled`, false, `'${command}' was cancelled.`);

export const notInCall = () =>
	new RequestError(2012, 'This frame is in no call that could be begun again.', true);

export const staleReference = (reference: number) =>
	new RequestError(2013, `${reference} names nothing at this stop.`, false);

export const noTarget = (id: number) =>
	new RequestError(2023, `There is no target ${id} at this stop.`, false);

export const noSource = () =>
	new RequestError(2024, 'This is no document of the session: loadedSources lists them.', false);

export const noException = () => new RequestError(2014, 'Nothing exceptional happens here.', false);

export const cannotSet = (name: string) =>
	new RequestError(
		2015,
		`${name} cannot be changed: this session was recorded. A branch of it can be (what if).`,
		true,
	);

export const noCode = (where: string) =>
	new RequestError(
		2016,
		`The recording holds no guest code at ${where}: it only tells of the instructions that trapped into KVM.`,
		true,
	);

export const noMemory = () =>
	new RequestError(2017, 'A recording of PSCI calls holds no guest memory.', true);

export const noPlace = (text: string) =>
	new RequestError(
		2018,
		`${quoted(text)} is no place of this session: expected an event (812, 812.3), line 107, 12.345s, start or end.`,
		true,
	);

export const badExpression = (text: string, why: string) =>
	new RequestError(2019, `${quoted(text)} cannot be read: ${why}.`, true);

export const badStatement = (text: string, why: string) =>
	new RequestError(2021, `${quoted(text)} is neither a statement nor an expression here: ${why}.`, true);

export const badValue = (name: string, value: string, why: string) =>
	new RequestError(2022, `${name} cannot be set to ${quoted(value)}: ${why}.`, true);

/** `message` is a ScenarioError's: it names the file, the place and what is wrong. */
export const notAScenario = (message: string) => new RequestError(1007, message, true);

export const noBranch = (why: string) => new RequestError(2020, why, true);

export const unknownSchedule = (text: string) =>
	new RequestError(
		1008,
		`The launch configuration's "schedule" is '${text}'; expected: text order, round robin, random 42, or turns 0 1 1.`,
		true,
	);

export const nobodyDebugs = (program: string) =>
	new RequestError(
		1006,
		`Cannot attach to ${program}: no other client of this adapter debugs this scenario. Launch it; then others can attach to it.`,
		true,
	);

export const internal = (command: string, why: string) =>
	new RequestError(9001, `'${command}' failed inside the debugger: ${why}`, true);
