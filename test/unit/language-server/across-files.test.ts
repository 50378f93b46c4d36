// Names across files that include each other, read from a file system of the test's own. Vacuous if all were found in
// one file: each answer names the files that it is about.

import { EmptyFileSystemProvider, type FileSystemNode, URI } from 'langium';
import { expect, test } from 'vitest';
import { languageServices } from '../../../src/language-server/server.ts';

const FILES: Readonly<Record<string, string>> = {
	'main.psci': `include "lib/boot.psci"
vcpu0 use bring_up(cpu=vcpu1)
vcpu0 CPU_ON target=vcpu2 entry=ENTRY
expect reached started
`,
	'lib/boot.psci': `machine
  vcpus 3
const ENTRY = pad3
define bring_up(cpu)
  CPU_ON target=cpu entry=ENTRY
started: run vcpu0
`,
	// It has a bring_up of its own.
	'other.psci': 'define bring_up(cpu)\n  wfi\nvcpu0 use bring_up(cpu=vcpu0)\n',
	'second.psci': 'include "lib/boot.psci"\nvcpu0 use bring_up(cpu=vcpu2)\n',
};

const at = (name: string) => URI.parse(`file:///w/${name}`);

class TestFiles extends EmptyFileSystemProvider {
	override async readFile(uri?: URI): Promise<string> {
		const text = FILES[String(uri).replace('file:///w/', '')];
		if (text === undefined) throw new Error('there is no such file');
		return text;
	}

	override async readDirectory(uri?: URI): Promise<FileSystemNode[]> {
		const names = String(uri).endsWith('/lib')
			? ['lib/boot.psci']
			: ['main.psci', 'other.psci', 'second.psci'];
		const files = names.map((name) => ({ isFile: true, isDirectory: false, uri: at(name) }));
		const folders = names.length > 1 ? [{ isFile: false, isDirectory: true, uri: at('lib') }] : [];
		return [...files, ...folders];
	}
}

/** With only `name` open, and the cursor where `text` (a part of the file) has `|`. */
async function open(name: string, text: string) {
	const { shared, scenario } = languageServices(() => new TestFiles());
	shared.workspace.WorkspaceManager.initialize({
		processId: null,
		rootUri: null,
		capabilities: {},
		workspaceFolders: [{ name: 'w', uri: 'file:///w' }],
	});
	const whole = FILES[name] ?? '';
	const document = shared.workspace.LangiumDocumentFactory.fromString(whole, at(name));
	shared.workspace.LangiumDocuments.addDocument(document);
	await shared.workspace.DocumentBuilder.build([document], { validation: true });
	const offset = whole.indexOf(text.replace('|', '')) + text.indexOf('|');
	const params = {
		textDocument: { uri: at(name).toString() },
		position: document.textDocument.positionAt(offset),
	};
	return { shared, document, params, lsp: scenario.lsp };
}

const short = (uri: string) => uri.replace('file:///w/', '');

test.each([
	['main.psci', 'use bring|_up', 'lib/boot.psci', 3],
	['main.psci', 'entry=EN|TRY', 'lib/boot.psci', 2],
	['main.psci', 'reached star|ted', 'lib/boot.psci', 5],
	['lib/boot.psci', 'entry=EN|TRY', 'lib/boot.psci', 2],
	['other.psci', 'use bring|_up', 'other.psci', 0],
])('from %s, %s goes to %s', async (name, text, file, line) => {
	const { document, params, lsp } = await open(name, text);
	const [link, ...others] = (await lsp.DefinitionProvider?.getDefinition(document, params)) ?? [];
	expect([short(link?.targetUri ?? ''), link?.targetSelectionRange.start.line]).toEqual([file, line]);
	expect(others).toEqual([]);
});

test.each([
	['main.psci', 'use bring|_up', ['lib/boot.psci:3', 'main.psci:1', 'second.psci:1']],
	['lib/boot.psci', 'define bring|_up', ['lib/boot.psci:3', 'main.psci:1', 'second.psci:1']],
	['lib/boot.psci', 'const EN|TRY', ['lib/boot.psci:2', 'lib/boot.psci:4', 'main.psci:2']],
	['main.psci', 'reached star|ted', ['lib/boot.psci:5', 'main.psci:3']],
	['other.psci', 'define bring|_up', ['other.psci:0', 'other.psci:2']],
	['main.psci', 'bring_up(cp|u=', ['lib/boot.psci:3', 'lib/boot.psci:4', 'main.psci:1', 'second.psci:1']],
])('in %s, %s is renamed wherever it is meant, open or not', async (name, text, places) => {
	const { document, params, lsp } = await open(name, text);
	expect(await lsp.RenameProvider?.prepareRename(document, params)).toBeDefined();
	const edit = await lsp.RenameProvider?.rename(document, { ...params, newName: 'other_name' });
	const told = Object.entries(edit?.changes ?? {}).flatMap(([uri, edits]) =>
		edits.map(({ range }) => `${short(uri)}:${range.start.line}`),
	);
	expect(told.sort()).toEqual(places);
	const references = await lsp.ReferencesProvider?.findReferences(document, {
		...params,
		context: { includeDeclaration: true },
	});
	expect(references?.map(({ uri, range }) => `${short(uri)}:${range.start.line}`).sort()).toEqual(places);
});

test('what is no name cannot be renamed', async () => {
	for (const text of ['vcpu0 CPU_ON tar|get=', 'CPU_|ON target', 'entry|=ENTRY']) {
		const { document, params, lsp } = await open('main.psci', text);
		expect(await lsp.RenameProvider?.prepareRename(document, params)).toBeUndefined();
	}
});

test('names of included files are offered, and nothing is told of files that are not open', async () => {
	const told: string[] = [];
	const { shared, document, params, lsp } = await open('main.psci', 'vcpu0 use |bring_up');
	shared.workspace.DocumentBuilder.onDocumentPhase(6, (built) => {
		told.push(...(built.diagnostics ?? []).map(({ message }) => message));
	});
	const list = await lsp.CompletionProvider?.getCompletion(document, params);
	expect(list?.items.map(({ label }) => label)).toEqual(expect.arrayContaining(['bring_up', 'linux.probe']));
	const label = await open('main.psci', 'expect reached |started');
	const labels = await label.lsp.CompletionProvider?.getCompletion(label.document, label.params);
	expect(labels?.items.map((item) => item.label)).toEqual(['started']);
	expect(told).toEqual([]);
});
