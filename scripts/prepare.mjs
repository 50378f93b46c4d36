// What has to be there before anything else can run: the project's packages, and the built extension.

import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { newest, Problem, packagedExtension, ROOT } from './project.mjs';
import { NPM_QUIETLY, npm, run, tail } from './run.mjs';

const at = (name) => path.join(ROOT, name);

/** What the .vsix is made of. */
const SOURCES = [
	'src',
	'media',
	'syntaxes',
	'spec',
	'examples',
	'l10n',
	'scripts/build.mjs',
	'scripts/language.mjs',
	'langium-config.json',
	'package.json',
	'package.nls.json',
	'README.md',
	'CHANGELOG.md',
	'LICENSE',
];

/**
 * Installs what package-lock.json says, unless a stamp says that this was done. Not `npm ci`: it fails where
 * a registry lacks the packages of other platforms that a lockfile made there cannot name.
 */
export async function installDependencies(log = console.log) {
	const lock = createHash('sha256')
		.update(readFileSync(at('package-lock.json')))
		.digest('hex');
	const stamp = at('node_modules/.installed-lock');
	if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
	log("installing the project's packages (about 15 s, more on a slow line)");
	const { status, output } = await npm(['install', ...NPM_QUIETLY]);
	if (status !== 0)
		throw new Problem(`the project's packages could not be installed (npm install):\n${tail(output)}`);
	writeFileSync(stamp, lock);
}

/** The command line, which the adapter's tests run, built again where a source is newer than it. */
export async function buildProgram() {
	const program = at('dist/psci-trace.mjs');
	const sources = ['src', 'scripts/build.mjs', 'package.json'].map(at);
	if (existsSync(program) && statSync(program).mtimeMs > newest(sources)) return;
	const { status, output } = await run(process.execPath, ['scripts/build.mjs', '--program']);
	if (status !== 0) throw new Problem(`the command line could not be built:\n${tail(output)}`);
}

/** The installable extension, packaged again where a source is newer than it. */
export async function packageExtension(log = console.log) {
	const found = packagedExtension();
	if (found && statSync(found).mtimeMs > newest(SOURCES.map(at))) return found;
	log('building the extension');
	const { status, output } = await npm(['run', '--silent', 'package']);
	if (status !== 0) throw new Problem(`the extension could not be built (npm run package):\n${tail(output)}`);
	const made = packagedExtension();
	if (!made) throw new Problem('`npm run package` left no .vsix in dist/');
	return made;
}
