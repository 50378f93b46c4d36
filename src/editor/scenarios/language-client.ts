// The language server of scenarios inside the extension, in either host: it is called by messages, as from any
// editor, but in the same process. Loaded when the first scenario is opened.

import { EmptyFileSystemProvider, type FileSystemProvider, type URI, UriUtils } from 'langium';
import * as vscode from 'vscode';
import { BaseLanguageClient, type MessageTransports } from 'vscode-languageclient';
import { createConnection } from 'vscode-languageserver/browser';
import type { ScenarioFiles } from '../../language-server/includes.ts';
import { serveLanguage } from '../../language-server/server.ts';
import { editorFiles } from '../files.ts';
import { memoryTransports } from './memory-transport.ts';
import { SCENARIO_LANGUAGE } from './scenario-file.ts';

/** Files wherever the editor has them. */
class EditorFiles extends EmptyFileSystemProvider implements ScenarioFiles {
	override async readFile(uri?: Parameters<FileSystemProvider['readFile']>[0]): Promise<string> {
		const found = vscode.Uri.parse(String(uri), true);
		return new TextDecoder().decode(await vscode.workspace.fs.readFile(found));
	}

	isLink(uri: URI): Promise<boolean> {
		return editorFiles.isLink(String(uri));
	}

	/** Links are not followed: they may lead round in a circle. */
	override async readDirectory(uri?: Parameters<FileSystemProvider['readDirectory']>[0]) {
		if (!uri) return [];
		const entries = await vscode.workspace.fs.readDirectory(vscode.Uri.parse(String(uri), true));
		return entries.map(([name, type]) => ({
			isFile: type === vscode.FileType.File,
			isDirectory: type === vscode.FileType.Directory,
			uri: UriUtils.joinPath(uri, name),
		}));
	}
}

class InProcessClient extends BaseLanguageClient {
	protected override createMessageTransports(): Promise<MessageTransports> {
		const { client, server } = memoryTransports();
		const connection = createConnection(server.reader, server.writer);
		serveLanguage(connection, () => new EditorFiles());
		return Promise.resolve(client);
	}
}

export async function startLanguageClient(): Promise<vscode.Disposable> {
	const client = new InProcessClient('psci', vscode.l10n.t('PSCI scenarios'), {
		documentSelector: [{ language: SCENARIO_LANGUAGE }],
	});
	client.registerProposedFeatures?.();
	await client.start();
	return client;
}
