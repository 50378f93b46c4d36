// Every error that a person can see, named and numbered, in one place.

import type { DebugProtocol } from '@vscode/debugprotocol';

/** An error to answer a request with. `showUser` errors are for the person, the others for the client's log. */
export class RequestError extends Error {
	readonly id: number;
	readonly showUser: boolean;

	constructor(id: number, message: string, showUser: boolean) {
		super(message);
		this.name = 'RequestError';
		this.id = id;
		this.showUser = showUser;
	}

	toMessage(): DebugProtocol.Message {
		// Braces in `format` are variables to the client, so the text goes in as one.
		return { id: this.id, format: '{reason}', variables: { reason: this.message }, showUser: this.showUser };
	}
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

export const notLaunched = (command: string) =>
	new RequestError(2001, `'${command}' needs a launched session.`, false);

export const unknownRequest = (command: string) =>
	new RequestError(2002, `The request '${command}' is not supported.`, false);

export const cannotEvaluate = (expression: string) =>
	new RequestError(
		2003,
		`'${expression}' names nothing here. Try vcpu[0].mp_state, x0, target_cpu, vm.psci_version, CPU_ON or 0xc4000003.`,
		true,
	);

export const unknownFrame = (id: number) =>
	new RequestError(2004, `There is no stack frame ${id} at this stop.`, false);

export const badArguments = (command: string, expected: string) =>
	new RequestError(2005, `'${command}' has unusable arguments: expected ${expected}.`, false);

export const internal = (command: string, why: string) =>
	new RequestError(9001, `'${command}' failed inside the debugger: ${why}`, true);
