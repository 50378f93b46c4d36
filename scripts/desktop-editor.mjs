// The person's own VS Code, where there is one: it runs the extension from this folder, unpackaged.

import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { EDITOR_STATE, EXAMPLES, FIRST_EXAMPLE, Problem, ROOT } from './project.mjs';
import { run, tail } from './run.mjs';

/** `code` on the PATH, where it can open a window: not in a terminal without a display, such as over SSH. */
export function desktopEditor(env = process.env) {
	const hasDisplay = process.platform !== 'linux' || env.DISPLAY || env.WAYLAND_DISPLAY;
	if (!hasDisplay) return undefined;
	const names = process.platform === 'win32' ? ['code.cmd'] : ['code'];
	return (env.PATH ?? '')
		.split(path.delimiter)
		.flatMap((folder) => names.map((name) => path.join(folder, name)))
		.find(isExecutable);
}

export async function openDesktopEditor(code) {
	const args = [`--extensionDevelopmentPath=${ROOT}`, EXAMPLES, path.join(EXAMPLES, FIRST_EXAMPLE)];
	// As root, `code` refuses unless it is told where to keep its data, and its sandbox does not work.
	if (process.getuid?.() === 0)
		args.unshift('--no-sandbox', `--user-data-dir=${path.join(EDITOR_STATE, 'desktop')}`);
	const { status, output } = await run(code, args, { shell: process.platform === 'win32' });
	if (status !== 0) {
		throw new Problem(`${code} did not open (\`npm start -- --browser\` does without it):\n${tail(output)}`);
	}
}

function isExecutable(file) {
	try {
		accessSync(file, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}
