// Where things are in this project, for the scripts beside this file. Only node: imports here and in
// everything that start.mjs, test.mjs and check.mjs load first: node_modules may still be absent.

import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
export const EXAMPLES = path.join(ROOT, 'examples');
/** What a newcomer sees first, in examples/. */
export const FIRST_EXAMPLE = 'linux-guest-hotplug-reboot.report.txt';
/** Everything the editors write while they run; ignored by git, safe to delete. */
export const EDITOR_STATE = path.join(ROOT, '.editor');

/** An error whose message is all that the person needs; the scripts print it without a stack. */
export class Problem extends Error {}

/** Ends a script with one line for a `Problem`, and with everything there is to know for a bug. */
export function failWith(error) {
	console.error(error instanceof Problem ? `\nerror: ${error.message}` : error);
	process.exit(1);
}

/** The time of the newest change at or below `paths`, in milliseconds; 0 where nothing exists. */
export function newest(paths) {
	let time = 0;
	for (const file of paths) {
		if (!existsSync(file)) continue;
		const stat = statSync(file);
		time = Math.max(time, stat.mtimeMs);
		if (stat.isDirectory()) time = Math.max(time, newest(readdirSync(file).map((n) => path.join(file, n))));
	}
	return time;
}

/** The .vsix that `npm run package` makes: the newest in dist/, or undefined. */
export function packagedExtension() {
	const dist = path.join(ROOT, 'dist');
	if (!existsSync(dist)) return undefined;
	return readdirSync(dist)
		.filter((name) => name.endsWith('.vsix'))
		.map((name) => path.join(dist, name))
		.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)[0];
}
