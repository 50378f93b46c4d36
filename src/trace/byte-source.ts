// Where the bytes of a trace come from: the one seam between the core and the world. Node, the
// browser and `vscode.workspace.fs` each implement it outside the core.

export interface ByteSource {
	/** What to call the file in messages: its path or base name. */
	readonly name: string;
	/** Size in bytes when the source was opened or last refreshed. */
	readonly size: number;
	/**
	 * The bytes from `offset`; fewer than `length` only where the source ends. `into`: memory that may be used for
	 * them, where it is large enough.
	 */
	read(offset: number, length: number, into?: Uint8Array): Promise<Uint8Array>;
	/** The same at once. Where a source can do that and stays open, a recording keeps no bytes of it. */
	readNow?(offset: number, length: number): Uint8Array;
	/** Looks how large the source is by now, for one that grows. */
	refresh?(): Promise<number>;
	/** Gives back what the source holds (a file handle). Nothing is read afterwards. */
	close?(): Promise<void>;
}

/** A source whose bytes are already in memory. */
export function bytesInMemory(name: string, bytes: Uint8Array): ByteSource {
	const readNow = (offset: number, length: number) => bytes.subarray(offset, offset + length);
	return {
		name,
		size: bytes.length,
		read: (offset, length) => Promise.resolve(readNow(offset, length)),
		readNow,
	};
}

/** The source as one that may be closed: what is looked at later has to be kept. */
export function readOnce(source: ByteSource): ByteSource {
	return {
		name: source.name,
		get size() {
			return source.size;
		},
		read: (offset, length) => source.read(offset, length),
	};
}
