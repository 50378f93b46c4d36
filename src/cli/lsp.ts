// `psci-trace lsp`: the language server of scenarios on standard input and output, for any editor.

import type { URI } from 'langium';
import { NodeFileSystemProvider } from 'langium/node';
import {
	createConnection,
	ProposedFeatures,
	StreamMessageReader,
	StreamMessageWriter,
} from 'vscode-languageserver/node';
import type { ScenarioFiles } from '../language-server/includes.ts';
import { serveLanguage } from '../language-server/server.ts';
import { command } from './command.ts';
import { nodeFiles } from './node-files.ts';
import { readOptions } from './options.ts';

class NodeScenarioFiles extends NodeFileSystemProvider implements ScenarioFiles {
	isLink(uri: URI): Promise<boolean> {
		return nodeFiles.isLink(uri.fsPath);
	}
}

/** Ends when the client closes its end, or says `exit`, which the connection itself answers by ending the process. */
export const lsp = command('lsp [--stdio]', (args) => {
	// Editors name the transport; there is only this one.
	readOptions(args, { words: 0, flags: ['stdio'] });
	// The protocol owns standard output: anything printed there by mistake would break it.
	console.log = console.error;
	return new Promise((resolve) => {
		const connection = createConnection(
			ProposedFeatures.all,
			new StreamMessageReader(process.stdin),
			new StreamMessageWriter(process.stdout),
		);
		process.stdin.on('end', () => resolve(0));
		serveLanguage(connection, () => new NodeScenarioFiles());
	});
});
