// The other end of the conversation: how it counts lines and columns, and what it understands.

import type { DebugProtocol } from '@vscode/debugprotocol';

export class Client {
	readonly #said: DebugProtocol.InitializeRequestArguments;

	constructor(said: DebugProtocol.InitializeRequestArguments) {
		this.#said = said;
	}

	/** The client's number for a 1-based line of ours. */
	toLine(line: number): number {
		return this.#said.linesStartAt1 === false ? line - 1 : line;
	}

	fromLine(line: number): number {
		return this.#said.linesStartAt1 === false ? line + 1 : line;
	}

	/** The client's number for a 1-based column of ours. */
	toColumn(column: number): number {
		return this.#said.columnsStartAt1 === false ? column - 1 : column;
	}

	get showsTypes(): boolean {
		return this.#said.supportsVariableType === true;
	}

	get showsProgress(): boolean {
		return this.#said.supportsProgressReporting === true;
	}
}
