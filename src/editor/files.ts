// Files for the adapter inside VS Code: any file system that the editor has, in the Node extension host
// and in the browser's. Programs are paths where the file is on disk, URIs otherwise.

import * as vscode from 'vscode';
import type { FileAccessor } from '../adapter/file-accessor.ts';
import type { ByteSource } from '../trace/byte-source.ts';

const HAS_SCHEME = /^[a-z][a-z0-9+.-]+:/i;

/** What to put into `program` for a document: what VS Code turns back into the same document. */
export function programOf(uri: vscode.Uri): string {
	return uri.scheme === 'file' ? uri.fsPath : uri.toString();
}

export function uriOf(program: string): vscode.Uri {
	// A drive letter looks like a scheme; a scheme has at least two letters.
	return HAS_SCHEME.test(program) ? vscode.Uri.parse(program, true) : vscode.Uri.file(program);
}

export const editorFiles: FileAccessor = {
	async open(program) {
		const uri = uriOf(program);
		const stat = await vscode.workspace.fs.stat(uri).then(
			(found) => found,
			(error: unknown) => {
				throw new Error(reasonOf(error));
			},
		);
		if (stat.type & vscode.FileType.Directory)
			throw new Error(vscode.l10n.t('it is a directory, expected a trace file'));
		if (!(stat.type & vscode.FileType.File))
			throw new Error(vscode.l10n.t('it is not a regular file, expected a trace file'));
		try {
			return new EditorSource(program, uri, await vscode.workspace.fs.readFile(uri));
		} catch (error) {
			throw new Error(reasonOf(error));
		}
	},
	baseName: (program) => uriOf(program).path.split('/').at(-1) ?? program,
	async isLink(program) {
		const found = await vscode.workspace.fs.stat(uriOf(program)).then(undefined, () => undefined);
		return ((found?.type ?? 0) & vscode.FileType.SymbolicLink) !== 0;
	},
	opensLibraries: true,
	same: (a, b) => uriOf(a).toString() === uriOf(b).toString(),
};

/** Only whole files can be read: one that has grown is read again. */
class EditorSource implements ByteSource {
	readonly name: string;
	readonly #uri: vscode.Uri;
	#bytes: Uint8Array;

	constructor(name: string, uri: vscode.Uri, bytes: Uint8Array) {
		this.name = name;
		this.#uri = uri;
		this.#bytes = bytes;
	}

	get size(): number {
		return this.#bytes.length;
	}

	read(offset: number, length: number): Promise<Uint8Array> {
		return Promise.resolve(this.readNow(offset, length));
	}

	readNow(offset: number, length: number): Uint8Array {
		return this.#bytes.subarray(offset, offset + length);
	}

	async refresh(): Promise<number> {
		const { size } = await vscode.workspace.fs.stat(this.#uri);
		if (size > this.#bytes.length) this.#bytes = await vscode.workspace.fs.readFile(this.#uri);
		return Math.min(size, this.#bytes.length);
	}
}

function reasonOf(error: unknown): string {
	if (error instanceof vscode.FileSystemError) {
		if (error.code === 'FileNotFound') return vscode.l10n.t('there is no such file');
		if (error.code === 'NoPermissions') return vscode.l10n.t('no permission to read it');
	}
	return error instanceof Error ? error.message : String(error);
}
