// What the core may use beyond the language itself: the few names that Node, a worker and the
// browser all have. Anything else (process, Buffer, window, …) does not type-check in the core.

declare class TextDecoder {
	constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
	decode(input?: Uint8Array, options?: { stream?: boolean }): string;
}

declare class TextEncoder {
	encode(input?: string): Uint8Array;
}

interface AbortSignal {
	readonly aborted: boolean;
	readonly reason: unknown;
	throwIfAborted(): void;
	addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
	removeEventListener(type: 'abort', listener: () => void): void;
}

interface MessagePort {
	onmessage: ((event: { readonly data: unknown }) => void) | null;
	postMessage(message: unknown): void;
	close(): void;
}

declare class MessageChannel {
	readonly port1: MessagePort;
	readonly port2: MessagePort;
}

declare function setTimeout(callback: () => void, milliseconds: number): unknown;

declare class AbortController {
	readonly signal: AbortSignal;
	abort(reason?: unknown): void;
}
