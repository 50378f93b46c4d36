// Where the bytes of a trace come from: the one seam between the core and the world. Node, the
// browser and `vscode.workspace.fs` each implement it outside the core.

export interface ByteSource {
	/** What to call the file in messages: its path or base name. */
	readonly name: string;
	/** Size in bytes when the source was opened. */
	readonly size: number;
	/** The bytes from `offset`; fewer than `length` only where the source ends. */
	read(offset: number, length: number): Promise<Uint8Array>;
	/** Gives back what the source holds (a file handle). Nothing is read afterwards. */
	close?(): Promise<void>;
}

/** A source whose bytes are already in memory. */
export function bytesInMemory(name: string, bytes: Uint8Array): ByteSource {
	return {
		name,
		size: bytes.length,
		read: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
	};
}
