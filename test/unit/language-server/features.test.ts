// The editor's questions, asked of the services directly. Vacuous if completion answered with everything: each
// test says what must not be offered too.

import fc from 'fast-check';
import { EmptyFileSystem, URI } from 'langium';
import { describe, expect, test } from 'vitest';
import { languageServices } from '../../../src/language-server/server.ts';

const { shared, scenario } = languageServices(EmptyFileSystem.fileSystemProvider);
let files = 0;

/** `|` is the cursor. */
async function open(text: string) {
	const at = text.indexOf('|');
	const source = at < 0 ? text : text.slice(0, at) + text.slice(at + 1);
	const uri = URI.parse(`file:///w/${++files}.psci`);
	const document = shared.workspace.LangiumDocumentFactory.fromString(source, uri);
	shared.workspace.LangiumDocuments.addDocument(document);
	await shared.workspace.DocumentBuilder.build([document], { validation: true });
	const position = document.textDocument.positionAt(Math.max(at, 0));
	return { document, position, textDocument: { uri: uri.toString() } };
}

async function complete(text: string): Promise<string[]> {
	const { document, ...params } = await open(text);
	const list = await scenario.lsp.CompletionProvider?.getCompletion(document, params);
	return (list?.items ?? []).map(({ label }) => label);
}

const MACHINE = 'machine\n  kernel 7.2\n  psci 1.3\n  vcpus 3\n';

describe('completion', () => {
	test('at the start of a line: statements and the vCPUs of the machine', async () => {
		const found = await complete(`${MACHINE}|`);
		expect(found).toEqual(expect.arrayContaining(['vcpu0', 'vcpu2', 'run', 'state', 'program', 'repeat']));
		expect(found).not.toEqual(expect.arrayContaining(['vcpu3']));
		expect(found).not.toContain('kernel');
	});
	test('in the machine block: settings', async () => {
		const found = await complete('machine\n  ker|');
		expect(found).toContain('kernel');
		expect(found).not.toContain('run');
		expect(await complete('machine\n  vcpus 2\n  |')).toContain('policy');
	});
	test.each([
		[`${MACHINE}vcpu0 |`, ['CPU_ON', 'SYSTEM_OFF2'], 'SUCCESS'],
		[`${MACHINE}vcpu0 CPU|`, ['CPU_ON'], 'kernel'],
		[`${MACHINE}vcpu0 CPU_ON |`, ['target', 'entry', 'context'], 'type'],
		[`${MACHINE}vcpu0 CPU_ON target=vcpu1 |`, ['entry', 'context'], 'target'],
		[`${MACHINE}vcpu0 CPU_ON target=|`, ['vcpu1'], 'SUCCESS'],
		[`${MACHINE}vcpu0 SYSTEM_OFF2 type=|`, ['HIBERNATE_OFF'], 'SYSTEM_WARM_RESET'],
		[`${MACHINE}vcpu0 CPU_ON target=1 => |`, ['SUCCESS', 'ALREADY_ON', 'blocked'], 'DISABLED'],
		[`${MACHINE}vcpu0 SYSTEM_OFF => exit |`, ['SYSTEM_EVENT/SHUTDOWN'], 'SUCCESS'],
		[`${MACHINE}state vcpu1 |`, ['RUNNABLE', 'STOPPED'], 'HALTED'],
		[`${MACHINE}vcpu0 use linux.|`, ['boot_secondaries'], 'linux.boot_secondaries'],
		[`const ENTRY = pad0\n${MACHINE}vcpu0 CPU_ON target=1 entry=|`, ['pad0', 'ENTRY'], 'SUCCESS'],
		['machine\n  policy |', ['full', 'qemu'], 'run'],
		[`${MACHINE}set vcpu1.|`, ['mp_state', 'PC'], 'SUCCESS'],
	])('%s', async (text, wanted, not) => {
		const found = await complete(text);
		expect(found).toEqual(expect.arrayContaining([...wanted]));
		expect(found).not.toContain(not);
	});
});

