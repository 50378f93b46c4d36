// The recordings and guides that come with the extension, as a file system that can only be read: an
// example is opened and debugged like any trace, but the installed file cannot be changed.

import * as vscode from 'vscode';

const SCHEME = 'psci-example';

/** A file of examples/, as a document: `guides/reset.md`. */
export function exampleUri(name: string): vscode.Uri {
	return vscode.Uri.from({ scheme: SCHEME, path: `/${name}` });
}

export async function readExample(name: string): Promise<string> {
	return new TextDecoder().decode(await vscode.workspace.fs.readFile(exampleUri(name)));
}

/** What `psci.openExample` offers: the recordings to begin with. */
const OFFERED = [
	'linux-guest-hotplug-reboot.report.txt',
	'linux-guest-hibernate.report.txt',
	'linux-guest-wrong-mpidr.report.txt',
	'kernel-selftest-psci_test.trace.txt',
];

export function registerExamples(context: vscode.ExtensionContext): void {
	const files = new ExampleFiles(vscode.Uri.joinPath(context.extensionUri, 'examples'));
	context.subscriptions.push(
		vscode.workspace.registerFileSystemProvider(SCHEME, files, { isReadonly: true, isCaseSensitive: true }),
		vscode.commands.registerCommand('psci.openExample', async (given?: unknown) => {
			const name =
				typeof given === 'string' && OFFERED.includes(given)
					? given
					: await vscode.window.showQuickPick(OFFERED, { title: vscode.l10n.t('Open a recorded session') });
			if (name !== undefined) await vscode.window.showTextDocument(exampleUri(name), { preview: false });
		}),
	);
}

class ExampleFiles implements vscode.FileSystemProvider {
	readonly #root: vscode.Uri;
	readonly #changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
	readonly onDidChangeFile = this.#changed.event;

	constructor(root: vscode.Uri) {
		this.#root = root;
	}

	watch(): vscode.Disposable {
		return { dispose: () => {} };
	}

	stat(uri: vscode.Uri): Thenable<vscode.FileStat> {
		return vscode.workspace.fs.stat(this.#real(uri));
	}

	readFile(uri: vscode.Uri): Thenable<Uint8Array> {
		return vscode.workspace.fs.readFile(this.#real(uri));
	}

	readDirectory(uri: vscode.Uri): Thenable<[string, vscode.FileType][]> {
		return vscode.workspace.fs.readDirectory(this.#real(uri));
	}

	createDirectory(uri: vscode.Uri): never {
		throw vscode.FileSystemError.NoPermissions(uri);
	}

	writeFile(uri: vscode.Uri): never {
		throw vscode.FileSystemError.NoPermissions(uri);
	}

	delete(uri: vscode.Uri): never {
		throw vscode.FileSystemError.NoPermissions(uri);
	}

	rename(uri: vscode.Uri): never {
		throw vscode.FileSystemError.NoPermissions(uri);
	}

	/** Only below examples/. */
	#real(uri: vscode.Uri): vscode.Uri {
		const parts = uri.path.split('/').filter((part) => part !== '');
		if (parts.includes('..')) throw vscode.FileSystemError.FileNotFound(uri);
		return vscode.Uri.joinPath(this.#root, ...parts);
	}
}
