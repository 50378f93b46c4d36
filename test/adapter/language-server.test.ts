// `psci-trace lsp` as another editor starts it: over standard input and output, with an includes folder on disk.
// Vacuous if the server said nothing: each answer is looked at.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
	createMessageConnection,
	type MessageConnection,
	StreamMessageReader,
	StreamMessageWriter,
} from 'vscode-languageserver/node';

const PROGRAM = fileURLToPath(new URL('../../dist/psci-trace.mjs', import.meta.url));

interface Published {
	readonly uri: string;
	readonly diagnostics: readonly {
		readonly message: string;
		readonly range: { readonly start: { readonly line: number } };
	}[];
}

let folder: string;
let server: ChildProcess;
let connection: MessageConnection;
const published = new Map<string, Published['diagnostics']>();

beforeEach(async () => {
	folder = mkdtempSync(path.join(tmpdir(), 'psci-lsp-'));
	mkdirSync(path.join(folder, 'inner'));
	writeFileSync(path.join(folder, 'secret.psci'), 'run vcpu0 vcpu0\n');
	writeFileSync(path.join(folder, 'inner/below.psci'), 'const ENTRY = pad2\n');
	server = spawn(process.execPath, [PROGRAM, 'lsp', '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
	const { stdin, stdout } = server;
	if (!stdin || !stdout) throw new Error('the server has no pipes');
	connection = createMessageConnection(new StreamMessageReader(stdout), new StreamMessageWriter(stdin));
	published.clear();
	connection.onNotification('textDocument/publishDiagnostics', ({ uri, diagnostics }: Published) =>
		published.set(uri, diagnostics),
	);
	connection.listen();
	await connection.sendRequest('initialize', {
		processId: null,
		rootUri: pathToFileURL(folder).href,
		capabilities: {},
		workspaceFolders: null,
	});
	await connection.sendNotification('initialized', {});
});

afterEach(() => {
	connection.dispose();
	server.kill();
	rmSync(folder, { recursive: true, force: true });
});

async function open(name: string, text: string): Promise<string> {
	const uri = pathToFileURL(path.join(folder, name)).href;
	await connection.sendNotification('textDocument/didOpen', {
		textDocument: { uri, languageId: 'psci', version: 1, text },
	});
	return uri;
}

test('tells what is wrong, completes, formats, and ends with the client', async () => {
	const uri = await open(
		'inner/main.psci',
		'machine\n    vcpus 2\nvcpu0 CPU_OM target=vcpu1\nvcpu0 CPU_ON \n',
	);
	await expect
		.poll(() => published.get(uri)?.map(({ message, range }) => [range.start.line, message]))
		.toEqual([[2, "there is no function 'CPU_OM'. Did you mean 'CPU_ON'?"]]);
	const items = await connection.sendRequest<{ items: { label: string }[] }>('textDocument/completion', {
		textDocument: { uri },
		position: { line: 3, character: 13 },
	});
	expect(items.items.map(({ label }) => label)).toEqual(
		expect.arrayContaining(['target', 'entry', 'context']),
	);
	const edits = await connection.sendRequest('textDocument/formatting', {
		textDocument: { uri },
		options: { tabSize: 2, insertSpaces: true },
	});
	expect(edits).toContainEqual({
		range: { start: { line: 1, character: 0 }, end: { line: 1, character: 11 } },
		newText: '  vcpus 2',
	});
	await connection.sendRequest('shutdown');
	const ended = new Promise((resolve) => server.on('exit', resolve));
	await connection.sendNotification('exit');
	expect(await ended).toBe(0);
});

test('reads included files in the folder of the scenario and below, no others', async () => {
	const uri = await open(
		'inner/main.psci',
		'include "below.psci"\ninclude "../secret.psci"\ninclude "/etc/hostname"\nlet a = ENTRY\n',
	);
	await expect
		.poll(() => published.get(uri)?.map(({ message, range }) => [range.start.line, message]))
		.toEqual([
			[
				1,
				expect.stringContaining(
					"'../secret.psci' cannot be read, lies outside of the scenario's folder, or is a link",
				),
			],
			[2, expect.stringContaining("'/etc/hostname' is no path below this file's folder")],
		]);
});

test('goes to names of included files, and renames them in all files, closed ones too', async () => {
	const uri = await open('inner/main.psci', 'include "below.psci"\nlet a = ENTRY\n');
	writeFileSync(path.join(folder, 'inner/other.psci'), 'include "below.psci"\n\nlet b = ENTRY\n');
	const below = uri.replace('main.psci', 'below.psci');
	const position = { line: 1, character: 9 };
	const found = await connection.sendRequest('textDocument/definition', { textDocument: { uri }, position });
	expect(found).toEqual([expect.objectContaining({ targetUri: below })]);
	const edit = await connection.sendRequest<{
		changes: Record<string, { range: { start: { line: number } } }[]>;
	}>('textDocument/rename', { textDocument: { uri }, position, newName: 'START' });
	const places = Object.entries(edit.changes).map(([file, edits]) => [
		path.basename(file),
		edits.map(({ range }) => range.start.line),
	]);
	expect(places.sort()).toEqual([
		['below.psci', [0]],
		['main.psci', [1]],
		['other.psci', [2]],
	]);
	expect(published.get(below)?.length ?? 0).toBe(0);
});
