// One embedded editor for a worker's tests: fresh state, the packaged extension installed as a person
// would, and a copy of examples/ to open, so that no test can write into the real one.

import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { EditorState, freePort, workbenchUrl } from '../../../scripts/editor-server.mjs';
import { installEmbeddedEditor } from '../../../scripts/embedded-editor.mjs';
import { EXAMPLES, packagedExtension } from '../../../scripts/project.mjs';

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
	'files.simpleDialog.enable': true,
};

export interface EmbeddedEditor {
	/** http://host:port */
	readonly url: string;
	/** A temporary folder, for whatever belongs to this editor; removed at the end. */
	readonly home: string;
	/** The folder that the workbench opens; tests may add files to it. */
	readonly folder: string;
	/** Adds a file to the folder; returns its path. */
	addFile(name: string, content: string | Uint8Array): string;
	/** Rewrites the user's settings, for workbenches opened from then on. */
	setSettings(settings: Record<string, unknown>): void;
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
	const server = await state.serve(await freePort(FIRST_PORT));
	return {
		url: server.url,
		home,
		folder,
		addFile(name, content) {
			const file = path.join(folder, name);
			mkdirSync(path.dirname(file), { recursive: true });
			writeFileSync(file, content);
			return file;
		},
		setSettings: (settings) => new EditorState(state.state, { ...SETTINGS, ...settings }).write(),
		address: (file) => workbenchUrl(server.url, folder, file && path.join(folder, file)),
		output: server.output,
		async close() {
			await server.stop();
			rmSync(home, { recursive: true, force: true });
		},
	};
}
