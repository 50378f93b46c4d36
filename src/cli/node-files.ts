// Files for the adapter in Node: paths and file: URIs, read in ranges, never written.

import { readSync } from 'node:fs';
import { type FileHandle, lstat, open, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FileAccessor } from '../adapter/file-accessor.ts';
import type { ByteSource } from '../trace/byte-source.ts';

const toPath = (program: string) => (program.startsWith('file:') ? fileURLToPath(program) : program);

export const nodeFiles: FileAccessor = {
	async open(program): Promise<ByteSource> {
		const name = toPath(program);
		try {
			// Asked before opening: opening a FIFO would wait for a writer for ever.
			const kind = await stat(name);
			if (kind.isDirectory()) throw new Error('it is a directory, expected a trace file');
			if (!kind.isFile()) throw new Error('it is not a regular file, expected a trace file');
			const handle = await open(name, 'r');
			return new NodeSource(name, (await handle.stat()).size, handle);
		} catch (error) {
			throw new Error(reasonOf(error));
		}
	},
	isLink: (program) =>
		lstat(toPath(program)).then(
			(found) => found.isSymbolicLink(),
			() => false,
		),
	baseName: (program) => path.basename(toPath(program)),
	same: (a, b) => path.resolve(toPath(a)) === path.resolve(toPath(b)),
};

class NodeSource implements ByteSource {
	readonly name: string;
	size: number;
	readonly #handle: FileHandle;

	constructor(name: string, size: number, handle: FileHandle) {
		this.name = name;
		this.size = size;
		this.#handle = handle;
	}

	async read(offset: number, length: number, into?: Uint8Array): Promise<Uint8Array> {
		const there = Math.max(0, Math.min(length, this.size - offset));
		const buffer = into && into.length >= there ? into.subarray(0, there) : new Uint8Array(there);
		let filled = 0;
		while (filled < buffer.length) {
			const { bytesRead } = await this.#handle.read(buffer, filled, buffer.length - filled, offset + filled);
			if (bytesRead === 0) break;
			filled += bytesRead;
		}
		return buffer.subarray(0, filled);
	}

	readNow(offset: number, length: number): Uint8Array {
		const buffer = new Uint8Array(Math.max(0, Math.min(length, this.size - offset)));
		let filled = 0;
		while (filled < buffer.length) {
			const got = readSync(this.#handle.fd, buffer, filled, buffer.length - filled, offset + filled);
			if (got === 0) break;
			filled += got;
		}
		return buffer.subarray(0, filled);
	}

	async refresh(): Promise<number> {
		this.size = (await this.#handle.stat()).size;
		return this.size;
	}

	close(): Promise<void> {
		return this.#handle.close();
	}
}

/** Why a file cannot be read, in words for a person. */
export function reasonOf(error: unknown): string {
	switch ((error as NodeJS.ErrnoException).code) {
		case 'ENOENT':
			return 'there is no such file';
		case 'EACCES':
		case 'EPERM':
			return 'no permission to read it';
		default:
			return error instanceof Error ? error.message : String(error);
	}
}
