// Both ends of a connection within one process: what one end writes, the other one reads, a moment later.

import {
	AbstractMessageReader,
	AbstractMessageWriter,
	type DataCallback,
	type Disposable,
	type Message,
	type MessageTransports,
} from 'vscode-languageclient';

class MemoryReader extends AbstractMessageReader {
	#callback: DataCallback | undefined;
	readonly #early: Message[] = [];

	listen(callback: DataCallback): Disposable {
		this.#callback = callback;
		for (const message of this.#early.splice(0)) callback(message);
		return { dispose: () => (this.#callback = undefined) };
	}

	deliver(message: Message): void {
		if (this.#callback) this.#callback(message);
		else this.#early.push(message);
	}
}

class MemoryWriter extends AbstractMessageWriter {
	readonly #reader: MemoryReader;

	constructor(reader: MemoryReader) {
		super();
		this.#reader = reader;
	}

	write(message: Message): Promise<void> {
		// As over a wire: neither end sees the other's objects, nor is it called from within the other.
		const copy: Message = JSON.parse(JSON.stringify(message));
		setTimeout(() => this.#reader.deliver(copy), 0);
		return Promise.resolve();
	}

	end(): void {}
}

export function memoryTransports(): {
	readonly client: MessageTransports;
	readonly server: MessageTransports;
} {
	const toClient = new MemoryReader();
	const toServer = new MemoryReader();
	return {
		client: { reader: toClient, writer: new MemoryWriter(toServer) },
		server: { reader: toServer, writer: new MemoryWriter(toClient) },
	};
}
