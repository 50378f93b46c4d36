// All messages between a client and the adapter, in the order in which the client sent and got them.

import type { DebugProtocol } from '@vscode/debugprotocol';

export interface Entry {
	readonly from: 'client' | 'adapter';
	readonly message: DebugProtocol.ProtocolMessage;
}

export class Transcript {
	readonly entries: Entry[] = [];
	readonly #pending = { client: Buffer.alloc(0), adapter: Buffer.alloc(0) };

	/** Bytes that went over the wire; what is no message of the protocol is left out. */
	record(from: Entry['from'], bytes: Uint8Array): void {
		let held = Buffer.concat([this.#pending[from], bytes]);
		for (;;) {
			const end = held.indexOf('\r\n\r\n');
			const length = Number(
				/Content-Length: (\d+)$/.exec(held.subarray(0, Math.max(0, end)).toString())?.[1],
			);
			if (end < 0 || !(held.length >= end + 4 + length)) break;
			const body = held.subarray(end + 4, end + 4 + length).toString();
			held = held.subarray(end + 4 + length);
			this.entries.push({ from, message: JSON.parse(body) as DebugProtocol.ProtocolMessage });
		}
		this.#pending[from] = held;
	}

	/** What the adapter sent, of one type. */
	events(name?: string): DebugProtocol.Event[] {
		return this.entries
			.filter(({ from, message }) => from === 'adapter' && message.type === 'event')
			.map(({ message }) => message as DebugProtocol.Event)
			.filter(({ event }) => name === undefined || event === name);
	}
}
