// DAP requests answered exactly once. Handlers are functions from arguments to a body; what they throw
// becomes an error response here, centrally, so that none is ever left unanswered.

import { ProtocolServer } from '@vscode/debugadapter/lib/protocol.js';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { internal, RequestError, unknownRequest } from './errors.ts';

/** What a handler gives: the response's body, and what to do once the response is out (send `stopped`, say). */
export interface Answer {
	readonly body?: unknown;
	readonly after?: () => void;
}

// biome-ignore lint/suspicious/noExplicitAny: arguments are whatever a client sent; each handler states what it expects.
export type Handler = (args: any) => Answer | undefined | Promise<Answer | undefined>;

export abstract class RequestServer extends ProtocolServer {
	#handlers: ReadonlyMap<string, Handler> = new Map();

	constructor() {
		super();
		// Malformed input on the stream must not end the process: say so and go on with the next message.
		this.on('error', (event: { body?: unknown }) =>
			this.emitEvent('output', {
				category: 'console',
				output: `psci-trace: ignored a malformed message (${String(event.body)})\n`,
			}),
		);
	}

	/** Every request that is served, by command. */
	protected serve(handlers: Readonly<Record<string, Handler>>): void {
		this.#handlers = new Map(Object.entries(handlers));
	}

	protected emitEvent(event: string, body?: unknown): void {
		const message = { seq: 0, type: 'event', event, ...(body === undefined ? {} : { body }) };
		this.sendEvent(message as DebugProtocol.Event);
	}

	protected override dispatchRequest(request: DebugProtocol.Request): void {
		void this.#answer(request);
	}

	async #answer(request: DebugProtocol.Request): Promise<void> {
		const response: DebugProtocol.Response = {
			seq: 0,
			type: 'response',
			request_seq: request.seq,
			command: request.command,
			success: true,
		};
		let after: (() => void) | undefined;
		try {
			const handler = this.#handlers.get(request.command);
			if (!handler) throw unknownRequest(request.command);
			const answer = await handler(request.arguments ?? {});
			if (answer?.body !== undefined) response.body = answer.body;
			after = answer?.after;
		} catch (thrown) {
			const error =
				thrown instanceof RequestError
					? thrown
					: internal(request.command, thrown instanceof Error ? thrown.message : String(thrown));
			response.success = false;
			response.message = error.message;
			response.body = { error: error.toMessage() };
		}
		this.sendResponse(response);
		after?.();
	}
}
