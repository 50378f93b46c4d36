// The other end of the conversation: how it counts lines and columns, how it names files, what it understands.

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

	fromColumn(column: number): number {
		return this.#said.columnsStartAt1 === false ? column + 1 : column;
	}

	/** The source as the client wants it named: by path, or by URI. URIs that come in need no such care. */
	source(source: DebugProtocol.Source): DebugProtocol.Source {
		const { path } = source;
		if (this.#said.pathFormat !== 'uri' || path === undefined || /^[a-z][a-z0-9+.-]+:/i.test(path))
			return source;
		const parts = path.replaceAll('\\', '/').split('/').map(encodeURIComponent);
		return { ...source, path: `file://${path.startsWith('/') ? '' : '/'}${parts.join('/')}` };
	}

	get showsTypes(): boolean {
		return this.#said.supportsVariableType === true;
	}

	get showsProgress(): boolean {
		return this.#said.supportsProgressReporting === true;
	}

	get pagesVariables(): boolean {
		return this.#said.supportsVariablePaging === true;
	}

	get invalidates(): boolean {
		return this.#said.supportsInvalidatedEvent === true;
	}
}