describe('diagnostics and quick fixes', () => {
	test('a misspelt function comes with its nearest name, which mends it', async () => {
		const { document, ...params } = await open(`${MACHINE}vcpu0 CPU_OM target=vcpu1\n`);
		const [diagnostic] = document.diagnostics ?? [];
		expect(diagnostic?.message).toContain("Did you mean 'CPU_ON'?");
		expect(diagnostic?.range).toEqual({ start: { line: 4, character: 6 }, end: { line: 4, character: 12 } });
		const actions = await scenario.lsp.CodeActionProvider?.getCodeActions(document, {
			textDocument: params.textDocument,
			range: { start: params.position, end: params.position },
			context: { diagnostics: document.diagnostics ?? [] },
		});
		const [action] = actions ?? [];
		expect(action && 'edit' in action ? action.edit?.changes?.[params.textDocument.uri] : undefined).toEqual([
			{ range: diagnostic?.range, newText: 'CPU_ON' },
		]);
	});
	test('what comes back damaged from a client gives no fix', async () => {
		const { document, ...params } = await open('');
		const diagnostics = [
			{
				range: { start: params.position, end: params.position },
				message: '',
				data: [{ title: 3 }, null, 'x'],
			},
		];
		expect(
			await scenario.lsp.CodeActionProvider?.getCodeActions(document, {
				...params,
				range: { start: params.position, end: params.position },
				context: { diagnostics },
			}),
		).toEqual([]);
	});
});

describe('hover', () => {
	const hover = async (text: string) => {
		const { document, ...params } = await open(text);
		const found = await scenario.lsp.HoverProvider?.getHoverContent(document, params);
		return found && typeof found.contents === 'object' && 'value' in found.contents
			? found.contents.value
			: undefined;
	};
	test('says what a function, an argument, a code and a library program are', async () => {
		expect(await hover('vcpu0 CPU_|ON target=1')).toContain('switch another core on');
		expect(await hover('vcpu0 CPU_ON tar|get=1')).toContain('target_cpu');
		expect(await hover('vcpu0 AFFINITY_INFO target=1 => ON_PEN|DING')).toContain('(2)');
		expect(await hover('vcpu0 CPU_ON target=1 => ON_PEN|DING')).toContain(
			'CPU_ON for the target core is still under way',
		);
		expect(await hover('vcpu0 use linux.hiber|nate')).toContain('psci_sys_hibernate');
		expect(await hover('# CPU_|ON in a comment')).toBeUndefined();
		expect(await hover('# where they start\nconst ENTRY = pad0 + 4\nvcpu0 CPU_ON entry=EN|TRY\n')).toContain(
			'# where they start\nconst ENTRY = pad0 + 4',
		);
		expect(await hover('define go(cpu)\n  run cpu\nvcpu0 use g|o(cpu=vcpu0)\n')).toContain('run cpu');
		expect(await hover('here: run vcpu0\nexpect reached he|re\n')).toContain('here: run vcpu0');
	});
});

describe('names', () => {
	test('a constant is renamed wherever it is used, and nothing else', async () => {
		const text =
			'const ENT|RY = pad0\nvcpu0 CPU_ON target=1 entry=ENTRY\nlet other = ENTRY + 4\nexpect vcpu0.X1 == other\n';
		const { document, ...params } = await open(text);
		const edit = await scenario.lsp.RenameProvider?.rename(document, { ...params, newName: 'START' });
		expect(edit?.changes?.[params.textDocument.uri]?.map(({ range }) => range.start.line)).toEqual([0, 1, 2]);
	});
	test('a variable of one block is not that of another', async () => {
		const text = 'program vcpu0\n  let va|l = 1\n  expect val == 1\nprogram vcpu1\n  let val = 2\n';
		const { document, ...params } = await open(text);
		const edit = await scenario.lsp.RenameProvider?.rename(document, { ...params, newName: 'x' });
		expect(edit?.changes?.[params.textDocument.uri]?.map(({ range }) => range.start.line)).toEqual([1, 2]);
	});
});

