// DAP requests answered exactly once. Handlers are functions from arguments to a body; what they throw
// becomes an error response here, centrally, so that none is ever left unanswered. Requests are handled in
// turn, so that a `configurationDone` never overtakes a `setBreakpoints`; those that must reach a busy adapter
// (cancel, pause, …) at once.

import { ProtocolServer } from '@vscode/debugadapter/lib/protocol.js';
import type { DebugProtocol } from '@vscode/debugprotocol';
import {
	cancelled,
	ended,
	initializedTwice,
	internal,
	notInitialized,
	RequestError,
	unknownRequest,
} from './errors.ts';
import { MessageReader } from './message-reader.ts';
import { checkArguments } from './protocol-arguments.ts';

/** What a handler gives: the response's body, and what to do once the response is out (send `stopped`, say). */
export interface Answer {
	readonly body?: unknown;
	readonly after?: () => void | Promise<void>;
}

// biome-ignore lint/suspicious/noExplicitAny: arguments are whatever a client sent; each handler states what it expects.
export type Handler = (args: any, signal: AbortSignal) => Answer | undefined | Promise<Answer | undefined>;

interface Request {
	readonly seq: number;
	readonly command: string;
	readonly args: object;
}

/** A stream of bytes that comes in: a socket, standard input. */
interface Input {
	on(event: 'data', listener: (chunk: Uint8Array) => void): unknown;
}

/** What goes out, and where it says that nobody hears it any more. */
export interface Output {
	on(event: 'error', listener: (error: Error) => void): unknown;
	write(chunk: string): unknown;
}

/** A stream that nothing comes from. */
const SILENT: Input & { resume(): void } = { on: () => undefined, resume: () => undefined };

/** Milliseconds in which the next request is likely to come. */
const MOMENT = 50;

/** Requests remembered to tell one that came twice from a new one. */
const REMEMBERED = 1024;

export class RequestServer extends ProtocolServer {
	#handlers: ReadonlyMap<string, Handler> = new Map();
	#atOnce: ReadonlySet<string> = new Set();
	/** when the last request came: what goes on in the background keeps still for a moment then */
	#heard = 0;
	#phase: 'new' | 'initialized' | 'ended' = 'new';
	readonly #open = new Map<number, AbortController>();
	readonly #seen = new Set<number>();
	/** done when all requests are that came before and are handled in turn */
	#turn: Promise<void> = Promise.resolve();

	/** The requests that are served, by command, and which of them do not wait for those before them. */
	protected serve(handlers: Readonly<Record<string, Handler>>, atOnce: readonly string[]): void {
		this.#handlers = new Map(Object.entries(handlers));
		this.#atOnce = new Set(atOnce);
	}

	/** Speaks over a pair of streams. */
	override start(input: Input, output: Output): void {
		// What comes in is read here and not there: the base's reader waits for ever on a length that lies, and what
		// it makes of a message that is none ends the process.
		super.start(SILENT as never, output as never);
		// A client that has gone no longer hears; its session ends with the stream (cli/dap.ts).
		this.on('error', () => undefined);
		const reader = new MessageReader();
		input.on('data', (chunk) => {
			for (const read of reader.push(chunk))
				if (read.kind === 'message') this.handleMessage(read.message);
				else this.#ignored(`a malformed message (${read.why})`);
		});
	}

	override dispose(): void {
		for (const controller of this.#open.values()) controller.abort();
		super.dispose();
	}

	override handleMessage(message: unknown): void {
		const request = requestIn(message);
		if (!request) this.#ignored('a message that is no request');
		else if (this.#seen.has(request.seq)) this.#ignored(`a second request ${request.seq}`);
		else this.#take(request);
	}

	#take(request: Request): void {
		this.#heard = Date.now();
		this.#seen.add(request.seq);
		for (const oldest of this.#seen) {
			if (this.#seen.size <= REMEMBERED) break;
			this.#seen.delete(oldest);
		}
		const controller = new AbortController();
		this.#open.set(request.seq, controller);
		const answer = () => this.#answer(request, controller.signal);
		if (this.#atOnce.has(request.command)) void answer();
		else this.#turn = this.#turn.then(answer);
	}

	/** Done between two requests, never between one and its answer. */
	protected inTurn(work: () => void): void {
		this.#turn = this.#turn.then(work).catch((thrown: unknown) => this.#failed('follow', thrown));
	}

	/** The client asks this and that: it should not wait for what is done ahead. */
	protected get busy(): boolean {
		return Math.abs(Date.now() - this.#heard) < MOMENT;
	}

	/** Aborts a request that is not answered yet; false where there is none. */
	protected abort(seq: number): boolean {
		const controller = this.#open.get(seq);
		controller?.abort();
		return controller !== undefined;
	}

	protected emitEvent(event: string, body?: unknown): void {
		const message = { seq: 0, type: 'event', event, ...(body === undefined ? {} : { body }) };
		this.sendEvent(message as DebugProtocol.Event);
	}

	async #answer(request: Request, signal: AbortSignal): Promise<void> {
		let answer: Answer | undefined;
		let failure: RequestError | undefined;
		try {
			answer = await this.#handle(request, signal);
		} catch (thrown) {
			failure = errorOf(request.command, thrown, signal);
		}
		this.#open.delete(request.seq);
		this.#respond(request, answer?.body, failure);
		if (request.command === 'disconnect' && !failure) this.#phase = 'ended';
		try {
			const after = answer?.after?.();
			after?.catch((thrown: unknown) => this.#failed(request.command, thrown));
		} catch (thrown) {
			this.#failed(request.command, thrown);
		}
	}

	#handle({ command, args }: Request, signal: AbortSignal): ReturnType<Handler> {
		if (signal.aborted) throw cancelled(command);
		if (this.#phase === 'ended') throw ended(command);
		if (this.#phase === 'new' && command !== 'initialize' && command !== 'disconnect')
			throw notInitialized(command);
		if (this.#phase === 'initialized' && command === 'initialize') throw initializedTwice();
		const handler = this.#handlers.get(command);
		if (!handler) throw unknownRequest(command);
		if (command === 'initialize') this.#phase = 'initialized';
		checkArguments(command, args);
		return handler(args, signal);
	}

	#respond({ seq, command }: Request, body: unknown, failure: RequestError | undefined): void {
		const head = { seq: 0, type: 'response', request_seq: seq, command } as const;
		if (failure)
			this.sendResponse({
				...head,
				success: false,
				message: failure.message,
				body: { error: failure.toMessage() },
			});
		else this.sendResponse({ ...head, success: true, ...(body === undefined ? {} : { body }) });
	}

	/** What went wrong after the response was out: a person should know. */
	#failed(command: string, thrown: unknown): void {
		const { message } = errorOf(command, thrown, undefined);
		this.emitEvent('output', { category: 'important', output: `psci-trace: ${message}\n` });
	}

	#ignored(what: string): void {
		this.emitEvent('output', { category: 'console', output: `psci-trace: ignored ${what}\n` });
	}
}

function requestIn(message: unknown): Request | undefined {
	if (typeof message !== 'object' || message === null) return undefined;
	const { type, seq, command, arguments: args } = message as Record<string, unknown>;
	if (type !== 'request' || typeof command !== 'string' || !Number.isSafeInteger(seq)) return undefined;
	return { seq: Number(seq), command, args: typeof args === 'object' && args !== null ? args : {} };
}

function errorOf(command: string, thrown: unknown, signal: AbortSignal | undefined): RequestError {
	if (thrown instanceof RequestError) return thrown;
	if (signal?.aborted) return cancelled(command);
	return internal(command, thrown instanceof Error ? thrown.message : String(thrown));
}
