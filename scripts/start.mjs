// npm start: opens the extension on examples/, in the desktop VS Code or in the embedded one.
//   --browser   the embedded one, even where `code` is on the PATH
//   --port N    where it is served (default 7724, or the next free port)
//   --no-open   only print the address, do not open a browser

import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { desktopEditor, openDesktopEditor } from './desktop-editor.mjs';
import { EditorState, freePort, workbenchUrl } from './editor-server.mjs';
import { installEmbeddedEditor } from './embedded-editor.mjs';
import { installDependencies, packageExtension } from './prepare.mjs';
import { EDITOR_STATE, EXAMPLES, FIRST_EXAMPLE, failWith, Problem } from './project.mjs';

/** P, S, C, I on a telephone's keys. */
const PORT = 7724;
const WHAT_TO_PRESS = `When ${FIRST_EXAMPLE} is coloured, press F5; then F10 steps forwards, and the toolbar's step-back button backwards.`;

async function main() {
	const options = readOptions();
	const port = await choosePort(options.port);
	const code = options.browser ? undefined : desktopEditor();
	await installDependencies();
	const vsix = await packageExtension();
	if (code) {
		await openDesktopEditor(code);
		console.log(`VS Code opens examples/ with the extension.\n${WHAT_TO_PRESS}`);
		return;
	}
	await installEmbeddedEditor();
	await serve(port, vsix, options);
}

function readOptions() {
	try {
		const { values } = parseArgs({
			options: { port: { type: 'string' }, browser: { type: 'boolean' }, 'no-open': { type: 'boolean' } },
		});
		return values;
	} catch (error) {
		throw new Problem(`${error.message} (known: --port N, --browser, --no-open)`);
	}
}

async function choosePort(asked) {
	if (asked === undefined) return freePort(PORT);
	const port = Number(asked);
	if (!Number.isInteger(port) || port < 1 || port > 65535)
		throw new Problem(`--port wants a number from 1 to 65535, not '${asked}'`);
	if ((await freePort(port)) !== port)
		throw new Problem(`port ${port} is taken; another one: npm start -- --port ${port + 1}`);
	return port;
}

async function serve(port, vsix, options) {
	const editor = new EditorState(path.join(EDITOR_STATE, 'start'));
	editor.write();
	await installOnce(editor, vsix);
	const server = await editor.serve(port);
	const url = workbenchUrl(server.url, EXAMPLES, path.join(EXAMPLES, FIRST_EXAMPLE));
	console.log(`\nVS Code with the extension is served at\n\n  ${url}\n\n${WHAT_TO_PRESS}\nCtrl-C ends it.`);
	if (!options['no-open']) openBrowser(url);

	let ending = false;
	const end = async () => {
		if (ending) return;
		ending = true;
		await server.stop();
		process.exit(0);
	};
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end);
	await server.gone;
	if (!ending) throw new Problem('the embedded editor has ended by itself');
}

/** The same .vsix is not installed twice; a stamp beside the extensions says which one was. */
async function installOnce(editor, vsix) {
	const stamp = path.join(editor.state, 'installed-vsix');
	const which = `${path.basename(vsix)} ${statSync(vsix).mtimeMs}`;
	if (existsSync(stamp) && readFileSync(stamp, 'utf8') === which) return;
	await editor.install(vsix);
	writeFileSync(stamp, which);
}

/** A convenience only: where there is no browser to open, the printed address is all that is needed. */
function openBrowser(url) {
	if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return;
	const opener = process.platform === 'darwin' ? 'open' : 'xdg-open';
	spawn(opener, [url], { stdio: 'ignore', detached: true })
		.on('error', () => {})
		.unref();
}

await main().catch(failWith);
