// How the adapter gets at files: implemented by the command line (Node) and the editor (any file system).

import type { ByteSource } from '../trace/byte-source.ts';

export interface FileAccessor {
	/** Opens `program` (a path or a URI) for reading; rejects with a reason that a person understands. */
	open(program: string): Promise<ByteSource>;
	/** Last component of a path or URI. */
	baseName(program: string): string;
	/** Whether `program` is a symbolic link; false where there is nothing. */
	isLink(program: string): Promise<boolean>;
	/** The client shows `psci-library:` documents by itself, as the editor does. */
	readonly opensLibraries?: boolean;
	/** Whether two spellings of a path or URI mean the same file. */
	same(a: string, b: string): boolean;
}
