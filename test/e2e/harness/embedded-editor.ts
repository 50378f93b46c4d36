// One embedded editor for a worker's tests: fresh state, the packaged extension installed as a person
// would, and a copy of examples/ to open, so that no test can write into the real one.

import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { EditorState, freePort, workbenchUrl } from '../../../scripts/editor-server.mjs';
import { installEmbeddedEditor } from '../../../scripts/embedded-editor.mjs';
import { EXAMPLES, packagedExtension } from '../../../scripts/project.mjs';
import { EditorHost } from './editor-host.ts';

const EXTENSION_ID = 'psci-trace.psci-trace-debugger';
const FIRST_PORT = 8300;

/** What makes the workbench easier to drive; the person's own editor keeps its defaults. */
const SETTINGS = {
	// The docked toolbar is in the Run and Debug view, which is not always open.
	'debug.toolBarLocation': 'floating',
	'editor.minimap.enabled': false,
	'workbench.reduceMotion': 'on',
	// A sticky row is a second copy of a row, over the first of those below it.
	'workbench.tree.enableStickyScroll': false,
	// A hover of a button or a row lies over what is beside it, where the pointer happens to rest.
	'workbench.hover.delay': 3000,
	// A blinking cursor keeps the browser drawing.
	'editor.cursorBlinking': 'solid',
	'files.simpleDialog.enable': true,
	// A file that is opened again begins at its first line.
	'workbench.editor.restoreViewState': false,
};

export interface EmbeddedEditor {
	/** http://host:port */
	readonly url: string;
	/** A temporary folder, for whatever belongs to this editor; removed at the end. */
	readonly home: string;
	/** The folder that the workbench opens; tests may add files to it. */
	readonly folder: string;
	/** Puts the workbench back between tests; there is none where the extension is not installed. */
	readonly host: EditorHost | undefined;
	/** Adds a file to the folder, until the test ends; returns its path. */
	addFile(name: string, content: string | Uint8Array): string;
	/** The user's settings, for the next `workbench.open()` of this test. */
	setSettings(settings: Record<string, unknown>): void;
	/** Whether a loaded workbench has not seen what there is now: it does not watch the folder's own configuration. */
	readonly outdated: boolean;
	/** Writes the settings, for a workbench that is loaded after this. */
	beforeLoad(): void;
	/** What a running workbench has to change to have the settings that are wanted; null goes back to the default. */
	settingsToChange(): Record<string, unknown>;
	/** Removes the files that were added and the settings that were set. */
	tidy(): void;
	/** The address of the workbench on the folder, with a file open if one is named. */
	address(file?: string): string;
	/** The end of what the server has printed: for a look at a failure. */
	output(): string;
	close(): Promise<void>;
}

/** The packaged extension, unpacked as the editor does it; returns its folder below `home`. */
export async function unpackExtension(home: string): Promise<string> {
	const state = new EditorState(path.join(home, 'unpacked'));
	state.write();
	await state.install(vsix());
	const extensions = path.join(state.state, 'extensions');
	const name = readdirSync(extensions).find((entry) => entry.startsWith(EXTENSION_ID));
	if (!name) throw new Error(`the editor has not unpacked ${EXTENSION_ID}`);
	return path.join(extensions, name);
}

function vsix(): string {
	const file = process.env.E2E_VSIX ?? packagedExtension();
	if (!file) throw new Error('nothing to test: `npm run package` first');
	return file;
}

export async function startEmbeddedEditor({ extension = true } = {}): Promise<EmbeddedEditor> {
	await installEmbeddedEditor();
	const home = mkdtempSync(path.join(tmpdir(), 'psci-e2e-'));
	const folder = path.join(home, 'examples');
	cpSync(EXAMPLES, folder, { recursive: true });
	const state = new EditorState(path.join(home, 'editor'), SETTINGS);
	state.write();
	if (extension) await state.install(vsix());
	const host = extension ? new EditorHost(path.join(state.state, 'extensions')) : undefined;
	const server = await state.serve(await freePort(FIRST_PORT));
	const added = new Set<string>();
	let settings: Record<string, unknown> = {};
	let outdated = false;
	const isConfiguration = (file: string) => path.dirname(file) === path.join(folder, '.vscode');
	return {
		url: server.url,
		home,
		folder,
		host,
		addFile(name, content) {
			const file = path.join(folder, name);
			mkdirSync(path.dirname(file), { recursive: true });
			writeFileSync(file, content);
			added.add(file);
			outdated ||= isConfiguration(file);
			return file;
		},
		setSettings(wanted) {
			settings = wanted;
		},
		get outdated() {
			return outdated;
		},
		beforeLoad() {
			new EditorState(state.state, { ...SETTINGS, ...settings }).write();
			host?.forget();
			outdated = false;
		},
		settingsToChange() {
			const wanted = new EditorState(state.state, { ...SETTINGS, ...settings }).settings;
			return difference(readSettings(state.state), wanted);
		},
		tidy() {
			for (const file of added) {
				rmSync(isConfiguration(file) ? path.dirname(file) : file, { recursive: true, force: true });
				outdated ||= isConfiguration(file);
			}
			added.clear();
			settings = {};
		},
		address: (file) => workbenchUrl(server.url, folder, file && path.join(folder, file)),
		output: server.output,
		async close() {
			await server.stop();
			rmSync(home, { recursive: true, force: true });
		},
	};
}

/** As the workbench has them: it writes down what is changed in it, a colour theme for one. */
function readSettings(state: string): Record<string, unknown> {
	return JSON.parse(readFileSync(path.join(state, 'data/User/settings.json'), 'utf8'));
}

function difference(is: Record<string, unknown>, wanted: Record<string, unknown>): Record<string, unknown> {
	const changes: Record<string, unknown> = {};
	for (const key of Object.keys(is)) if (!(key in wanted)) changes[key] = null;
	for (const [key, value] of Object.entries(wanted))
		if (JSON.stringify(is[key]) !== JSON.stringify(value)) changes[key] = value;
	return changes;
}