test('the outline has the machine, programs and their lines', async () => {
	const { document, textDocument } = await open(`${MACHINE}program vcpu0\n  CPU_ON target=vcpu1\n  wfi\n`);
	const symbols = await scenario.lsp.DocumentSymbolProvider?.getSymbols(document, { textDocument });
	expect(symbols?.map(({ name, children }) => [name, children?.map((child) => child.name)])).toEqual([
		['machine', ['kernel 7.2', 'psci 1.3', 'vcpus 3']],
		['program vcpu0', ['CPU_ON target=vcpu1', 'wfi']],
	]);
});

test('blocks fold, lines do not', async () => {
	const { document, textDocument } = await open(
		`${MACHINE}repeat 3\n  run vcpu0\n  if x0 == 0\n    run vcpu1\n    run vcpu1\nrun vcpu2\n`,
	);
	const found = await scenario.lsp.FoldingRangeProvider?.getFoldingRanges(document, { textDocument });
	expect(found?.map(({ startLine, endLine }) => [startLine, endLine])).toEqual([
		[0, 3],
		[4, 8],
		[6, 8],
	]);
});

test('signature help marks the argument that is written', async () => {
	const { document, ...params } = await open('vcpu0 CPU_ON target=1 entry=|');
	const help = await scenario.lsp.SignatureHelp?.provideSignatureHelp(document, params);
	expect(help?.signatures[0]?.label).toBe('CPU_ON target= entry= context=');
	expect(help?.activeParameter).toBe(1);
});

test('signature help knows the arguments of programs by name', async () => {
	const help = async (text: string) => {
		const { document, ...params } = await open(text);
		const found = await scenario.lsp.SignatureHelp?.provideSignatureHelp(document, params);
		return [found?.signatures[0]?.label, found?.activeParameter];
	};
	expect(await help('vcpu0 use linux.cpu_on(|')).toEqual(['linux.cpu_on(cpu, entry = pad0)', 0]);
	expect(await help('vcpu0 use linux.cpu_on(cpu=vcpu1, entry=|')).toEqual([
		'linux.cpu_on(cpu, entry = pad0)',
		1,
	]);
	expect(await help('define go(a, b)\n  wfi\nvcpu0 use go(b=1, |')).toEqual(['go(a, b)', 0]);
	expect(await help('vcpu0 use linux.probe(|')).toEqual([undefined, undefined]);
});

const WORDS = [
	'vcpu0',
	'CPU_ON',
	'target=',
	'machine',
	'\n  ',
	'\n',
	'=>',
	'exit',
	'SYSTEM_EVENT/',
	'use',
	'linux.',
	'if',
	'==',
	'(',
	'"',
	'#',
	'program',
	'.',
	'x0',
	'state',
	' ',
	'define f(a',
	'0x',
	'é',
];

test('no text and no place in it makes a feature fail', async () => {
	const text = fc.array(fc.constantFrom(...WORDS), { maxLength: 25 }).map((words) => words.join(' '));
	await fc.assert(
		fc.asyncProperty(text, fc.nat(), async (source, where) => {
			const at = where % (source.length + 1);
			const { document, ...params } = await open(`${source.slice(0, at)}|${source.slice(at)}`);
			const { lsp } = scenario;
			await lsp.CompletionProvider?.getCompletion(document, params);
			await lsp.HoverProvider?.getHoverContent(document, params);
			await lsp.SignatureHelp?.provideSignatureHelp(document, params);
			await lsp.DocumentSymbolProvider?.getSymbols(document, params);
			await lsp.FoldingRangeProvider?.getFoldingRanges(document, params);
			await lsp.Formatter?.formatDocument(document, {
				...params,
				options: { tabSize: 2, insertSpaces: true },
			});
			await lsp.DefinitionProvider?.getDefinition(document, params);
			await lsp.RenameProvider?.rename(document, { ...params, newName: 'other' });
			shared.workspace.LangiumDocuments.deleteDocument(document.uri);
		}),
		{ numRuns: process.env.PSCI_THOROUGH ? 150 : 60 },
	);
});
